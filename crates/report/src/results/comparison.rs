//! Paired comparisons over outer folds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The best single modality, chosen anew in every outer fold on inner scores only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BestSingle {
    /// Name of the arm that was chosen, one per outer fold (repeats one after another).
    pub chosen: Vec<String>,
    /// Its mean score and interval, by metric.
    pub scores: BTreeMap<String, super::ScoreSummary>,
}

/// What an arm is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "name")]
pub enum Reference {
    /// The best single modality, chosen fold by fold.
    BestSingle,
    /// One arm: a baseline of several modalities.
    Arm(String),
}

/// A paired comparison on the chosen metric over outer folds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FusionComparison {
    /// The strategy.
    pub arm: String,
    /// What it is compared with.
    pub reference: Reference,
    /// The metric.
    pub metric: String,
    /// Strategy minus reference, one per outer fold.
    pub differences: Vec<f64>,
    /// Mean difference; positive is better for the strategy, whatever the metric.
    pub improvement: f64,
    /// Lower end of the 95 % interval of the improvement; `None` where it is undefined.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// Two-sided p of the corrected resampled t test (Nadeau and Bengio).
    pub p: Option<f64>,
    /// The same after Holm's correction over all comparisons of this list with the best single
    /// modality, or over all with baselines.
    pub p_holm: Option<f64>,
}
