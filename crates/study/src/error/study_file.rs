//! What can be wrong with a study file once its cohort and worker are known.

use std::path::{Path, PathBuf};

use midfuse_base::SettingError;

/// A study file that is wrong, or does not fit its cohort or worker.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudyFileError {
    /// Wrong in itself.
    #[error(transparent)]
    Plan(#[from] midfuse_plan::Error),
    /// A key does not fit the cohort.
    #[error(transparent)]
    Key(#[from] SettingError),
    /// The metric does not fit the task.
    #[error("protocol.metric: {0}")]
    Metric(#[source] midfuse_metrics::metric::MetricError),
    /// The clinical section does not fit the cohort.
    #[error(transparent)]
    Clinical(midfuse_report::Error),
    /// The worker refuses a model section.
    #[error("strategy `{strategy}`: {message}")]
    Model {
        /// The strategy.
        strategy: String,
        /// What the worker says, with the nearest key.
        message: String,
    },
    /// The jobs of a strategy do not fit into the memory that a worker has.
    #[error(
        "strategy `{strategy}`: a job takes {takes} of memory, and a worker has {has} ({available} available on its machine, --workers {workers}); {mend}"
    )]
    Memory {
        /// The strategy or baseline.
        strategy: String,
        /// What the largest job of a setting takes.
        takes: String,
        /// What a worker has.
        has: String,
        /// What all workers have.
        available: String,
        /// How many they are.
        workers: usize,
        /// What makes it fit.
        mend: String,
    },
    /// One of these, with the path of the file.
    #[error("{}: {source}", file.display())]
    InFile {
        /// The study file.
        file: PathBuf,
        /// What is wrong with it.
        source: Box<Self>,
    },
}

impl StudyFileError {
    /// With the path of the file.
    pub(super) fn in_file(self: Box<Self>, path: &Path) -> Self {
        Self::InFile {
            file: path.to_path_buf(),
            source: self,
        }
    }
}
