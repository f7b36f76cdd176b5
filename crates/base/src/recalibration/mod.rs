//! Maps of a model's predictions that were fitted on rows it had not seen, so that probabilities
//! are right as often as they say. They are fitted in `midfuse-metrics` and applied by workers.

mod isotonic;
mod mean;

use serde::{Deserialize, Serialize};

pub use isotonic::Knots;

use crate::{Choices, ConfigError, Validate, log_sum_exp};

/// Which map is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum RecalibrationMethod {
    /// One temperature: logits, or log-risks, are divided by it. It cannot change which class is
    /// likelier.
    Temperature,
    /// A weight and a bias for each class; with few units it fits them.
    Vector,
    /// A rising curve of the probability, of each class where there are more than two; with few units
    /// it fits them.
    Isotonic,
    /// None: predictions stay as the model makes them.
    None,
}

impl RecalibrationMethod {
    /// Its name in a study file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Temperature => "temperature",
            Self::Vector => "vector",
            Self::Isotonic => "isotonic",
            Self::None => "none",
        }
    }

    /// The fewest units that it is fitted on.
    pub fn fewest_units(self) -> usize {
        match self {
            Self::Temperature => 32,
            Self::Vector | Self::Isotonic => 1000,
            Self::None => 0,
        }
    }
}

/// A fitted map of predictions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "method", deny_unknown_fields)]
pub enum Recalibration {
    /// Logits, or log-risks, are divided by it: above 1 the model was too sure of itself.
    Temperature {
        /// Above 0.
        temperature: f64,
    },
    /// Log-probabilities are multiplied by weights, biases are added.
    Vector {
        /// One per class, above 0.
        weights: Vec<f64>,
        /// One per class.
        biases: Vec<f64>,
    },
    /// Probabilities pass through rising curves and are divided by their sum.
    Isotonic {
        /// Of the second of two classes, or of every class.
        curves: Vec<Knots>,
    },
}

impl Recalibration {
    /// Which map it is.
    pub fn method(&self) -> RecalibrationMethod {
        match self {
            Self::Temperature { .. } => RecalibrationMethod::Temperature,
            Self::Vector { .. } => RecalibrationMethod::Vector,
            Self::Isotonic { .. } => RecalibrationMethod::Isotonic,
        }
    }

    /// Its temperature, if it is one.
    pub fn temperature(&self) -> Option<f64> {
        match self {
            Self::Temperature { temperature } => Some(*temperature),
            Self::Vector { .. } | Self::Isotonic { .. } => None,
        }
    }

    /// Checks that it fits probabilities of this many classes.
    ///
    /// # Errors
    /// [`ConfigError`] for numbers that are not finite or out of range, and for other lengths.
    pub fn check(&self, n_classes: usize) -> Result<(), ConfigError> {
        let check = Validate::new("Recalibration");
        match self {
            Self::Temperature { temperature } => check.above_zero("temperature", *temperature),
            Self::Vector { weights, biases } => {
                for (field, values) in [("weights", weights), ("biases", biases)] {
                    let expected = format!("{n_classes} finite numbers");
                    let ok = values.len() == n_classes && values.iter().all(|v| v.is_finite());
                    check.ensure(ok, field, expected, values)?;
                }
                weights
                    .iter()
                    .try_for_each(|&weight| check.above_zero("weights", weight))
            }
            Self::Isotonic { curves } => {
                let wanted = if n_classes == 2 { 1 } else { n_classes };
                let expected = format!("{wanted} curves");
                check.ensure(curves.len() == wanted, "curves", expected, curves.len())?;
                curves.iter().try_for_each(|curve| curve.check(check))
            }
        }
    }

    /// Log-probabilities of one row, from those of the model: `[n_classes]`.
    pub fn log_probabilities(&self, of_model: &[f64]) -> Vec<f64> {
        match self {
            Self::Temperature { temperature } => {
                normalised(of_model.iter().map(|value| value / temperature).collect())
            }
            Self::Vector { weights, biases } => {
                let factors = weights.iter().zip(biases);
                let mapped = of_model
                    .iter()
                    .zip(factors)
                    .map(|(value, (w, b))| w * value + b);
                normalised(mapped.collect())
            }
            Self::Isotonic { curves } => {
                let mapped: Vec<f64> = match (of_model, curves.as_slice()) {
                    ([_, positive], [curve]) => {
                        let positive = curve.at(positive.exp());
                        vec![1.0 - positive, positive]
                    }
                    _ => of_model
                        .iter()
                        .zip(curves)
                        .map(|(value, curve)| curve.at(value.exp()))
                        .collect(),
                };
                normalised(mapped.into_iter().map(f64::ln).collect())
            }
        }
    }
}

