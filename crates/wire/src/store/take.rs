//! Moving a tree out of a store.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::{ContentStore, FILES, MANIFEST, StoreError, files};
use crate::ContentHash;

/// The name of a tree on its way out.
const TAKEN: &str = "tree";

pub(super) fn take(store: &ContentStore, hash: ContentHash, to: &Path) -> Result<(), StoreError> {
    let place = store.place(hash);
    let aside = store.partial()?;
    let taken = aside.path().join(TAKEN);
    match fs::rename(&place, &taken) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(StoreError::Missing {
                hash,
                root: store.root.clone(),
            });
        }
        Err(error) => return Err(StoreError::at(&place)(error)),
    }
    store.verify(&taken, hash)?;
    match fs::rename(taken.join(FILES), to) {
        Err(error) if error.kind() == ErrorKind::CrossesDevices => copy(store, &taken, hash, to),
        moved => moved.map_err(StoreError::at(to)),
    }
}

/// Copies to another file system, whole or not at all, and verifies the copy.
fn copy(
    store: &ContentStore,
    taken: &Path,
    hash: ContentHash,
    to: &Path,
) -> Result<(), StoreError> {
    let beside = to.parent().unwrap_or(Path::new("."));
    let partial = tempfile::tempdir_in(beside).map_err(StoreError::at(beside))?;
    let copied = partial.path().join(FILES);
    fs::create_dir(&copied).map_err(StoreError::at(&copied))?;
    files::copy(&taken.join(FILES), &copied)?;
    let manifest = partial.path().join(MANIFEST);
    fs::copy(taken.join(MANIFEST), &manifest).map_err(StoreError::at(&manifest))?;
    store.verify(partial.path(), hash)?;
    fs::rename(&copied, to).map_err(StoreError::at(to))
}
