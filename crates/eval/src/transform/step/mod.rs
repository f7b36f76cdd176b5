//! Steps of preprocessing: what is done to the numbers of a row before a model sees them, fitted on
//! train rows. One file per step, and one line of the registry.
//!
//! Missing numbers are NaN; a step leaves them out of what it fits, and leaves them missing unless it
//! says otherwise.

mod clr;
mod log1p;
mod missing_indicators;
mod pca;
mod pipeline;
mod quantile;
mod registry;
mod robust;
mod select_target;
mod select_variance;
mod smooth_clip;
mod standard;
mod train;

use midfuse_base::{OptionInfo, Options};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::TransformError;

pub use clr::{Clr, ClrConfig};
pub use log1p::{Log1p, Log1pConfig};
pub use missing_indicators::{MissingIndicators, MissingIndicatorsConfig};
pub use pca::{Pca, PcaConfig};
pub use pipeline::{Pipeline, PipelineConfig};
pub use quantile::{Quantile, QuantileConfig, QuantileOutput};
pub use robust::{Robust, RobustConfig};
pub use select_target::{SelectTargetConfig, Selected};
pub use select_variance::SelectVarianceConfig;
pub use smooth_clip::{SmoothClip, SmoothClipConfig};
pub use standard::StandardConfig;
pub use train::StepTrain;

registry::steps! {
    /// Mean 0 and variance 1 of each column
    "standard" Standard: StandardConfig;
    /// Median 0 and interquartile range 1 of each column: outliers do not decide the scale
    "robust" Robust: RobustConfig;
    /// The rank of a number among those of the train rows, as a normal score or a share
    "quantile" Quantile: QuantileConfig;
    /// ln(1 + x): counts and other numbers of at least 0
    "log1p" Log1p: Log1pConfig;
    /// Centred log-ratio of the row: compositions, whose parts tell by their ratios
    "clr" Clr: ClrConfig;
    /// A column of 0 and 1 behind the others for each that is missing somewhere in the train rows
    "missing-indicators" MissingIndicators: MissingIndicatorsConfig;
    /// Numbers far out are drawn in, none beyond a limit: behind a step that centres and scales
    "smooth-clip" SmoothClip: SmoothClipConfig;
    /// The columns that vary most
    "select-variance" SelectVariance: SelectVarianceConfig;
    /// The columns that go most with the target, each by itself
    "select-target" SelectTarget: SelectTargetConfig;
    /// Principal components
    "pca" Pca: PcaConfig;
}

/// A step before it is fitted: its options.
pub trait Step: Options + Clone + PartialEq + Serialize + DeserializeOwned {
    /// What [`fit`](Self::fit) gives: plain data that a saved model bundles.
    type Fitted: FittedStep;

    /// Fits on train rows.
    ///
    /// # Errors
    /// [`TransformError`] for rows that it cannot be fitted on.
    fn fit(&self, train: &StepTrain<'_>) -> Result<Self::Fitted, TransformError>;

    /// The shape of what comes out, at most, given that of what goes in: known before there are train
    /// rows.
    #[must_use]
    fn most(&self, columns: Columns) -> Columns;
}

/// A fitted step.
pub trait FittedStep: Clone + PartialEq + Serialize + DeserializeOwned {
    /// Columns that it takes.
    fn d_in(&self) -> usize;

    /// Columns that it gives.
    fn d_out(&self) -> usize;

    /// What is wrong with it, where it was read from a file: every number and position that
    /// [`apply`](Self::apply) relies on.
    ///
    /// # Errors
    /// Why no fit could have made it.
    fn check(&self) -> Result<(), &'static str>;

    /// Names of the columns that it gives.
    fn names(&self, names: &[String]) -> Vec<String>;

    /// Transforms one row of `d_in` columns into one of `d_out`.
    ///
    /// # Errors
    /// [`TransformError::Domain`] for a number that it is not for.
    fn apply(&self, row: &mut Vec<f64>) -> Result<(), TransformError>;
}

/// How many columns there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    /// All of them.
    pub all: usize,
    /// Those that are missing somewhere.
    pub with_missing: usize,
}

impl Columns {
    /// This many, none of which is missing anywhere.
    pub fn of(all: usize) -> Self {
        let with_missing = 0;
        Self { all, with_missing }
    }

    /// At most this many of them.
    pub(super) fn at_most(self, k: usize) -> Self {
        Self {
            all: self.all.min(k),
            with_missing: self.with_missing.min(k),
        }
    }
}
