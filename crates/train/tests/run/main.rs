//! Whole training runs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say what they expect in the shortest way"
)]

mod fit;
mod golden;
mod optimizers;
mod resume;
mod support;
