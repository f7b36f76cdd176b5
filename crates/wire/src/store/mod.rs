//! A store of content: folders of files, each named by the hash of what it holds.
//!
//! ```text
//! STORE/store.json                  marks the folder as a store
//! STORE/<hash>/manifest.json        names, lengths and hashes of the files; its SHA-256 is <hash>
//! STORE/<hash>/files/...            the files
//! STORE/.partial-...                what is being written
//! ```
//!
//! A tree appears under its name when it is whole. Any number of processes, on any number of
//! machines that share the folder, may write and read at once: what they write under one name is the
//! same. What is read is verified first, so that a copy that is not whole is never used.
//!
//! ```
//! use midfuse_wire::store::ContentStore;
//! let place = tempfile::tempdir()?;
//! let store = ContentStore::create(&place.path().join("store"))?;
//! let staged = store.stage()?;
//! std::fs::write(staged.folder().join("a.csv"), "id\nx\n")?;
//! let hash = staged.commit()?;
//! // Later, perhaps elsewhere:
//! std::fs::rename(place.path().join("store"), place.path().join("moved"))?;
//! let store = ContentStore::open(&place.path().join("moved"))?;
//! assert_eq!(std::fs::read_to_string(store.tree(hash)?.join("a.csv"))?, "id\nx\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod files;
mod manifest;
mod name;
mod stage;
mod take;

use std::fs;
use std::path::{Path, PathBuf};

use midfuse_base::write_atomic;
use tempfile::TempDir;

use crate::ContentHash;
pub use error::StoreError;
pub use manifest::{FileEntry, Manifest, ManifestError};
pub use name::NameError;
pub use stage::Staged;

const MARKER: &str = "store.json";
const MARK: &[u8] = b"{\"format\":1}\n";
const MANIFEST: &str = "manifest.json";
const FILES: &str = "files";

/// A store of content in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentStore {
    root: PathBuf,
}

impl ContentStore {
    /// The store in this folder.
    ///
    /// # Errors
    /// [`StoreError::NoStore`] if it is none; [`StoreError::Io`].
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let absolute = std::path::absolute(root).map_err(StoreError::at(root))?;
        if !is_store(&absolute) {
            return Err(StoreError::NoStore {
                root: root.to_path_buf(),
                marker: MARKER,
            });
        }
        Ok(Self { root: absolute })
    }

    /// The store in this folder, made if it does not exist or is empty.
    ///
    /// # Errors
    /// [`StoreError::Occupied`] if the folder holds something else: workers may see all of a store,
    /// so it is a folder of its own; [`StoreError::Io`].
    pub fn create(root: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(root).map_err(StoreError::at(root))?;
        if is_store(root) {
            return Self::open(root);
        }
        let mut entries = fs::read_dir(root).map_err(StoreError::at(root))?;
        // Another process may be about to mark it.
        if entries.any(|entry| entry.is_ok_and(|entry| !is_partial(&entry.file_name()))) {
            if is_store(root) {
                return Self::open(root);
            }
            return Err(StoreError::Occupied {
                root: root.to_path_buf(),
            });
        }
        let marker = root.join(MARKER);
        write_atomic(&marker, MARK).map_err(StoreError::at(&marker))?;
        Self::open(root)
    }

    /// The folder, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// An empty folder in which a tree is made.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn stage(&self) -> Result<Staged<'_>, StoreError> {
        Staged::new(self)
    }

    /// Stores a copy of a folder, with all folders in it; empty ones leave no trace.
    ///
    /// # Errors
    /// [`StoreError::Name`] if a file cannot be stored under its name, [`StoreError::Io`] if one
    /// cannot be read or is not a regular file.
    pub fn put(&self, folder: &Path) -> Result<ContentHash, StoreError> {
        let staged = self.stage()?;
        files::copy(folder, staged.folder())?;
        staged.commit()
    }

    /// The folder with the files of a tree, after every one of them was verified.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the store does not hold it, [`StoreError::Differs`] if what lies
    /// there is something else; [`StoreError::Io`].
    pub fn tree(&self, hash: ContentHash) -> Result<PathBuf, StoreError> {
        let place = self.place(hash);
        self.verify(&place, hash)?;
        Ok(place.join(FILES))
    }

    /// Moves the files of a tree out of the store, to the folder `to`, which must not exist. They
    /// are verified after they left the store, where nobody else writes to them.
    ///
    /// Of many that take a tree at once, one gets it.
    ///
    /// # Errors
    /// As [`tree`](Self::tree); what differs is removed.
    pub fn take(&self, hash: ContentHash, to: &Path) -> Result<(), StoreError> {
        take::take(self, hash, to)
    }

    fn place(&self, hash: ContentHash) -> PathBuf {
        self.root.join(hash.to_string())
    }

    /// A folder for what is not whole yet, removed when dropped.
    fn partial(&self) -> Result<TempDir, StoreError> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PARTIAL);
        // A tree keeps these permissions; the umask narrows them.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        builder
            .tempdir_in(&self.root)
            .map_err(StoreError::at(&self.root))
    }

    /// That a folder is the tree of this name, all of it.
    fn verify(&self, place: &Path, hash: ContentHash) -> Result<(), StoreError> {
        let root = || self.root.clone();
        match fs::symlink_metadata(place) {
            Ok(about) if about.is_dir() => {
                files::verify(place, hash).map_err(|wrong| match wrong {
                    files::Wrong::Differs(reason) => StoreError::Differs {
                        hash,
                        root: root(),
                        reason,
                    },
                    files::Wrong::Io(error) => error,
                })
            }
            Ok(_) => Err(StoreError::Differs {
                hash,
                root: root(),
                reason: "it is not a folder".to_owned(),
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(StoreError::Missing { hash, root: root() })
            }
            Err(error) => Err(StoreError::at(place)(error)),
        }
    }
}

const PARTIAL: &str = ".partial-";

fn is_partial(name: &std::ffi::OsStr) -> bool {
    name.to_string_lossy().starts_with(PARTIAL)
}

fn is_store(root: &Path) -> bool {
    root.join(MARKER).is_file()
}
