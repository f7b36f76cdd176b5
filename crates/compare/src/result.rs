//! What a comparison gives.

use midfuse_metrics::stats::{Friedman, Interval, TestResult};
use serde::Serialize;

/// Models, pairs and warnings. Serialises to what `--json` writes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Version of this form: 1.
    pub schema: u32,
    /// Name of what was scored, `"auc"`, or `"score"` where none was given.
    pub metric: String,
    /// True where a larger score is better.
    pub greater_is_better: bool,
    /// What the tests go by.
    pub design: Design,
    /// One entry per model, best first.
    pub models: Vec<ModelScore>,
    /// All pairs, the better model first; or every model against the reference.
    pub pairs: Vec<Pair>,
    /// Over data sets and three models or more: Friedman's test and Nemenyi's critical difference of
    /// mean ranks, in the order of `models`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub omnibus: Option<Friedman>,
    /// What to know before the numbers are believed.
    pub warnings: Vec<Warning>,
    /// The result in one plain paragraph.
    pub summary: String,
}

/// What the tests go by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Design {
    /// Paired scores of folds.
    Folds {
        /// Folds of all repeats that every model has.
        folds: usize,
        /// Repeats.
        repeats: usize,
        /// Numerator and denominator of the correction, `n_test / n_train`.
        test: usize,
        /// See `test`.
        train: usize,
    },
    /// Paired mean scores of independent data sets.
    DataSets {
        /// Data sets that every model has.
        data_sets: usize,
        /// Folds that were averaged, over all data sets.
        folds: usize,
    },
    /// Paired predictions of independent units.
    Units {
        /// Number of units: rows, or groups of rows.
        units: usize,
        /// Rows that every model predicted.
        rows: usize,
        /// What a unit is: `"row"` or `"group"`.
        unit: &'static str,
    },
}

/// Score of a model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelScore {
    /// Its name.
    pub model: String,
    /// Mean over folds or data sets, or score of all units.
    pub score: f64,
    /// 95 % interval; `None` where it cannot be had.
    pub interval: Option<Interval>,
    /// Mean rank over folds or data sets, 1 is best; rank of the score where there are neither.
    pub mean_rank: f64,
    /// Score of each fold, or mean score of each data set; empty for units.
    pub fold_scores: Vec<f64>,
    /// Rows, folds or data sets that the file holds of this model.
    pub found: usize,
    /// Of these, left out because another model lacks them.
    pub dropped: usize,
}

/// Two models and the test of their difference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// The model.
    pub model: String,
    /// What it is compared with.
    pub reference: String,
    /// How much better the model is, in the unit of the metric; negative where it is worse. Over data
    /// sets the Hodges-Lehmann median of the differences, else the difference of the two scores.
    pub improvement: f64,
    /// The test, its effect and interval turned so that positive is better; `None` where it cannot be
    /// made.
    pub test: Option<TestResult>,
    /// p after Holm over all pairs that have one.
    pub p_holm: Option<f64>,
    /// Why there is no test.
    pub untested: Option<String>,
}

/// Something to know before the numbers are believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Its kind.
    pub kind: WarningKind,
    /// What, in words.
    pub message: String,
}

/// Kinds of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WarningKind {
    /// The models were scored on different rows or folds.
    DifferentRows,
    /// The models were split differently, so that folds are not paired.
    DifferentSplits,
    /// Rows lie in groups, and the group is the unit.
    RowsAreNotTheUnit,
    /// Test sets of folds share rows, or training sets do.
    FoldsOverlap,
    /// Sizes, or the direction of the metric, had to be assumed.
    Assumed,
    /// Too few units for the intervals to hold what they say.
    FewUnits,
    /// The metric is undefined in a fold, so all rows were pooled.
    Pooled,
}

impl Comparison {
    /// The comparison as indented JSON.
    ///
    /// # Errors
    /// [`Error::Json`](crate::Error::Json) if it cannot be written.
    pub fn json(&self) -> crate::Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }
}

impl Warning {
    pub(super) fn new(kind: WarningKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}
