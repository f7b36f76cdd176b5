//! Heads that classify: logits, cross-entropy, the mean of log-probabilities.

use midfuse_core::{Result, Validate};
use tch::Tensor;

use super::HeadTask;
use crate::loss::ClassLoss;
use crate::{Prediction, mean_log_probabilities};

/// One of this many classes.
#[derive(Debug)]
pub(super) struct Classification {
    pub(super) n_classes: i64,
}

impl HeadTask for Classification {
    fn d_out(&self) -> i64 {
        self.n_classes
    }

    fn validate(&self, check: Validate) -> Result<()> {
        let enough = self.n_classes >= 2;
        Ok(check.ensure(enough, "task.classes", "at least 2 classes", self.n_classes)?)
    }

    fn mean(&self, predictions: &[Prediction]) -> Result<Tensor> {
        mean_log_probabilities(predictions)
    }

    fn loss(
        &self,
        predictions: &Tensor,
        targets: &Tensor,
        of_classes: &ClassLoss,
    ) -> Result<Tensor> {
        of_classes.of(predictions, targets)
    }
}
