//! Classes: indices in, log-probabilities out.

use midfuse_base::{Recalibration, Targets};
use midfuse_core::convert::to_f64s;
use midfuse_eval::view::FitRows;
use midfuse_fusion::loss::balanced_class_weights;
use serde::de::Error as _;
use serde_json::{Map, Value};
use tch::{Kind, Tensor};

use super::{FittedTarget, TargetPart, to_json};
use crate::Result;
use crate::model::ClassWeights;

/// What `torch.nn.functional.cross_entropy` leaves out by default: a row without a target.
const NO_CLASS: i64 = -100;

/// This many classes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Classes(pub(super) usize);

/// Nothing of classes is fitted here; a map of their probabilities is handed over.
#[derive(Debug)]
struct MappedClasses {
    n_classes: usize,
    recalibration: Option<Recalibration>,
}

impl TargetPart for Classes {
    fn summary(&self) -> &'static str {
        "one of several classes: log-probabilities, fitted by cross-entropy"
    }

    fn training_defaults(&self) -> Map<String, Value> {
        Map::new()
    }

    fn fit(&self, _: &Targets, _: &[String], _: &FitRows<'_>) -> Result<Box<dyn FittedTarget>> {
        Ok(Box::new(MappedClasses {
            n_classes: self.0,
            recalibration: None,
        }))
    }

    fn load(&self, saved: &Value) -> serde_json::Result<Box<dyn FittedTarget>> {
        let recalibration = serde_json::from_value::<Option<Recalibration>>(saved.clone())?;
        if let Some(by) = &recalibration {
            by.check(self.0).map_err(serde_json::Error::custom)?;
        }
        Ok(Box::new(MappedClasses {
            n_classes: self.0,
            recalibration,
        }))
    }
}

impl FittedTarget for MappedClasses {
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
                let mut counts = vec![0; self.n_classes];
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

    fn recalibrate(&mut self, by: Option<&Recalibration>) -> Result<()> {
        if let Some(by) = by {
            by.check(self.n_classes)?;
        }
        self.recalibration = by.cloned();
        Ok(())
    }

    fn finish(&mut self, _: &Targets, _: &dyn Fn() -> Result<Tensor>) -> Result<()> {
        Ok(())
    }

    fn scores(&self, outputs: &Tensor) -> Result<Vec<Vec<f64>>> {
        let exact = outputs.to_kind(Kind::Double);
        let values = to_f64s(&exact.log_softmax(-1, Kind::Double))?;
        let rows = values.chunks(self.n_classes.max(1));
        Ok(match &self.recalibration {
            None => rows.map(<[f64]>::to_vec).collect(),
            Some(by) => rows.map(|row| by.log_probabilities(row)).collect(),
        })
    }

    fn saved(&self) -> serde_json::Result<Value> {
        to_json(&self.recalibration)
    }
}
