//! Files for readers that take a path.

use std::cell::OnceCell;
use std::path::Path;

use tempfile::TempDir;

thread_local! {
    static FOLDER: OnceCell<TempDir> = const { OnceCell::new() };
}

/// Runs `read` in an empty folder that holds these files; it is emptied for the next call.
pub(crate) fn folder<T>(files: &[(&str, &[u8])], read: impl FnOnce(&Path) -> T) -> T {
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(in_memory);
        let place = folder.path().join("input");
        let _ = std::fs::remove_dir_all(&place);
        std::fs::create_dir(&place).expect("the scratch folder can be written");
        for (name, content) in files {
            std::fs::write(place.join(name), content).expect("the scratch folder can be written");
        }
        read(&place)
    })
}

/// A folder that never reaches a disk, where the system has one.
fn in_memory() -> TempDir {
    TempDir::new_in("/dev/shm")
        .or_else(|_| TempDir::new())
        .expect("there is a folder for temporary files")
}
