//! A saved model, ready to predict.

use midfuse_train::predict;
use tch::{Device, Tensor};

use crate::Result;
use crate::estimator::{FittedEstimator, features};
use crate::job::{CohortSource, outputs};
use crate::modality::{AnyInput, Sizes};
use crate::model::Members;

/// A saved model with what was fitted.
pub(crate) enum Predictor {
    /// A network with its weights, or several that predict together.
    Network {
        model: Members,
        device: Device,
        /// Rows at a time.
        batch: usize,
    },
    /// An estimator, with the sizes of the modalities that it takes.
    Estimator {
        model: Box<dyn FittedEstimator>,
        sizes: Vec<Sizes>,
    },
}

impl Predictor {
    /// Outputs `[N, K]` of `n` rows.
    pub(super) fn outputs(&self, inputs: &[AnyInput], n: usize) -> Result<Tensor> {
        match self {
            Self::Network {
                model,
                device,
                batch,
                ..
            } => {
                let source = CohortSource::new(inputs, n, *device);
                let indices: Vec<i64> = (0..n as i64).collect();
                Ok(predict(model, &source, &indices, *batch)?)
            }
            Self::Estimator { model, sizes } => {
                outputs(model.as_ref(), &features(inputs, sizes, n)?.view())
            }
        }
    }
}
