//! Jobs: fit on these rows with these targets, predict those rows.

mod cost;
mod device;
mod rows;
mod run;
mod source;
mod target;
mod validate;

pub(crate) use cost::peak_rss_bytes;
pub(crate) use device::{limit_threads, parse_device};
pub(crate) use run::{drop_unused_and_count_flops, run};
pub(crate) use source::CohortSource;
pub(crate) use target::{FittedTarget, part as target_part};
pub(crate) use validate::validate;
