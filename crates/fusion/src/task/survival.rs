//! Heads that predict a log relative risk: Cox's partial likelihood, the mean of log-risks.

use midfuse_core::check::{self, Dim};
use midfuse_core::{Result, Validate};
use tch::{Kind, Tensor};

use super::{HeadTask, no_classes};
use crate::loss::{ClassLoss, cox};
use crate::{Prediction, mean_values};

/// One log relative risk.
#[derive(Debug)]
pub(super) struct Survival;

impl HeadTask for Survival {
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
        const MODULE: &str = "cox";
        no_classes(MODULE, of_classes)?;
        check::shape(MODULE, targets, &[Dim::Any("B"), Dim::Is(2)])?;
        check::kind(MODULE, targets, Kind::Double)?;
        let (time, event) = (targets.select(1, 0), targets.select(1, 1));
        cox(predictions, &time, &event.gt(0.5))
    }
}
