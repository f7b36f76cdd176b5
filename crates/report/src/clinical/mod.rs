//! The clinical figures: from predictions of test rows and columns of the cohort to numbers.

mod assess;
mod calibration;
mod contents;
mod decision;
mod evidence;
mod instability;
mod level_column;
mod levels;
mod population;
mod resample;
mod sites;
mod suppress;
mod units;

pub use assess::{Asked, assess};
pub use evidence::Evidence;
pub use level_column::{check_columns, column_values};
pub use units::Units;
