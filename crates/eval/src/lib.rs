//! Leakage-safe evaluation: typed splits, jobs and predictions, sealed test, ledger. Builds without
//! libtorch.
#![deny(missing_docs)]

pub mod cluster;
pub mod fold;
mod identity;
pub mod job;
pub mod ledger;
pub mod predict;
pub mod rows;
pub mod sealed;
pub mod split;
pub mod structure;
pub mod transform;
pub mod view;

/// The examples of the docs page are run.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/leakage.md")]
struct LeakagePage;
