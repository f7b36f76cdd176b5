//! What can go wrong with a comparison, and the exit code that each kind carries.

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong with a comparison. Every message is one line: what, where, and how to mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An option that makes no sense, or does not fit the files.
    #[error("{0}")]
    Usage(String),
    /// A file is wrong.
    #[error(transparent)]
    Data(#[from] midfuse_data::DataError),
    /// The models cannot be compared on these scores.
    #[error("{0}")]
    Evaluation(String),
    /// The comparison cannot be put into JSON.
    #[error("the comparison: {0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// Exit code of the program: 2 for usage, 1 for data.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Data(_) | Self::Evaluation(_) | Self::Json(_) => 1,
        }
    }
}
