//! Files that are there whole or not at all.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Writes `bytes` to a temporary file beside `path`, syncs it, and renames it to `path`.
///
/// The file gets the rights that `File::create` would give it. A reader sees the old content or the
/// new, and no part of a file is left behind.
///
/// # Errors
/// The error of the file system; it names no path, so the caller does.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> io::Result<()> {
    StagedFile::write(path, bytes)?.publish()
}

/// A file that lies beside its place and has not taken it yet: for several files of which all or none
/// are to be written. Dropped, it leaves nothing.
#[derive(Debug)]
pub struct StagedFile {
    file: NamedTempFile,
    path: PathBuf,
}

impl StagedFile {
    /// Writes `bytes` beside `path` and syncs them.
    ///
    /// # Errors
    /// As [`write_atomic`].
    pub fn write(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".partial-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // What `File::create` would give; the umask applies.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let mut file = builder.tempfile_in(folder_of(path))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        let path = path.to_path_buf();
        Ok(Self { file, path })
    }

    /// Takes its place.
    ///
    /// # Errors
    /// As [`write_atomic`].
    pub fn publish(self) -> io::Result<()> {
        self.file.persist(&self.path).map_err(|error| error.error)?;
        // Not every system lets a folder be opened or synced; the new name is then at most late.
        if let Ok(folder) = File::open(folder_of(&self.path)) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::{StagedFile, write_atomic};

    #[test]
    fn old_or_new_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        write_atomic(&path, b"old").unwrap();
        write_atomic(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write_atomic(&folder.path().join("no/b.txt"), b"").is_err());
    }

    #[test]
    fn what_is_staged_takes_its_place_only_when_published() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        drop(StagedFile::write(&path, b"never").unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let staged = StagedFile::write(&path, b"new").unwrap();
        assert!(!path.exists());
        staged.publish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
    }
}
