//! What libtorch refused, in words.

use std::path::PathBuf;

/// An error of this crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A C++ exception, caught in the shim.
    #[error("{what}: {message}")]
    Libtorch {
        /// What was being done, `"fused AdamW"`.
        what: &'static str,
        /// What libtorch said, without its stack trace.
        message: String,
    },
    /// An argument that libtorch would misunderstand.
    #[error("{what}: expected {expected}, got {got}")]
    Argument {
        /// What was being done.
        what: &'static str,
        /// What it takes.
        expected: &'static str,
        /// What came.
        got: String,
    },
    /// libtorch's CUDA library is there and cannot be used.
    #[error("{path}: {message}", path = path.display())]
    Cuda {
        /// The library.
        path: PathBuf,
        /// What the dynamic linker said, and how to mend it.
        message: String,
    },
}

/// `Result` with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;
