//! Heads that predict a number: squared error, the mean of values.

use midfuse_core::{Result, Validate};
use tch::Tensor;

use super::{HeadTask, no_classes};
use crate::loss::{ClassLoss, squared_error};
use crate::{Prediction, mean_values};

/// One number.
#[derive(Debug)]
pub(super) struct Regression;

impl HeadTask for Regression {
    fn d_out(&self) -> i64 {
        1
    }

    fn validate(&self, _: Validate) -> Result<()> {
        Ok(())
    }

    fn mean(&self, predictions: &[Prediction]) -> Result<Tensor> {
        mean_values(predictions)
    }

    fn loss(
        &self,
        predictions: &Tensor,
        targets: &Tensor,
        of_classes: &ClassLoss,
    ) -> Result<Tensor> {
        no_classes("squared_error", of_classes)?;
        squared_error(predictions, targets)
    }
}
