//! What a study found about one strategy.

use std::collections::BTreeMap;

use midfuse_base::Recalibration;
use midfuse_base::catalogue::ArmKind;
use midfuse_wire::{Epoch, Stopped};
use serde::{Deserialize, Serialize};

/// What a study found about one strategy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmResult {
    /// Name: `concat`, `single-pixels`.
    pub name: String,
    /// Registered name of the fusion or baseline.
    pub fusion: String,
    /// True for a baseline: a model without epochs, that fusions are held against.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub baseline: bool,
    /// Modalities that take part.
    pub modalities: Vec<String>,
    /// The settings that were tried.
    pub trials: Vec<Drawn>,
    /// Jobs of this strategy that were started.
    pub jobs: usize,
    /// Jobs of this strategy that failed; with any, it takes no part in the tests.
    pub jobs_failed: usize,
    /// Which jobs failed, and why.
    pub failures: Vec<Failed>,
    /// One entry per outer fold that has a refit.
    pub folds: Vec<FoldResult>,
    /// Mean over outer folds with its interval, by metric; empty if any job failed.
    pub scores: BTreeMap<String, ScoreSummary>,
    /// Trainable parameters: the largest over outer folds, as chosen settings may differ.
    pub n_parameters: u64,
    /// Floating-point operations of one forward pass of one row: the largest over outer folds.
    pub flops_per_row: u64,
    /// Trainings, inner ones and refits, that the epoch limit ended, where rows decide when to stop.
    pub stopped_by_limit: usize,
    /// Rows (true class) x columns (predicted class), pooled over outer folds and repeats; empty
    /// for a regression.
    pub confusion: Vec<Vec<u64>>,
}

impl ArmResult {
    /// What it is.
    pub fn kind(&self) -> ArmKind {
        ArmKind::of(self.baseline, self.modalities.len())
    }

    /// Whether its first setting is what the study file says, and not drawn.
    pub fn has_own_setting(&self) -> bool {
        let first = self.trials.first();
        first.is_some_and(|trial| trial.values.is_empty())
    }

    /// True for one modality alone, be it a network or a baseline: a candidate for the best single.
    pub fn is_single(&self) -> bool {
        self.modalities.len() == 1
    }

    /// True if every job succeeded.
    pub fn is_complete(&self) -> bool {
        self.jobs_failed == 0
    }

    /// The folds in which no training was better on the inner folds than any.
    pub fn folds_without_learning(&self) -> usize {
        let chosen = |fold: &FoldResult| fold.inner_epochs.get(fold.trial).copied().flatten();
        self.folds
            .iter()
            .filter(|fold| chosen(fold) == Some(0))
            .count()
    }

    /// What is to be said of how long it trained: at the epoch limit, or not at all.
    pub fn doubts_about_length(&self, limit: usize) -> Vec<String> {
        let mut doubts = Vec::new();
        let (folds, at_limit) = (self.folds.len(), self.refits_stopped_by_limit());
        if self.stopped_by_limit > 0 {
            doubts.push(format!(
                "{} of {} trainings, {at_limit} of {folds} refits among them, were stopped by the limit of {limit} epochs; more might change the scores",
                self.stopped_by_limit,
                self.jobs - self.jobs_failed,
            ));
        } else if at_limit > 0 {
            doubts.push(format!(
                "in {at_limit} of {folds} folds the inner folds chose the longest training, {limit} epochs, and it was still rising: more might change the scores"
            ));
        }
        let untrained = self.folds_without_learning();
        if untrained > 0 {
            doubts.push(format!(
                "does not learn: in {untrained} of {folds} folds no training was better on the inner folds than any"
            ));
        }
        doubts
    }

    /// The refits that are as long as the epoch limit lets them.
    pub fn refits_stopped_by_limit(&self) -> usize {
        self.folds
            .iter()
            .filter(|fold| fold.stopped == Stopped::EpochLimit)
            .count()
    }
}

/// A setting that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// The values drawn, by dotted key of the search space.
    pub values: BTreeMap<String, serde_json::Value>,
    /// The model section with every default filled in, as the worker resolved it.
    pub resolved: serde_json::Value,
}

/// A job that failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    /// The job.
    pub job: String,
    /// Why.
    pub message: String,
}

/// One outer fold of one strategy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoldResult {
    /// Repeat, from 0.
    pub repeat: usize,
    /// Outer fold in its repeat, from 0.
    pub fold: usize,
    /// Rows to fit on.
    pub n_train: usize,
    /// Rows that were predicted.
    pub n_test: usize,
    /// Rows on neither side, because their time or group is tested.
    pub n_dropped: usize,
    /// The setting that won on the inner scores, as a position in `trials`.
    pub trial: usize,
    /// Mean inner score of each trial on the chosen metric; `None` where it failed.
    pub inner_scores: Vec<Option<f64>>,
    /// Epochs that the inner folds chose for each trial; `None` where they chose none. 0: no
    /// training was better than any.
    pub inner_epochs: Vec<Option<usize>>,
    /// Epochs that each trial was given at most on the inner folds, where trials are halved; empty where
    /// all have those of the budget. Trials with fewer than the most could not be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inner_limits: Vec<usize>,
    /// What predictions of the test rows passed through, fitted on inner rows; absent where nothing
    /// was fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recalibration: Option<Recalibration>,
    /// Scores on the outer test rows, by metric.
    pub scores: BTreeMap<String, f64>,
    /// Epoch (from 0) whose weights were kept; 0 of a baseline, which has none.
    pub best_epoch: usize,
    /// Why the refit ended.
    pub stopped: Stopped,
    /// Learning curve of the refit.
    pub epochs: Vec<Epoch>,
    /// SHA-256 of the refit's weights.
    pub model_sha256: String,
    /// Folder of the refit's model, below the output folder.
    pub model: String,
}

impl FoldResult {
    /// Whether a trial had all epochs on the inner folds: not where others left it behind.
    pub fn is_whole(&self, trial: usize) -> bool {
        self.inner_limits.get(trial) == self.inner_limits.iter().max()
    }
}

/// Mean over outer folds and its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreSummary {
    /// Mean over outer folds and repeats.
    pub mean: f64,
    /// Lower end of the 95 % interval of the corrected resampled t; `None` where it is undefined.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
}
