//! What can go wrong with a study, and the exit code that each kind carries.

use std::path::{Path, PathBuf};

use midfuse_wire::StoreError;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong with a study. Every message is one line: what, where, and how to mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The study file is wrong, or does not fit the cohort or the worker.
    #[error("{0}")]
    StudyFile(String),
    /// The worker program cannot be found, started or used.
    #[error("{0}")]
    Worker(String),
    /// A command was used in a way that makes no sense.
    #[error("{0}")]
    Usage(String),
    /// The cohort is wrong.
    #[error(transparent)]
    Data(#[from] midfuse_data::DataError),
    /// The data of a command cannot be opened with its options.
    #[error(transparent)]
    Source(#[from] midfuse_data::source::SourceError),
    /// The evaluation cannot be done honestly on these rows, or would open a test set twice.
    #[error("{0}")]
    Evaluation(String),
    /// The store of content that workers see cannot be used.
    #[error(transparent)]
    Content(#[from] StoreError),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// A file of an earlier run is not what this program writes.
    #[error("{0}")]
    Corrupt(String),
    /// The run was stopped; what is done is kept.
    #[error("stopped; the jobs that are done are kept: run the same command again to go on")]
    Interrupted,
}

impl Error {
    /// Exit code of the program: 2 for usage, 1 for data and files, 130 after Ctrl-C.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::StudyFile(_)
            | Self::Worker(_)
            | Self::Usage(_)
            | Self::Content(StoreError::Occupied { .. } | StoreError::NoStore { .. }) => 2,
            Self::Source(error) => error.exit_code(),
            Self::Data(_)
            | Self::Evaluation(_)
            | Self::Content(_)
            | Self::Io { .. }
            | Self::Corrupt(_) => 1,
            Self::Interrupted => 130,
        }
    }

    /// An [`Error::Io`] about `path`.
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        move |source| Self::Io { path, source }
    }
}

impl From<midfuse_plan::Error> for Error {
    fn from(error: midfuse_plan::Error) -> Self {
        match error {
            midfuse_plan::Error::StudyFile(message) => Self::StudyFile(message),
            other => Self::StudyFile(other.to_string()),
        }
    }
}

impl From<midfuse_report::Error> for Error {
    fn from(error: midfuse_report::Error) -> Self {
        match error {
            midfuse_report::Error::Data(error) => Self::Data(error),
            other => Self::StudyFile(other.to_string()),
        }
    }
}
