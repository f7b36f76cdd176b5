//! How good are these predictions: metrics, intervals, tests of differences, and recalibration.
//! Builds without libtorch.
#![deny(missing_docs)]

pub mod metric;
pub mod recalibrate;
pub mod stats;
