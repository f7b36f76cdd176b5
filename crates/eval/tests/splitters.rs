//! The promises of the splitters, as properties, and the known failures of others as named cases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_cmp,
    reason = "tests say what they expect in the shortest way"
)]

mod split;
