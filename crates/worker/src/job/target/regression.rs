//! Numbers: standardised on the way in, in their own unit on the way out.

use midfuse_base::{Recalibration, Targets};
use midfuse_core::convert::to_f64s;
use midfuse_eval::transform::Standardiser;
use midfuse_eval::view::FitRows;
use serde_json::{Map, Value};
use tch::{Kind, Tensor};

use super::{FittedTarget, TargetPart, to_json};
use crate::model::ClassWeights;
use crate::{Error, Result};

/// A number.
pub(super) struct Numbers;

/// Mean and scale of the target on the fitting rows.
#[derive(Debug)]
struct Scale(Standardiser);

impl TargetPart for Numbers {
    fn summary(&self) -> &'static str {
        "a number, fitted by the squared error of standardised targets"
    }

    fn training_defaults(&self) -> Map<String, Value> {
        Map::new()
    }

    fn fit(
        &self,
        targets: &Targets,
        ids: &[String],
        fit_rows: &FitRows<'_>,
    ) -> Result<Box<dyn FittedTarget>> {
        let values = targets.as_values().unwrap_or_default();
        let train = fit_rows.take(ids, |row| {
            vec![values.get(row).copied().unwrap_or(f64::NAN)]
        })?;
        Ok(Box::new(Scale(Standardiser::fit::<f64, _>(&train)?)))
    }

    fn load(&self, saved: &Value) -> serde_json::Result<Box<dyn FittedTarget>> {
        Ok(Box::new(Scale(serde_json::from_value(saved.clone())?)))
    }
}

impl Scale {
    /// Standardised numbers.
    fn values(&self, targets: &Targets) -> Result<Vec<f64>> {
        let mut standard = targets.as_values().unwrap_or_default().to_vec();
        for value in &mut standard {
            self.0.apply(std::slice::from_mut(value))?;
        }
        Ok(standard)
    }
}

impl FittedTarget for Scale {
    fn tensor(&self, targets: &Targets, n_predict: usize) -> Result<Tensor> {
        let mut standard = self.values(targets)?;
        standard.extend(std::iter::repeat_n(f64::NAN, n_predict));
        Ok(Tensor::from_slice(&standard).to_kind(Kind::Float))
    }

    fn standard(&self, targets: &Targets) -> Result<Targets> {
        Ok(Targets::Value(self.values(targets)?))
    }

    fn class_weights(&self, _: &Targets, _: &Targets, _: ClassWeights) -> Result<Option<Tensor>> {
        Ok(None)
    }

    fn recalibrate(&mut self, by: Option<&Recalibration>) -> Result<()> {
        match by {
            None => Ok(()),
            Some(by) => {
                let expected = "none: a predicted number is not recalibrated";
                Err(Error::request(
                    "recalibration",
                    expected,
                    by.method().name(),
                ))
            }
        }
    }

    fn finish(&mut self, _: &Targets, _: &dyn Fn() -> Result<Tensor>) -> Result<()> {
        Ok(())
    }

    fn scores(&self, outputs: &Tensor) -> Result<Vec<Vec<f64>>> {
        let values = to_f64s(&outputs.to_kind(Kind::Double))?;
        let in_unit = |value: f64| {
            let mut row = vec![value];
            self.0.invert(&mut row)?;
            Ok(row)
        };
        values.into_iter().map(in_unit).collect()
    }

    fn saved(&self) -> serde_json::Result<Value> {
        to_json(&self.0)
    }
}
