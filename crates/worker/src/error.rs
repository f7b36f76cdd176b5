//! What can go wrong in a worker: each error is one line.

use std::path::PathBuf;

use midfuse_base::ConfigError;
use midfuse_data::DataError;
use midfuse_eval::transform::TransformError;
use midfuse_eval::view::MissingRow;
use midfuse_wire::{FailureKind, StoreError};

/// An error of a worker.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A request or job that cannot be served as it is.
    #[error("{what}: expected {expected}, got {got}")]
    Request {
        /// Which part of it.
        what: String,
        /// What would do.
        expected: String,
        /// What came.
        got: String,
    },
    /// A coordinator of another version.
    #[error("protocol: expected version {expected}; use programs of one version, got {got}")]
    Version {
        /// What this worker speaks.
        expected: u32,
        /// What the coordinator speaks.
        got: u32,
    },
    /// What the store of content said.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A section of the model, by its path: `modalities.pixels.encoder`.
    #[error("{section}: {reason}")]
    Section {
        /// Where it is.
        section: String,
        /// What is wrong, and how to mend it.
        reason: String,
    },
    /// A saved model that cannot be used.
    #[error("{path}: {reason}", path = path.display())]
    Bundle {
        /// The file.
        path: PathBuf,
        /// What is wrong, and how to mend it.
        reason: String,
    },
    /// The job ended in a panic: libtorch ran out of memory, or a bug.
    #[error("the job crashed: {0}")]
    Crash(String),
    /// Two registrations of one name.
    #[error("worker: {what} `{name}` is registered twice; choose another name")]
    Twice {
        /// `"image encoder"`, `"strategy"`.
        what: String,
        /// The name.
        name: String,
    },
    /// What the cohort said.
    #[error(transparent)]
    Data(#[from] DataError),
    /// What a transform said.
    #[error(transparent)]
    Transform(#[from] TransformError),
    /// A row of the job that the cohort lacks.
    #[error(transparent)]
    MissingRow(#[from] MissingRow),
    /// A number of the job that is out of its range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// What an encoder, a fusion or a checkpoint said.
    #[error(transparent)]
    Core(#[from] midfuse_core::Error),
    /// What training said.
    #[error(transparent)]
    Train(#[from] midfuse_train::Error),
    /// What a linear model said.
    #[error(transparent)]
    Linear(#[from] midfuse_linear::LinearError),
    /// What LightGBM said.
    #[error(transparent)]
    LightGbm(#[from] midfuse_lightgbm::Error),
    /// What libtorch said.
    #[error(transparent)]
    Torch(#[from] midfuse_torch::Error),
}

/// `Result` with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn request(
        what: impl Into<String>,
        expected: impl Into<String>,
        got: impl Into<String>,
    ) -> Self {
        Self::Request {
            what: what.into(),
            expected: expected.into(),
            got: got.into(),
        }
    }

    pub(crate) fn section(section: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Section {
            section: section.into(),
            reason: reason.into(),
        }
    }

    /// The same about something inside of the section at `path`.
    pub(crate) fn inside(self, path: &str) -> Self {
        match self {
            Self::Section { section, reason } if section.is_empty() => Self::section(path, reason),
            Self::Section { section, reason } => Self::section(format!("{path}.{section}"), reason),
            other => Self::section(path, other.line()),
        }
    }

    /// What a coordinator is told of it.
    pub(crate) fn kind(&self) -> FailureKind {
        match self {
            Self::Version { .. } => FailureKind::Version,
            Self::Request { .. } => FailureKind::Request,
            Self::Store(error) => error.into(),
            Self::Section { .. }
            | Self::Bundle { .. }
            | Self::Crash(_)
            | Self::Config(_)
            | Self::Twice { .. }
            | Self::Data(_)
            | Self::Transform(_)
            | Self::MissingRow(_)
            | Self::Core(_)
            | Self::Train(_)
            | Self::Linear(_)
            | Self::LightGbm(_)
            | Self::Torch(_) => FailureKind::Job,
        }
    }

    /// The message in one line. libtorch's own messages carry a stack trace; its first line says
    /// what happened.
    pub fn line(&self) -> String {
        one_line(&self.to_string())
    }
}

/// Lines up to the first stack trace, joined.
pub(crate) fn one_line(text: &str) -> String {
    text.lines()
        .take_while(|line| {
            !line.starts_with("Exception raised from") && !line.starts_with("frame #")
        })
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_trace_is_cut() {
        let text = "mat1 and mat2\nshapes differ\nException raised from x\nframe #0: y";
        assert_eq!(one_line(text), "mat1 and mat2 shapes differ");
    }
}
