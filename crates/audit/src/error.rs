//! What can go wrong with an audit, and the exit code that each kind carries.

use std::path::{Path, PathBuf};

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong with an audit. Every message is one line: what, where, and how to mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An option that makes no sense, or does not fit the data.
    #[error("{0}")]
    Usage(String),
    /// The data is wrong.
    #[error(transparent)]
    Data(#[from] midfuse_data::DataError),
    /// The source cannot be opened with these options.
    #[error(transparent)]
    Source(#[from] midfuse_data::source::SourceError),
    /// A file could not be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The audit cannot be put into JSON.
    #[error("audit: {0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// Exit code of the program: 2 for usage, 1 for data and files.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Source(error) => error.exit_code(),
            Self::Data(_) | Self::Io { .. } | Self::Json(_) => 1,
        }
    }

    /// An [`Error::Io`] about `path`.
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        move |source| Self::Io { path, source }
    }
}
