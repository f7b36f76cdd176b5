//! What can go wrong with a store of content.

use std::io;
use std::path::{Path, PathBuf};

use super::NameError;
use crate::ContentHash;

/// What can go wrong with a store of content; each message is one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder is not a store.
    #[error(
        "{}: is not a store of content, there is no `{marker}` in it; name the folder that the coordinator writes to, as this machine sees it", root.display()
    )]
    NoStore {
        /// The folder.
        root: PathBuf,
        /// The file that a store has.
        marker: &'static str,
    },
    /// A store cannot be made of a folder that holds something else.
    #[error(
        "{}: holds files and is not a store of content; name an empty folder, or one that does not exist, for what workers may see", root.display()
    )]
    Occupied {
        /// The folder.
        root: PathBuf,
    },
    /// The store does not hold this content.
    #[error(
        "{}: there is no content {hash}; let the worker see the store that the coordinator writes to", root.display()
    )]
    Missing {
        /// The content.
        hash: ContentHash,
        /// The store.
        root: PathBuf,
    },
    /// What lies under this name is something else.
    #[error(
        "{}: {hash} is not what its name says: {reason}; remove that folder and run again", root.display()
    )]
    Differs {
        /// The content.
        hash: ContentHash,
        /// The store.
        root: PathBuf,
        /// Which file, and in what it differs.
        reason: String,
    },
    /// A file that cannot be stored under its name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

impl StoreError {
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        move |source| Self::Io { path, source }
    }
}
