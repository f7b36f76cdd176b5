//! What the sealed rows said.

use std::collections::BTreeMap;

use midfuse_base::Recalibration;
use serde::{Deserialize, Serialize};

use crate::results::{Clinical, Counted, Failed};

/// What the sealed rows said: `conclusion.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conclusion {
    /// Name of the study.
    pub study: String,
    /// SHA-256 of the study file.
    pub file_sha256: String,
    /// Metric that decides.
    pub metric: String,
    /// What one score counts.
    pub unit: String,
    /// What that is among the sealed rows.
    pub counted: Counted,
    /// Sealed rows.
    pub rows: usize,
    /// Sealed rows that an earlier seal of this cohort left to develop on, and of which scores may have
    /// been seen since; with any, this is not a test on fresh rows.
    pub developed_before: usize,
    /// Rows that the bootstrap resamples as a block, where rows are in time without groups.
    pub block_rows: Option<usize>,
    /// Smallest improvement that matters.
    pub margin: f64,
    /// One entry per strategy.
    pub arms: Vec<Concluded>,
    /// Strategies against the best single modality on the sealed rows.
    pub comparisons: Vec<Compared>,
    /// The columns that the clinic already has, alone and beside each strategy; `None` where the study
    /// names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clinical_baseline: Option<SealedBaseline>,
    /// Calibration, decision curves, subgroups, sites, missingness on the sealed rows.
    pub clinical: Clinical,
}

/// One strategy, fitted on all rows but the sealed ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concluded {
    /// Its name.
    pub arm: String,
    /// Its setting, the best on the inner scores of the study; a position in its `trials`.
    pub trial: usize,
    /// Scores on the sealed rows, by metric.
    pub scores: BTreeMap<String, f64>,
    /// 95 % bootstrap interval of the deciding metric.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// What predictions passed through: the mean of the maps of the outer folds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recalibration: Option<Recalibration>,
    /// SHA-256 of the weights.
    pub model_sha256: String,
    /// Folder of the model, below the output folder.
    pub model: String,
}

/// Scores of one model on the sealed rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedScores {
    /// By metric.
    pub scores: BTreeMap<String, f64>,
    /// 95 % bootstrap interval of the deciding metric.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
}

/// A linear model of the columns that the clinic already has, fitted on all rows but the sealed ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedBaseline {
    /// The columns.
    pub columns: Vec<String>,
    /// Of the columns alone; `None` if that model failed.
    pub alone: Option<SealedScores>,
    /// One entry per strategy that was scored.
    pub added: Vec<SealedAdded>,
    /// Models that could not be fitted or scored, and why.
    pub failures: Vec<Failed>,
}

/// What one strategy adds on the sealed rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedAdded {
    /// Of the linear model of the columns and of what the strategy predicts.
    pub sealed: SealedScores,
    /// That model against the one of the columns alone; Holm's correction is over all strategies.
    pub gain: Compared,
}

/// A paired comparison on the sealed rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// The strategy.
    pub arm: String,
    /// What it is compared with: the single modality's arm that inner scores chose, or the columns that are
    /// known without any strategy.
    pub against: String,
    /// Improvement; positive is better for the strategy, whatever the metric.
    pub improvement: f64,
    /// 95 % bootstrap interval.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// Two-sided bootstrap p.
    pub p: Option<f64>,
    /// The same after Holm's correction over the comparisons that were declared before.
    pub p_holm: Option<f64>,
    /// Whether it was declared before the rows were opened; others are exploratory.
    pub confirmatory: bool,
}
