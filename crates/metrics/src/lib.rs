//! How good are these predictions: metrics, intervals and tests of differences. Builds without
//! libtorch.
#![deny(missing_docs)]

pub mod metric;
pub mod stats;
