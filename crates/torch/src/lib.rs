//! libtorch functions that tch lacks, behind one safe surface.
//!
//! | module | what |
//! |---|---|
//! | [`optim`] | fused AdamW and SGD, clipping of the gradient norm, resetting gradients, copying lists |
//! | [`rng`] | seed, read and write the state of libtorch's random generators |
//! | [`autocast`](autocast()) | mixed precision on the CPU and on CUDA |
//! | [`threads`] | threads within one operator |
//! | [`flops`] | floating-point operations of a closure, by shape |
//! | [`memory`] | bytes that a closure allocates, within a limit |
//! | [`cuda`] | opens libtorch's CUDA library, so that one program serves CPU and GPU |
//!
//! The functions live in a small C++ shim (`shim/`), in which every exception is caught and comes
//! back as an [`Error`]. With `midfuse-lightgbm` this is the only crate of the workspace with unsafe
//! code. `C++` sees tensors through the pointers that tch holds, so no data is copied.
//!
//! How programs find libtorch when they start is told in `midfuse-libtorch`.
#![deny(missing_docs)]

mod autocast;
pub mod cuda;
mod error;
mod ffi;
pub mod flops;
pub mod memory;
pub mod optim;
pub mod rng;
pub mod threads;

pub use autocast::autocast;
pub use error::{Error, Result};

/// The version of libtorch that is linked, `"2.11.0"`.
pub fn version() -> &'static str {
    midfuse_libtorch::VERSION
}
