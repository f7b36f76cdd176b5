//! What can be wrong with a study file.

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can be wrong with a study file. Every message is one line: what, where, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The study file is wrong.
    #[error("{0}")]
    StudyFile(String),
}
