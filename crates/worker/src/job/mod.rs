//! Jobs: fit on these rows with these targets, predict those rows.

mod cost;
mod device;
mod estimator;
mod load;
mod memory;
mod network;
mod rows;
mod run;
mod source;
mod target;
mod trace;
mod validate;

pub(crate) use cost::peak_rss_bytes;
pub(crate) use device::{limit_threads, parse_device};
pub(crate) use estimator::outputs;
pub(crate) use network::drop_unused_and_count_flops;
pub(crate) use run::run;
pub(crate) use source::CohortSource;
pub(crate) use target::{FittedTarget, part as target_part};
pub(crate) use validate::{Asked, validate};
