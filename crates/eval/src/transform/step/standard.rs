//! Columns of mean 0 and variance 1, as a step.

use midfuse_base::options;
use serde::{Deserialize, Serialize};

use super::{Columns, FittedStep, Step, StepTrain};
use crate::transform::{Standardiser, TransformError};

/// A [`Standardiser`]; it has no options.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandardConfig {}

impl Step for StandardConfig {
    type Fitted = Standardiser;

    fn fit(&self, train: &StepTrain<'_>) -> Result<Standardiser, TransformError> {
        Ok(Standardiser::of_columns(&train.columns()))
    }

    fn most(&self, columns: Columns) -> Columns {
        columns
    }
}

impl FittedStep for Standardiser {
    fn d_in(&self) -> usize {
        self.mean.len()
    }

    fn d_out(&self) -> usize {
        self.mean.len()
    }

    fn check(&self) -> Result<(), &'static str> {
        // Reading it does so already.
        Ok(())
    }

    fn names(&self, names: &[String]) -> Vec<String> {
        names.to_vec()
    }

    fn apply(&self, row: &mut Vec<f64>) -> Result<(), TransformError> {
        Standardiser::apply(self, row)
    }
}
