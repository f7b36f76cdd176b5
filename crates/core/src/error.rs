//! The one error type of the tensor crates.

use std::path::PathBuf;

use midfuse_base::{ConfigError, without_frames};
use tch::{Device, Kind, TchError};

use crate::checkpoint::Misfit;

/// What can go wrong at the boundary of an encoder, a fusion or a checkpoint.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A tensor has the wrong rank or the wrong size in a fixed dimension.
    #[error("{module}: expected shape {expected}, got {got:?}")]
    Shape {
        /// The module that was called, `"ResNet"`.
        module: &'static str,
        /// The shape it takes, in shape letters, `"[B, 3, H, W]"`.
        expected: String,
        /// The shape that came.
        got: Vec<i64>,
    },
    /// A tensor has the wrong dtype.
    #[error("{module}: expected dtype {expected:?}, got {got:?}; convert with `to_kind`")]
    Kind {
        /// The module that was called.
        module: &'static str,
        /// The dtype it takes.
        expected: Kind,
        /// The dtype that came.
        got: Kind,
    },
    /// A tensor lies on another device than the parameters.
    #[error("{module}: parameters are on {expected:?}, input on {got:?}; move it with `to_device`")]
    Device {
        /// The module that was called.
        module: &'static str,
        /// Where the parameters are.
        expected: Device,
        /// Where the input is.
        got: Device,
    },
    /// An input that is wrong in another way: a part is missing, a value out of range.
    #[error("{module}: expected {expected}, got {got}")]
    Input {
        /// The module that was called.
        module: &'static str,
        /// What it takes, and how to mend the input.
        expected: String,
        /// What came.
        got: String,
    },
    /// Too few rows for what was asked: batch statistics need two present rows.
    #[error(
        "{module}: needs at least {needed} present rows in {mode} mode, got {got}; use larger batches"
    )]
    TooFewRows {
        /// The module that was called.
        module: &'static str,
        /// Rows that are needed.
        needed: i64,
        /// Rows that came.
        got: i64,
        /// `"train"` or `"eval"`.
        mode: &'static str,
    },
    /// A field of a config is out of its range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The entries of a checkpoint are not those of the model.
    #[error("{from}: does not fit the model: {misfit}")]
    Checkpoint {
        /// The file, or `"the source variables"` of a copy.
        from: String,
        /// Every entry that is missing, not expected, or of another shape or dtype.
        misfit: Box<Misfit>,
    },
    /// A checkpoint file is truncated, damaged, or not a safetensors file.
    #[error("{path}: not a readable safetensors file: {reason}", path = path.display())]
    CheckpointFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// libtorch refused an operation for a reason of the environment (memory, device, file).
    #[error("{context}: {}", without_frames(&source.to_string()))]
    Torch {
        /// What was being done.
        context: String,
        /// What libtorch said, with the stack of its frames, which the message leaves out.
        source: TchError,
    },
}

/// `Result` with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;
