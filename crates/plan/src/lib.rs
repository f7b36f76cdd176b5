//! What is to be run: the study file, checked, and the strategies and settings that it makes.
//!
//! From a study file to the arms that are compared and the jobs that they take.
#![deny(missing_docs)]

mod arm;
mod count;
mod default_space;
mod error;
pub mod file;
mod halving;
mod model;
mod trial;

pub use arm::{Arm, arms};
pub use count::JobCount;
pub use error::{Error, Result, SpaceError};
pub use halving::{Round, rounds};
