//! What can stop a training run.

use std::path::PathBuf;

/// An error of training or prediction.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A loss or a gradient norm is NaN or infinite.
    #[error(
        "{what} is {value} in epoch {epoch}, step {step} (both from 0); lower `lr`, set `clip_norm` or look for extreme inputs"
    )]
    NonFinite {
        /// `"training loss"`, `"gradient norm"` or `"loss on the stopping rows"`.
        what: &'static str,
        /// Epoch, from 0.
        epoch: usize,
        /// Step within the epoch, from 0; for stopping rows the batch of them.
        step: usize,
        /// What it was.
        value: f64,
    },
    /// A list of rows that cannot be trained on or predicted.
    #[error("{what}: expected {expected}, got {got}")]
    Rows {
        /// `"fit rows"`, `"stop rows"` or `"rows to predict"`.
        what: &'static str,
        /// What is needed.
        expected: String,
        /// What came.
        got: String,
    },
    /// A checkpoint of a run with another configuration, seed or rows.
    #[error(
        "{path}: checkpoint of another run (other configuration, seed or rows); delete it or name another file",
        path = path.display()
    )]
    OtherRun {
        /// The file.
        path: PathBuf,
    },
    /// What a model, a source, a config or a file said.
    #[error(transparent)]
    Core(#[from] midfuse_core::Error),
    /// What libtorch said.
    #[error(transparent)]
    Torch(#[from] midfuse_torch::Error),
}

impl From<midfuse_core::ConfigError> for Error {
    fn from(error: midfuse_core::ConfigError) -> Self {
        Self::Core(error.into())
    }
}

/// `Result` with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;
