//! How rows are split, scored and compared.

use std::path::PathBuf;

use midfuse_base::{Choices, RecalibrationMethod, Seed, options};
use midfuse_metrics::metric::Metric;
use serde::{Deserialize, Serialize};

use super::{Length, Size, SplitterName, StructureName, UnitRule};

/// How rows are split, scored and compared.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// How rows depend on one another.
    #[option(unset = "the strictest that the cohort declares")]
    pub structure: Option<StructureName>,
    /// Splitter of the outer folds.
    #[option(
        unset = "windows in time where the structure has times; else the k-fold, by group where there are groups, stratified where there are classes, events or strata"
    )]
    pub splitter: Option<SplitterName>,
    /// A split file, relative to the study file, in place of a splitter of the outer folds.
    #[option(unset = "none")]
    pub splits: Option<PathBuf>,
    /// What stratified splitters balance: a target or a column.
    #[option(unset = "the classes, or whether the event was seen")]
    pub stratify: Option<String>,
    /// Outer folds: each gives one test score per strategy.
    #[option(default = 5, range = 2..)]
    pub outer_folds: usize,
    /// How often the outer splits are drawn anew.
    #[option(default = 1, range = 1..)]
    pub repeats: usize,
    /// Inner folds, on which trials and the best single modality are chosen.
    #[option(default = 2, range = 2..)]
    pub inner_folds: usize,
    /// Size of an outer test side, for shuffle splits and windows.
    #[option(
        unset = "as the splitter has it",
        rule = "a share such as `0.2`, `{ rows = 50 }` or `{ time = 30 }`"
    )]
    pub test_size: Option<Size>,
    /// Length of an outer training window, for rolling windows.
    #[option(unset = "none")]
    pub train_size: Option<Length>,
    /// What is left out between train and test, for windows.
    #[option(unset = "nothing")]
    pub gap: Option<Length>,
    /// Time after a tested block in which no training row may start, for purged blocks.
    #[option(unset = "0")]
    pub embargo: Option<f64>,
    /// Blocks or groups that are tested together.
    #[option(unset = "as the splitter has it")]
    pub test_parts: Option<usize>,
    /// Share of the rows (or groups) that is sealed before anything else; with times, of the
    /// latest.
    #[option(
        unset = "0.2, and with a split file the rows that it names in no fold",
        rule = "`(0, 0.5]`"
    )]
    pub test_fraction: Option<f64>,
    /// What decides how long to train.
    #[option(default = StopRule::Inner)]
    pub stop: StopRule,
    /// Share of a job's training rows that only decides when to stop, with `stop = "rows"`.
    #[option(unset = "0.15 with `stop = \"rows\"`", rule = "`(0, 0.5]`")]
    pub stop_fraction: Option<f64>,
    /// The map that predictions pass through, so that they are right as often as they say; fitted on
    /// the predictions of the inner folds, from 32 units on (for a survival, 32 with the event).
    #[option(unset = "`temperature`; for a regression `none`")]
    pub calibration: Option<RecalibrationMethod>,
    /// Seed of every split, draw and training.
    #[option(default = Seed(0))]
    pub seed: Seed,
    /// Metric that chooses trials and is compared.
    #[option(unset = "`log-loss`, `mse` for a regression, `concordance` for a survival")]
    pub metric: Option<Metric>,
    /// How the rows of a unit count.
    #[option(
        unset = "`row`; where `cohort.toml` has units of several rows `rows-averaged-in-unit`, and `unit` for a survival"
    )]
    pub unit: Option<UnitRule>,
}

/// What decides how long to train.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum StopRule {
    /// The inner folds: the number of epochs with the best score there, by the metric of the study
    /// and, where it ties, by the loss; models are then fitted on all training rows for as many.
    Inner,
    /// A share of the training rows of each job, by the loss there; no step is taken on them.
    Rows,
    /// Nothing: every training runs for all epochs.
    None,
}

/// Share of the training rows that decides when to stop, where nobody states it.
const STOP_FRACTION: f64 = 0.15;

impl StopRule {
    /// Its name in a study file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Inner => "inner",
            Self::Rows => "rows",
            Self::None => "none",
        }
    }
}

impl Protocol {
    /// Share of the training rows of a job that decides when to stop; 0 where none does.
    pub fn stop_share(&self) -> f64 {
        match self.stop {
            StopRule::Rows => self.stop_fraction.unwrap_or(STOP_FRACTION),
            StopRule::Inner | StopRule::None => 0.0,
        }
    }
}
