//! What can stop a training run.

use std::path::PathBuf;

use midfuse_base::suggest::there_are;

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
    /// A checkpoint that another optimiser wrote.
    #[error(
        "{path}: checkpoint of the optimizer `{got}`, and this run has `{expected}`; delete it or name another file",
        path = path.display()
    )]
    OtherOptimizer {
        /// The file.
        path: PathBuf,
        /// The optimiser of this run.
        expected: String,
        /// The one that wrote the file.
        got: String,
    },
    /// A field of the training section that there is not.
    #[error("unknown field `{key}`{}{hint}", there_are(key, known.iter().map(String::as_str)))]
    UnknownField {
        /// The field.
        key: String,
        /// Those that there are.
        known: Vec<String>,
        /// What else is to be said; often empty.
        hint: String,
    },
    /// An option that cannot be as it is written.
    #[error("{key}: {reason}")]
    Option {
        /// Which one.
        key: String,
        /// What is wrong, and how to mend it.
        reason: String,
    },
    /// An optimiser or schedule that cannot be registered under its name.
    #[error("{what} `{name}` {reason}")]
    Name {
        /// `"optimizer"` or `"schedule"`.
        what: &'static str,
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: String,
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

impl Error {
    pub(crate) fn option(key: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Option {
            key: key.into(),
            reason: reason.into(),
        }
    }
}

/// `Result` with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;
