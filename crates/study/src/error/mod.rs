//! What can go wrong with a study, and the exit code that each kind carries.

mod corrupt;
mod evaluation;
mod study_file;
mod usage;
mod worker;

use std::path::{Path, PathBuf};

use midfuse_base::SettingError;
use midfuse_wire::StoreError;

pub use corrupt::CorruptError;
pub use evaluation::EvaluationError;
pub use study_file::StudyFileError;
pub use usage::UsageError;
pub use worker::WorkerError;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong with a study. Every message is one line: what, where, and how to mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The study file is wrong, or does not fit the cohort or the worker.
    #[error(transparent)]
    StudyFile(Box<StudyFileError>),
    /// The worker program cannot be found, started or used.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// A command was used in a way that makes no sense.
    #[error(transparent)]
    Usage(Box<UsageError>),
    /// The cohort is wrong.
    #[error(transparent)]
    Data(#[from] midfuse_data::DataError),
    /// The data of a command cannot be opened with its options.
    #[error(transparent)]
    Source(#[from] midfuse_data::source::SourceError),
    /// The evaluation cannot be done honestly on these rows, or would open a test set twice.
    #[error(transparent)]
    Evaluation(Box<EvaluationError>),
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
    /// A file of an earlier run is not what this program writes, or one of this run cannot be written.
    #[error(transparent)]
    Corrupt(#[from] CorruptError),
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

    /// A key of the study file that holds what it cannot.
    pub(crate) fn key(error: SettingError) -> Self {
        StudyFileError::from(error).into()
    }

    /// An option of a command that makes no sense.
    pub(crate) fn option(error: SettingError) -> Self {
        UsageError::from(error).into()
    }

    /// Names the study file in what is wrong with it.
    pub(crate) fn in_file(self, path: &Path) -> Self {
        match self {
            Self::StudyFile(source) => source.in_file(path).into(),
            other => other,
        }
    }
}

impl From<midfuse_plan::Error> for Error {
    fn from(error: midfuse_plan::Error) -> Self {
        StudyFileError::from(error).into()
    }
}

impl From<midfuse_report::Error> for Error {
    fn from(error: midfuse_report::Error) -> Self {
        match error {
            midfuse_report::Error::Data(error) => Self::Data(error),
            other => StudyFileError::Clinical(other).into(),
        }
    }
}

/// Kinds whose errors hold too much to be handed on by value.
macro_rules! boxed {
    ($($variant:ident($kind:ty)),+ $(,)?) => {
        $(impl From<$kind> for Error {
            fn from(error: $kind) -> Self {
                Self::$variant(Box::new(error))
            }
        })+
    };
}

boxed!(
    StudyFile(StudyFileError),
    Usage(UsageError),
    Evaluation(EvaluationError),
);

/// Errors of the evaluation, by way of [`EvaluationError`].
macro_rules! of_evaluation {
    ($($source:ty),+ $(,)?) => {
        $(impl From<$source> for Error {
            fn from(error: $source) -> Self {
                EvaluationError::from(error).into()
            }
        })+
    };
}

of_evaluation!(
    midfuse_eval::rows::RowsError,
    midfuse_eval::split::SplitError,
    midfuse_eval::fold::FoldPanicked,
    midfuse_eval::job::JobError,
    midfuse_eval::predict::ScoreError,
    midfuse_eval::sealed::SealError,
    midfuse_eval::ledger::LedgerError,
    midfuse_eval::ledger::FamilyError,
    midfuse_metrics::metric::MetricError,
);
