//! Comparison of anyone's models: fold scores or row predictions in, paired tests out.
//!
//! The file format and the choice of the test are described in `docs/compare.md`.
//!
//! ```no_run
//! use midfuse_compare::{CompareOptions, compare};
//!
//! let files = ["predictions.parquet".into()];
//! let comparison = compare(&files, &CompareOptions::default())?;
//! println!("{}", comparison.summary);
//! # Ok::<(), midfuse_compare::Error>(())
//! ```
#![deny(missing_docs)]

mod assemble;
mod columns;
mod data_sets;
mod design;
mod error;
mod folds;
mod page;
mod read;
mod result;
mod run;
mod shared_rows;
mod task;
mod units;
mod words;

use midfuse_data::Reading;
use midfuse_metrics::metric::Metric;

pub use error::{Error, Result};
pub use page::comparison as html;

pub use result::{Comparison, Design, ModelScore, Pair, Warning, WarningKind};
pub use run::compare;

/// Coverage of every interval.
pub(crate) const LEVEL: f64 = 0.95;

/// What a comparison is told besides its files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompareOptions {
    /// The metric. Row predictions default to `auc` for two classes, `log-loss` for more, `mse` for
    /// values, `concordance` for times to an event. For fold scores it is a name, and says which direction is better.
    pub metric: Option<Metric>,
    /// Fold scores of a metric without a name here: smaller is better.
    pub lower_is_better: bool,
    /// Compare every other model with this one. Default: all pairs.
    pub reference: Option<String>,
    /// The positive class of two. Default: the later name in the alphabet.
    pub positive: Option<String>,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// How the files are read where their bytes do not say.
    pub reading: Reading,
}
