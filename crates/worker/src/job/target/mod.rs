//! Targets on the way in, scores on the way out.

use midfuse_base::{Targets, Task};
use midfuse_core::convert::to_f64s;
use midfuse_eval::transform::Standardiser;
use midfuse_eval::view::FitRows;
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

use crate::Result;

/// What `torch.nn.functional.cross_entropy` leaves out by default: a row without a target.
const NO_CLASS: i64 = -100;

/// Mean and scale of a regression target on the fitting rows; nothing in a classification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct TargetScale(Option<Standardiser>);

impl TargetScale {
    /// Fits on the fitting rows; `ids` are those of `targets`.
    pub(crate) fn fit(targets: &Targets, ids: &[String], fit_rows: &FitRows<'_>) -> Result<Self> {
        let Targets::Value(values) = targets else {
            return Ok(Self(None));
        };
        let train = fit_rows.take(ids, |row| {
            vec![values.get(row).copied().unwrap_or(f64::NAN)]
        })?;
        Ok(Self(Some(Standardiser::fit::<f64, _>(&train)?)))
    }

    /// Targets as the loss takes them: classes, or standardised values. Rows to predict come behind
    /// and have none: their loss is 0 or NaN and never their own.
    pub(crate) fn tensor(
        &self,
        targets: &Targets,
        n_predict: usize,
        device: Device,
    ) -> Result<Tensor> {
        let tensor = match targets {
            Targets::Class(classes) => {
                let known = classes.iter().map(|&class| class as i64);
                let unknown = std::iter::repeat_n(NO_CLASS, n_predict);
                Tensor::from_slice(&known.chain(unknown).collect::<Vec<_>>())
            }
            Targets::Value(values) => {
                let mut standard = values.clone();
                for value in &mut standard {
                    self.standardise(std::slice::from_mut(value))?;
                }
                standard.extend(std::iter::repeat_n(f64::NAN, n_predict));
                Tensor::from_slice(&standard).to_kind(Kind::Float)
            }
        };
        Ok(tensor.to_device(device))
    }

    fn standardise(&self, value: &mut [f64]) -> Result<()> {
        match &self.0 {
            Some(scale) => Ok(scale.apply(value)?),
            None => Ok(()),
        }
    }

    fn invert(&self, value: &mut [f64]) -> Result<()> {
        match &self.0 {
            Some(scale) => Ok(scale.invert(value)?),
            None => Ok(()),
        }
    }
}

/// Log-probabilities in the order of the classes, or one value in the target's own unit, from a
/// model's `[N, n_classes]` or `[N, 1]`.
pub(crate) fn scores(logits: &Tensor, task: &Task, scale: &TargetScale) -> Result<Vec<Vec<f64>>> {
    let exact = logits.to_kind(Kind::Double);
    let values = match task {
        Task::Classification { .. } => to_f64s(&exact.log_softmax(-1, Kind::Double))?,
        Task::Regression => to_f64s(&exact)?,
    };
    let mut rows: Vec<Vec<f64>> = values
        .chunks(task.n_scores().max(1))
        .map(<[f64]>::to_vec)
        .collect();
    if *task == Task::Regression {
        for row in &mut rows {
            scale.invert(row)?;
        }
    }
    Ok(rows)
}
