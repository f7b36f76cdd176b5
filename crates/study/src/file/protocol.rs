//! How rows are split, scored and compared.

use midfuse_base::Seed;
use midfuse_eval::metric::{Metric, Unit};
use serde::{Deserialize, Serialize};

/// How rows are split, scored and compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Protocol {
    /// How rows depend on one another. Default: `grouped` where the cohort has groups, else `iid`.
    pub structure: Option<StructureName>,
    /// Splitter of every level. Default: the stratified one for classification, the plain one for
    /// regression, with groups where the structure is `grouped`.
    pub splitter: Option<SplitterName>,
    /// Outer folds: each gives one test score per strategy. Default 5; at least 2.
    pub outer_folds: usize,
    /// How often the outer splits are drawn anew. Default 1.
    pub repeats: usize,
    /// Inner folds, on which trials and the best single modality are chosen. Default 2.
    pub inner_folds: usize,
    /// Share of the rows (or groups) that is sealed before anything else; the nearest 1/k is taken.
    /// Default 0.2; in (0, 0.5].
    pub test_fraction: f64,
    /// Share of a job's training rows that only decides when to stop; the nearest 1/k is taken, and
    /// with 0 every training runs for all epochs. Default 0.15; in [0, 0.5].
    pub stop_fraction: f64,
    /// Seed of every split, draw and training. Default 0.
    pub seed: Seed,
    /// Metric that chooses trials and is compared. Default `log-loss`, or `mse` for a regression.
    pub metric: Option<Metric>,
    /// What one score counts. Default `row`, or `rows-averaged-in-group` where rows are grouped.
    pub unit: Option<Unit>,
}

impl Default for Protocol {
    fn default() -> Self {
        Self {
            structure: None,
            splitter: None,
            outer_folds: 5,
            repeats: 1,
            inner_folds: 2,
            test_fraction: 0.2,
            stop_fraction: 0.15,
            seed: Seed(0),
            metric: None,
            unit: None,
        }
    }
}

/// How rows depend on one another: a claim that the report prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StructureName {
    /// Every row is a unit of its own.
    Iid,
    /// Rows of one group (a patient, a speaker) belong together.
    Grouped,
}

/// Which splitter cuts the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SplitterName {
    /// Folds of equal size.
    KFold,
    /// Folds of equal size with the classes in equal shares.
    StratifiedKFold,
    /// Whole groups, folds of about equal size.
    GroupKFold,
    /// Whole groups, classes in about equal shares.
    StratifiedGroupKFold,
}

impl SplitterName {
    /// What cuts the rows where the study file names no splitter.
    pub(crate) fn usual(structure: StructureName, has_classes: bool) -> Self {
        match (structure, has_classes) {
            (StructureName::Iid, false) => Self::KFold,
            (StructureName::Iid, true) => Self::StratifiedKFold,
            (StructureName::Grouped, false) => Self::GroupKFold,
            (StructureName::Grouped, true) => Self::StratifiedGroupKFold,
        }
    }
}
