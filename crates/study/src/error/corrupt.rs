//! Files that are not what this program writes, or cannot be written.

use std::path::PathBuf;

use midfuse_data::WriteParquetError;
use midfuse_eval::split::split_file::SplitFileError;

/// A file of an earlier run that is not what this program writes, or one that cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CorruptError {
    /// Results of another program, or of another version.
    #[error("{}: {source}; run `midfuse study` again", path.display())]
    Results {
        /// The file.
        path: PathBuf,
        /// Why they cannot be read.
        source: serde_json::Error,
    },
    /// Predictions that are not those of this program.
    #[error("{}: {reason}; run `midfuse study` again", path.display())]
    Predictions {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A value that JSON does not have.
    #[error("{what} cannot be written as JSON: {source}")]
    Json {
        /// What was to be written.
        what: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// A job that has no hash.
    #[error("job without id: {source}")]
    JobId {
        /// Why.
        source: serde_json::Error,
    },
    /// Predictions that Parquet cannot hold, for example with two classes of one name.
    #[error("predictions.parquet: {0}")]
    Parquet(#[from] WriteParquetError),
    /// Folds that cannot be put into words.
    #[error("{}: {source}", file.display())]
    SplitFile {
        /// The file.
        file: PathBuf,
        /// Why.
        source: SplitFileError,
    },
}
