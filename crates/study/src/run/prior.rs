//! The model that every other has to beat: what the training targets say without any input.

use midfuse_base::{Targets, Task};
use midfuse_eval::predict::{Learner, Predict};
use midfuse_eval::view::FitRows;
use midfuse_metrics::metric::task_metrics;

/// Learns the prior of a task: class shares, the mean, the Kaplan-Meier curve.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prior<'a>(pub(crate) &'a Task);

/// The same scores for every row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Constant(Vec<f64>);

impl Predict for Constant {
    fn predict(&self, _: &str) -> Vec<f64> {
        self.0.clone()
    }
}

impl Learner for Prior<'_> {
    type Model = Constant;

    fn learn(&self, _: &FitRows<'_>, targets: &Targets) -> Constant {
        Constant(task_metrics(self.0).prior(targets))
    }
}
