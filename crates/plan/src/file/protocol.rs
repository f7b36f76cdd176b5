//! How rows are split, scored and compared.

use std::path::PathBuf;

use midfuse_base::Seed;
use midfuse_metrics::metric::{Metric, Unit};
use serde::{Deserialize, Serialize};

use super::{Length, Size, SplitterName, StructureName};

/// How rows are split, scored and compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Protocol {
    /// How rows depend on one another. Default: the strictest that the cohort declares.
    pub structure: Option<StructureName>,
    /// Splitter of the outer folds. Default: windows in time where the structure has times; else
    /// the k-fold, by group where there are groups, stratified where there are classes, events or
    /// strata.
    pub splitter: Option<SplitterName>,
    /// A split file, relative to the study file, in place of a splitter of the outer folds.
    pub splits: Option<PathBuf>,
    /// What stratified splitters balance: a target or a column. Default: the classes, or
    /// whether the event was seen.
    pub stratify: Option<String>,
    /// Outer folds: each gives one test score per strategy. Default 5; at least 2.
    pub outer_folds: usize,
    /// How often the outer splits are drawn anew. Default 1.
    pub repeats: usize,
    /// Inner folds, on which trials and the best single modality are chosen. Default 2.
    pub inner_folds: usize,
    /// Size of an outer test side, for shuffle splits and windows.
    pub test_size: Option<Size>,
    /// Length of an outer training window, for rolling windows.
    pub train_size: Option<Length>,
    /// What is left out between train and test, for windows.
    pub gap: Option<Length>,
    /// Time after a tested block in which no training row may start, for purged blocks.
    pub embargo: Option<f64>,
    /// Blocks or groups that are tested together.
    pub test_parts: Option<usize>,
    /// Share of the rows (or groups) that is sealed before anything else; with times, of the
    /// latest. Default 0.2, and with a split file the rows that it names in no fold.
    pub test_fraction: Option<f64>,
    /// Share of a job's training rows that only decides when to stop; with 0 every training runs
    /// for all epochs. Default 0.15; in [0, 0.5].
    pub stop_fraction: f64,
    /// Seed of every split, draw and training. Default 0.
    pub seed: Seed,
    /// Metric that chooses trials and is compared. Default `log-loss`, `mse` for a
    /// regression, `concordance` for a survival.
    pub metric: Option<Metric>,
    /// What one score counts. Default `row`; where rows are grouped
    /// `rows-averaged-in-group`, and `group` for a survival.
    pub unit: Option<Unit>,
}

impl Default for Protocol {
    fn default() -> Self {
        Self {
            structure: None,
            splitter: None,
            splits: None,
            stratify: None,
            outer_folds: 5,
            repeats: 1,
            inner_folds: 2,
            test_size: None,
            train_size: None,
            gap: None,
            embargo: None,
            test_parts: None,
            test_fraction: None,
            stop_fraction: 0.15,
            seed: Seed(0),
            metric: None,
            unit: None,
        }
    }
}
