//! What came out of one arm in one outer fold.

use std::collections::BTreeMap;

use midfuse_base::Recalibration;
use midfuse_eval::predict::Disclosed;
use midfuse_metrics::metric::Metric;
use midfuse_plan::file::StopRule;
use midfuse_report::results::Failed;
use midfuse_wire::{Cost, Stopped};

use super::length::Length;
use super::selection::InnerResult;
use crate::store::Stored;

/// One arm in one outer fold.
#[derive(Debug, Default)]
pub(crate) struct ArmRun {
    pub(crate) failures: Vec<Failed>,
    /// Trainings that the epoch limit ended, where rows decide when to stop.
    pub(crate) stopped_by_limit: usize,
    /// Seconds and peak memory of every job.
    pub(crate) costs: Vec<Cost>,
    pub(crate) refit: Option<Refit>,
}

/// The model of the chosen trial, fitted on all training rows of the outer fold.
#[derive(Debug)]
pub(crate) struct Refit {
    pub(crate) trial: usize,
    /// What the inner folds say of each trial.
    pub(crate) trials: Vec<InnerResult>,
    /// What its predictions passed through.
    pub(crate) recalibration: Option<Recalibration>,
    pub(crate) stored: Stored,
    pub(crate) disclosed: Disclosed,
    pub(crate) scores: BTreeMap<Metric, f64>,
}

impl ArmRun {
    pub(super) fn count(&mut self, stored: &Stored, stop: StopRule) {
        self.costs.push(stored.cost.clone());
        let at_limit = match stop {
            StopRule::Rows => stored.outcome.stopped == Stopped::EpochLimit,
            // Every inner training runs to the limit, and refits for as long as was chosen.
            StopRule::Inner | StopRule::None => false,
        };
        self.stopped_by_limit += usize::from(at_limit);
    }
}

impl Refit {
    /// How long it trained, where the inner folds chose that.
    pub(crate) fn length(&self) -> Option<Length> {
        self.trials.get(self.trial)?.length
    }
}
