//! A tree that is being made.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use midfuse_base::write_atomic;
use tempfile::TempDir;

use super::{ContentStore, FILES, MANIFEST, StoreError, files};
use crate::ContentHash;

/// How often a tree is put in the place of a damaged one before another process that keeps damaging
/// it is blamed.
const ATTEMPTS: usize = 5;

/// A tree that is being made in a store; it goes away when it is dropped before it is committed.
#[derive(Debug)]
pub struct Staged<'a> {
    store: &'a ContentStore,
    partial: TempDir,
    folder: PathBuf,
}

impl<'a> Staged<'a> {
    pub(super) fn new(store: &'a ContentStore) -> Result<Self, StoreError> {
        let partial = store.partial()?;
        let folder = partial.path().join(FILES);
        fs::create_dir(&folder).map_err(StoreError::at(&folder))?;
        Ok(Self {
            store,
            partial,
            folder,
        })
    }

    /// The folder to put files into; it is empty at first.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Gives the tree its name: the hash of what lies in the folder now. A tree of this name that is
    /// there already stays, and is replaced if it is damaged.
    ///
    /// # Errors
    /// [`StoreError::Name`] if a file cannot be stored under its name; [`StoreError::Io`].
    pub fn commit(self) -> Result<ContentHash, StoreError> {
        let manifest = files::list(&self.folder)?;
        let path = self.partial.path().join(MANIFEST);
        write_atomic(&path, manifest.as_bytes()).map_err(StoreError::at(&path))?;
        let hash = manifest.hash();
        let place = self.store.place(hash);
        for attempt in 1.. {
            let Err(error) = fs::rename(self.partial.path(), &place) else {
                // What was renamed is no longer there to be removed.
                let _ = self.partial.keep();
                break;
            };
            match self.store.verify(&place, hash) {
                Ok(()) => break,
                // It was taken in the meantime.
                Err(StoreError::Missing { .. }) if attempt < ATTEMPTS => {}
                Err(StoreError::Differs { .. }) if attempt < ATTEMPTS => self.remove(&place)?,
                Err(_) => return Err(StoreError::at(&place)(error)),
            }
        }
        Ok(hash)
    }

    /// Removes a damaged tree; another process may do so at the same time.
    fn remove(&self, place: &Path) -> Result<(), StoreError> {
        let aside = self.store.partial()?;
        match fs::rename(place, aside.path().join(FILES)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(StoreError::at(place)(error)),
            _ => Ok(()),
        }
    }
}
