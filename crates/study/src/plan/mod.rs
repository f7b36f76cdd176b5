//! From a study file to the arms that are compared and the jobs that they take.

mod arm;
mod count;
mod model;
mod trial;

pub(crate) use arm::{Arm, arms};
pub use count::JobCount;
