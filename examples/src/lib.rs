//! Examples of midfuse, each a program of its own; the tests run every one for a few steps.
//!
//! | program | shows |
//! |---|---|
//! | `single_encoder` | one encoder through one modality crate, with a plain training loop |
//! | `trimodal` | a model of three modalities in 25 lines, cross-validated |
//! | `own_fusion_worker` | a fusion of your own in about 30 lines, in a worker of your own |
//! | `honest_vs_leaky` | the same noise scored by an honest and by a leaky protocol |
//!
//! `cargo run -p midfuse-examples --bin trimodal` runs one.
#![deny(missing_docs)]

mod arguments;
mod gated_sum;

pub use arguments::{Arguments, UsageError};
pub use gated_sum::{GatedSum, GatedSumConfig};
