//! What can go wrong while results are put together.

use midfuse_base::SettingError;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong while results are put together. Every message is one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A key of the clinical section of the study file does not fit the cohort.
    #[error(transparent)]
    Key(#[from] SettingError),
    /// The cohort cannot be read.
    #[error(transparent)]
    Data(#[from] midfuse_data::DataError),
}
