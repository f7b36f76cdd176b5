//! What is known without any strategy, and what each adds to it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Failed, FusionComparison, ScoreSummary};

/// A linear model of the columns that the clinic already has, alone and beside each strategy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClinicalBaseline {
    /// The columns.
    pub columns: Vec<String>,
    /// Of the columns alone, by metric: mean over outer folds with its interval; empty if it failed.
    pub scores: BTreeMap<String, ScoreSummary>,
    /// One entry per strategy that ran without failures.
    pub added: Vec<Added>,
    /// Models that could not be fitted or scored, and why.
    pub failures: Vec<Failed>,
}

/// What one strategy adds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Added {
    /// Of the linear model of the columns and of what the strategy predicts, by metric.
    pub scores: BTreeMap<String, ScoreSummary>,
    /// That model against the one of the columns alone; Holm's correction is over all strategies.
    pub gain: FusionComparison,
}
