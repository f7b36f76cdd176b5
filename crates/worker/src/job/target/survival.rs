//! Times and events: what Cox's loss takes on the way in; log relative risks, and survival through
//! Breslow's baseline, on the way out.

use midfuse_base::{Recalibration, SurvivalTask, Targets, Validate};
use midfuse_core::convert::to_f64s;
use midfuse_eval::view::FitRows;
use midfuse_linear::Breslow;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tch::{Kind, Tensor};

use super::{FittedTarget, TargetPart, to_json};
use crate::model::ClassWeights;
use crate::{Error, Result};

/// Rows per step, where the training section does not say: the risk sets of a step are within it, so
/// it is larger than for other losses.
pub(super) const BATCH_SIZE: usize = 128;

/// The time to an event.
pub(super) struct TimesAndEvents<'a>(pub(super) &'a SurvivalTask);

/// The hazard that the log-risks are relative to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Baseline {
    /// Times at which survival is predicted.
    times: Vec<f64>,
    /// Mean log-risk of the fitting rows, and their baseline hazard about it; none before training.
    breslow: Option<Breslow>,
    /// Log-risks are divided by it, before the baseline is fitted and before they are predicted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
}

impl TargetPart for TimesAndEvents<'_> {
    fn summary(&self) -> &'static str {
        "the time to an event, right-censored: log relative risk and survival at stated times, fitted by Cox's partial likelihood"
    }

    fn training_defaults(&self) -> Map<String, Value> {
        Map::from_iter([("batch_size".to_owned(), json!(BATCH_SIZE))])
    }

    fn fit(&self, _: &Targets, _: &[String], _: &FitRows<'_>) -> Result<Box<dyn FittedTarget>> {
        Ok(Box::new(Baseline {
            times: self.0.times.clone(),
            breslow: None,
            temperature: None,
        }))
    }

    fn load(&self, saved: &Value) -> serde_json::Result<Box<dyn FittedTarget>> {
        Ok(Box::new(serde_json::from_value::<Baseline>(saved.clone())?))
    }
}

impl Baseline {
    /// Of the model's outputs `[N]`.
    fn log_risks(&self, outputs: &Tensor) -> Result<Vec<f64>> {
        let mut risks = to_f64s(&outputs.to_kind(Kind::Double))?;
        if let Some(temperature) = self.temperature {
            for risk in &mut risks {
                *risk /= temperature;
            }
        }
        Ok(risks)
    }
}

impl FittedTarget for Baseline {
    fn tensor(&self, targets: &Targets, n_predict: usize) -> Result<Tensor> {
        let (time, event) = targets.as_survival().unwrap_or_default();
        let known = time.iter().zip(event);
        let known = known.flat_map(|(&time, &event)| [time, f64::from(u8::from(event))]);
        let unknown = std::iter::repeat_n(f64::NAN, 2 * n_predict);
        let values: Vec<f64> = known.chain(unknown).collect();
        Ok(Tensor::from_slice(&values).view([-1, 2]))
    }

    fn class_weights(
        &self,
        fit: &Targets,
        stop: &Targets,
        _: ClassWeights,
    ) -> Result<Option<Tensor>> {
        let lacks_events = |targets: &Targets| {
            let (_, event) = targets.as_survival().unwrap_or_default();
            !event.contains(&true)
        };
        for (what, targets) in [("fit", fit), ("stop", stop)] {
            if lacks_events(targets) && !targets.is_empty() {
                return Err(Error::request(
                    what,
                    "at least one row with the event, as stratified splits give",
                    format!("{} rows, all of them censored", targets.len()),
                ));
            }
        }
        Ok(None)
    }

    fn recalibrate(&mut self, by: Option<&Recalibration>) -> Result<()> {
        self.temperature = match by {
            None => None,
            Some(Recalibration::Temperature { temperature }) => {
                Validate::new("Recalibration").above_zero("temperature", *temperature)?;
                Some(*temperature)
            }
            Some(by @ (Recalibration::Vector { .. } | Recalibration::Isotonic { .. })) => {
                let expected = "a temperature, as log-risks are no probabilities";
                return Err(Error::request(
                    "recalibration",
                    expected,
                    by.method().name(),
                ));
            }
        };
        Ok(())
    }

    fn finish(&mut self, fit: &Targets, outputs: &dyn Fn() -> Result<Tensor>) -> Result<()> {
        let (time, event) = fit.as_survival().unwrap_or_default();
        let log_risk = self.log_risks(&outputs()?)?;
        self.breslow = Some(Breslow::fit(time, event, &log_risk)?);
        Ok(())
    }

    fn scores(&self, outputs: &Tensor) -> Result<Vec<Vec<f64>>> {
        let Some(breslow) = &self.breslow else {
            let (expected, got) = ("a model whose baseline was fitted", "one before training");
            return Err(Error::request("survival", expected, got));
        };
        let values = self.log_risks(outputs)?;
        let of_row = |value: f64| {
            let log_risk = value - breslow.centre;
            let at = self
                .times
                .iter()
                .map(|&time| breslow.survival(time, log_risk));
            std::iter::once(log_risk).chain(at).collect()
        };
        Ok(values.into_iter().map(of_row).collect())
    }

    fn saved(&self) -> serde_json::Result<Value> {
        to_json(self)
    }
}
