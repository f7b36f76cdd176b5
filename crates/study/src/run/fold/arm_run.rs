//! What came out of one arm in one outer fold.

use std::collections::BTreeMap;

use midfuse_eval::predict::Disclosed;
use midfuse_metrics::metric::Metric;
use midfuse_report::results::Failed;
use midfuse_wire::{Cost, Outcome, Stopped};

use crate::store::Stored;

/// One arm in one outer fold.
#[derive(Debug, Default)]
pub(crate) struct ArmRun {
    pub(crate) failures: Vec<Failed>,
    /// Trainings that the epoch limit ended.
    pub(crate) stopped_by_limit: usize,
    /// Seconds and peak memory of every job.
    pub(crate) costs: Vec<Cost>,
    pub(crate) refit: Option<Refit>,
}

/// The model of the chosen trial, fitted on all training rows of the outer fold.
#[derive(Debug)]
pub(crate) struct Refit {
    pub(crate) trial: usize,
    /// Mean inner score per trial.
    pub(crate) inner_scores: Vec<f64>,
    pub(crate) stored: Stored,
    pub(crate) disclosed: Disclosed,
    pub(crate) scores: BTreeMap<Metric, f64>,
}

impl ArmRun {
    pub(super) fn count(&mut self, stored: &Stored) {
        self.costs.push(stored.cost.clone());
        self.stopped_by_limit += usize::from(at_limit(&stored.outcome));
    }
}

fn at_limit(outcome: &Outcome) -> bool {
    outcome.stopped == Stopped::EpochLimit
}
