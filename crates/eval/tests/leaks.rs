//! Planted leaks: a cohort in which the leaky protocol scores high and the honest one at chance.
//!
//! Each leaky number is computed on bare indices, as a script would; each honest one through the
//! typed loops. Margins are three standard deviations or more over the seeds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say what they expect in the shortest way"
)]

mod leak;
