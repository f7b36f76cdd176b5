//! Leakage-safe evaluation: typed splits, sealed test, metrics, statistics. Builds without libtorch.
#![deny(missing_docs)]

pub mod job;
