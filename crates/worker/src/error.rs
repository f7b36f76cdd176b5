//! What can go wrong in a worker: each error is one line.

use std::path::PathBuf;

use midfuse_base::{ConfigError, has_frames, without_frames};
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
    /// The job ended in a panic, of this message: libtorch ran out of memory, or a bug.
    #[error("the job crashed: {}", without_frames(.0))]
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

    /// The message in one line, without the stack that libtorch puts behind its own.
    pub fn line(&self) -> String {
        without_frames(&self.to_string())
    }

    /// All that libtorch said, where [`line`](Self::line) leaves its stack out.
    pub(crate) fn detail(&self) -> Option<String> {
        if let Self::Crash(message) = self {
            return has_frames(message).then(|| message.replace("\\n", "\n"));
        }
        let mut cause: Option<&dyn std::error::Error> = Some(self);
        while let Some(error) = cause {
            let said = error.to_string();
            if has_frames(&said) {
                return Some(said);
            }
            cause = error.source();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "shapes differ\nException raised from x\nframe #0: y";

    #[test]
    fn the_stack_of_an_error_is_its_detail() {
        let core = midfuse_core::Error::Torch {
            context: "backward pass".to_owned(),
            source: tch::TchError::Torch(SAID.to_owned()),
        };
        for error in [Error::Core(core), Error::Crash(SAID.to_owned())] {
            assert!(error.line().ends_with(": shapes differ"), "{error}");
            assert!(error.detail().unwrap().contains("frame #0"));
        }
        let panic = format!("called `Result::unwrap()` on an `Err` value: Torch({SAID:?})");
        let error = Error::Crash(panic);
        assert_eq!(error.line(), "the job crashed: shapes differ");
        assert!(error.detail().unwrap().contains("\nframe #0"));
        assert_eq!(Error::request("a", "b", "c").detail(), None);
    }
}
