//! Contract checks that every encoder and fusion must pass, and the loader of golden files.
//!
//! Used from `tests/` folders only. A check that fails panics with what was expected, as tests do.
#![deny(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a contract check reports by panicking, inside a test"
)]

mod compare;
mod contract;
mod device;
mod fusion_inputs;
pub mod golden;
mod seeded;

pub use compare::{assert_close, max_abs_difference};
pub use contract::{Contract, ErrorKind, Inputs, check_encoder, check_fusion};
pub use device::on_another_device;
pub use fusion_inputs::fusion_inputs;
pub use seeded::seeded;