/// Less the logarithm of the sum of the exponentials. Without any finite value it stays as it is.
fn normalised(mut logits: Vec<f64>) -> Vec<f64> {
    let total = log_sum_exp(logits.iter().copied());
    if total.is_finite() {
        for value in &mut logits {
            *value -= total;
        }
    }
    logits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probabilities(by: &Recalibration, of_model: &[f64]) -> Vec<f64> {
        let logs: Vec<f64> = of_model.iter().map(|p: &f64| p.ln()).collect();
        let mapped = by.log_probabilities(&logs);
        mapped.iter().map(|value| value.exp()).collect()
    }

    fn close(got: &[f64], want: &[f64]) {
        assert_eq!(got.len(), want.len());
        for (g, w) in got.iter().zip(want) {
            assert!((g - w).abs() < 1e-12, "{got:?} {want:?}");
        }
    }

    #[test]
    fn by_hand() {
        // Odds 4 : 1; their square root is 2 : 1.
        let warm = Recalibration::Temperature { temperature: 2.0 };
        close(&probabilities(&warm, &[0.8, 0.2]), &[2.0 / 3.0, 1.0 / 3.0]);
        // Odds 1 : 1 times e^(ln 3).
        let (weights, biases) = (vec![1.0, 2.0], vec![0.0, 6f64.ln()]);
        let vector = Recalibration::Vector { weights, biases };
        // .5 : .25 * 6 = 1 : 3.
        close(&probabilities(&vector, &[0.5, 0.5]), &[0.25, 0.75]);
        let curve = Knots::new(vec![0.2, 0.6], vec![0.1, 0.5]);
        let curves = vec![curve];
        let isotonic = Recalibration::Isotonic { curves };
        close(&probabilities(&isotonic, &[0.6, 0.4]), &[0.7, 0.3]);
        close(&probabilities(&isotonic, &[0.1, 0.9]), &[0.5, 0.5]);
    }

    #[test]
    fn a_class_that_was_ruled_out_stays_so_and_makes_no_nan() {
        let warm = Recalibration::Temperature { temperature: 3.0 };
        assert_eq!(
            warm.log_probabilities(&[0.0, f64::NEG_INFINITY]),
            [0.0, f64::NEG_INFINITY]
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let cold = Recalibration::Temperature { temperature: 0.0 };
        assert!(cold.check(2).is_err());
        let (weights, biases) = (vec![1.0, -1.0], vec![0.0, 0.0]);
        assert!(Recalibration::Vector { weights, biases }.check(2).is_err());
        let knots = |x: &[f64], y: &[f64]| Recalibration::Isotonic {
            curves: vec![Knots::new(x.to_vec(), y.to_vec())],
        };
        assert!(knots(&[0.1, 0.2], &[0.1, 0.2]).check(2).is_ok());
        assert!(knots(&[0.1, 0.2], &[0.1, 0.2]).check(3).is_err());
        for (x, y) in [
            (vec![0.2, 0.1], vec![0.1, 0.2]),
            (vec![0.1], vec![0.0]),
            (vec![], vec![]),
            (vec![0.1, f64::NAN], vec![0.1, 0.2]),
        ] {
            assert!(knots(&x, &y).check(2).is_err(), "{x:?} {y:?}");
        }
    }

    #[test]
    fn it_is_written_with_its_method() {
        let warm = Recalibration::Temperature { temperature: 2.0 };
        let text = serde_json::to_string(&warm).unwrap();
        assert_eq!(text, r#"{"method":"temperature","temperature":2.0}"#);
        assert_eq!(serde_json::from_str::<Recalibration>(&text).unwrap(), warm);
        assert_eq!(warm.method().name(), "temperature");
    }
}
