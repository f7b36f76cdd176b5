//! Splits of anyone's data, as a file that every tool can read.
//!
//! ```no_run
//! use midfuse_study::split::{SplitOptions, split};
//!
//! let made = split("examples/data/digits".as_ref(), &SplitOptions::default())?;
//! made.write("folds.csv".as_ref())?;
//! # Ok::<(), midfuse_study::Error>(())
//! ```

mod cluster;
mod made;
mod options;
mod run;

pub use made::{FoldCounts, Made};
pub use options::SplitOptions;
pub use run::split;
