//! Classes: indices in, log-probabilities out.

use midfuse_base::Targets;
use midfuse_core::convert::to_f64s;
use midfuse_eval::view::FitRows;
use midfuse_fusion::loss::balanced_class_weights;
use serde_json::{Map, Value};
use tch::{Kind, Tensor};

use super::{FittedTarget, TargetPart, to_json};
use crate::Result;
use crate::model::ClassWeights;

/// What `torch.nn.functional.cross_entropy` leaves out by default: a row without a target.
const NO_CLASS: i64 = -100;

/// This many classes; nothing of them is fitted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Classes(pub(super) usize);

impl TargetPart for Classes {
    fn training_defaults(&self) -> Map<String, Value> {
        Map::new()
    }

    fn fit(&self, _: &Targets, _: &[String], _: &FitRows<'_>) -> Result<Box<dyn FittedTarget>> {
        Ok(Box::new(*self))
    }

    fn load(&self, saved: &Value) -> serde_json::Result<Box<dyn FittedTarget>> {
        serde_json::from_value::<()>(saved.clone())?;
        Ok(Box::new(*self))
    }
}

impl FittedTarget for Classes {
    fn tensor(&self, targets: &Targets, n_predict: usize) -> Result<Tensor> {
        let classes = targets.as_classes().unwrap_or_default();
        let known = classes.iter().map(|&class| class as i64);
        let unknown = std::iter::repeat_n(NO_CLASS, n_predict);
        Ok(Tensor::from_slice(
            &known.chain(unknown).collect::<Vec<_>>(),
        ))
    }

    fn class_weights(
        &self,
        fit: &Targets,
        _: &Targets,
        weights: ClassWeights,
    ) -> Result<Option<Tensor>> {
        match weights {
            ClassWeights::None => Ok(None),
            ClassWeights::Balanced => {
                let mut counts = vec![0; self.0];
                for &class in fit.as_classes().unwrap_or_default() {
                    if let Some(count) = counts.get_mut(class) {
                        *count += 1;
                    }
                }
                let weights = balanced_class_weights(&counts)?;
                Ok(Some(Tensor::from_slice(&weights).to_kind(Kind::Float)))
            }
        }
    }

    fn finish(&mut self, _: &Targets, _: &dyn Fn() -> Result<Tensor>) -> Result<()> {
        Ok(())
    }

    fn scores(&self, outputs: &Tensor) -> Result<Vec<Vec<f64>>> {
        let exact = outputs.to_kind(Kind::Double);
        let values = to_f64s(&exact.log_softmax(-1, Kind::Double))?;
        Ok(values.chunks(self.0.max(1)).map(<[f64]>::to_vec).collect())
    }

    fn saved(&self) -> serde_json::Result<Value> {
        to_json(())
    }
}
