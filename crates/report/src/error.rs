//! What can go wrong while results are put together.

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong while results are put together. Every message is one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The clinical section of the study file does not fit the cohort.
    #[error("{0}")]
    StudyFile(String),
    /// The cohort cannot be read.
    #[error(transparent)]
    Data(#[from] midfuse_data::DataError),
}
