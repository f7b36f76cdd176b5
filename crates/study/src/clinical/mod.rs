//! The clinical figures: from predictions of test rows and columns of the cohort to numbers.

mod assess;
mod calibration;
mod contents;
mod decision;
mod evidence;
mod instability;
mod levels;
mod population;
mod resample;
mod sites;
mod strata;
mod suppress;
mod units;

pub(crate) use assess::{Asked, assess};
pub(crate) use evidence::Evidence;
pub(crate) use strata::check_columns;
pub(crate) use units::Units;
