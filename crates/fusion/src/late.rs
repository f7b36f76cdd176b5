//! Late fusion: one head per modality, and the mean of what they predict.
//!
//! **Paper**: Kittler, Hatef, Duin and Matas 1998, "On Combining Classifiers", section 3 (the
//! product rule, of which the mean of log-probabilities is the logarithm); Baltrušaitis, Ahuja and
//! Morency 2019, section 6.1.1 (late fusion).
//! **Reference implementation**: `torch.log_softmax` and a masked mean, composed in
//! `tools/golden/fusion_modules.py`.
//!
//! NOTE[DIFF] from the product rule: the mean over the modalities that a row has, not the sum over
//! all, so that a row with one modality is as sure as that modality; the result is renormalised, so
//! that its exponentials sum to one.

use std::borrow::Borrow;

use midfuse_base::Task;
use midfuse_core::check::{self, Dim};
use midfuse_core::{Config, Encoded, Error, Mode, Options, Result, Validate, options};
use midfuse_nn::Activation;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor, nn};

use crate::head::classes;
use crate::parts::{Boundary, validate_sum, zero_absent};
use crate::{Head, HeadConfig, HeadTask, head_task};

/// Configuration of [`LateFusion`].
#[options(new = "One head for this task per part of these widths.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateFusionConfig {
    /// Width of each part's pooled vector, in the order of the parts.
    #[option(range = one_or_more(positive, "the width of at least one modality"))]
    pub d_in: Vec<i64>,
    /// What is predicted.
    #[option(rule = "two or more classes")]
    pub task: Task,
    /// Widths of each head's hidden layers; none: linear heads.
    #[option(default = [], range = positive)]
    pub d_hidden: Vec<i64>,
    /// Non-linearity after each hidden layer.
    #[option(default = Activation::Relu)]
    pub activation: Activation,
    /// Dropout within each head.
    #[option(default = 0.0, range = probability, search = [0.0, 0.2, 0.5])]
    pub dropout_p: f64,
}

impl LateFusionConfig {
    /// One classifier per part, of classes that are named by their index.
    pub fn classify(d_in: impl Into<Vec<i64>>, n_classes: i64) -> Self {
        Self::new(d_in, classes(n_classes))
    }

    /// One regression per part.
    pub fn regress(d_in: impl Into<Vec<i64>>) -> Self {
        Self::new(d_in, Task::Regression)
    }
}

impl Config for LateFusionConfig {
    type Module = LateFusion;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("LateFusionConfig");
        self.check_options(check)?;
        validate_sum(check, "d_in", &self.d_in)?;
        head_task(&self.task).validate(check)?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<LateFusion> {
        self.validate()?;
        let vs = vs.borrow();
        let heads = self.d_in.iter().enumerate().map(|(i, &d)| {
            HeadConfig::new(d, self.task.clone())
                .with_d_hidden(self.d_hidden.clone())
                .with_activation(self.activation)
                .with_dropout_p(self.dropout_p)
                .init(vs / "heads" / i)
        });
        Ok(LateFusion {
            boundary: Boundary::new("LateFusion", &self.d_in, vs),
            heads: heads.collect::<Result<_>>()?,
            task: head_task(&self.task),
        })
    }
}

/// What one modality predicts.
#[derive(Debug)]
pub struct Prediction {
    /// Logits `[B, n_classes]`; values, or log-risks, `[B, 1]` in a regression or a survival.
    pub values: Tensor,
    /// Which rows have the modality: `[B]` bool; `None` = all.
    pub present: Option<Tensor>,
}

/// A head per modality; the prediction is the mean over the modalities that a row has: of
/// log-probabilities in a classification ([`mean_log_probabilities`]), of values in a regression and
/// of log-risks in a survival ([`mean_values`]).
///
/// Not a [`Fusion`](midfuse_core::Fusion): it ends in predictions. Parameters
/// `heads.{i}.layers.{j}.weight` and `.bias`.
///
/// # Shapes
/// - parts: `pooled: [B, d_in[i]]`
/// - returns: log-probabilities `[B, n_classes]`, or values `[B, 1]`
#[derive(Debug)]
pub struct LateFusion {
    boundary: Boundary,
    heads: Vec<Head>,
    task: Box<dyn HeadTask>,
}

impl LateFusion {
    /// The fused prediction: log-probabilities `[B, n_classes]`, which any softmax or cross-entropy
    /// takes as logits, or values `[B, 1]`.
    ///
    /// # Errors
    /// [`Error::Input`] for a wrong number of parts, [`Error::Shape`], [`Error::Kind`] or
    /// [`Error::Device`] for a part that does not fit.
    pub fn forward(&self, parts: &[Encoded], mode: Mode) -> Result<Tensor> {
        let predictions = self.predictions(parts, mode)?;
        self.task.mean(&predictions)
    }

    /// What each head says, for a loss per modality.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    pub fn predictions(&self, parts: &[Encoded], mode: Mode) -> Result<Vec<Prediction>> {
        self.boundary.check_encoded(parts)?;
        let predict = |(head, part): (&Head, &Encoded)| {
            let present = part.present();
            let shielded = Encoded {
                pooled: zero_absent(&part.pooled, present.as_ref()),
                tokens: part.tokens.shallow_clone(),
            };
            Ok(Prediction {
                values: head.forward(&shielded, mode)?,
                present,
            })
        };
        self.heads.iter().zip(parts).map(predict).collect()
    }
}

/// The mean of log-probabilities over the modalities that each row has, renormalised: the geometric
/// mean of the distributions. A row that has none gets equal probabilities.
///
/// `logits: [B, K]` each; returns log-probabilities `[B, K]`.
///
/// # Errors
/// [`Error::Input`] without any prediction, [`Error::Shape`] if shapes differ, [`Error::Kind`] for
/// a mask that is not bool.
pub fn mean_log_probabilities(predictions: &[Prediction]) -> Result<Tensor> {
    let log_probabilities = |x: &Tensor| x.log_softmax(-1, x.kind());
    Ok(log_probabilities(&masked_mean(
        predictions,
        log_probabilities,
    )?))
}

/// The mean of values over the modalities that each row has; 0, the mean of a standardised target,
/// in a row that has none.
///
/// `values: [B, 1]` each; returns `[B, 1]`.
///
/// # Errors
/// As [`mean_log_probabilities`].
pub fn mean_values(predictions: &[Prediction]) -> Result<Tensor> {
    masked_mean(predictions, Tensor::shallow_clone)
}

fn masked_mean(predictions: &[Prediction], of: impl Fn(&Tensor) -> Tensor) -> Result<Tensor> {
    const MODULE: &str = "LateFusion";
    let Some(first) = predictions.first() else {
        return Err(Error::Input {
            module: MODULE,
            expected: "the prediction of at least one modality".to_owned(),
            got: "none".to_owned(),
        });
    };
    let shape: Vec<Dim> = first.values.size().iter().map(|&n| Dim::Is(n)).collect();
    check::shape(MODULE, &first.values, &[Dim::Any("B"), Dim::Any("K")])?;
    let rows: Vec<Dim> = shape.iter().take(1).copied().collect();
    let mut terms = Vec::new();
    let mut counts = Vec::new();
    for Prediction { values, present } in predictions {
        check::shape(MODULE, values, &shape)?;
        let weight = match present {
            None => {
                Tensor::ones([], (values.kind(), values.device())).expand_as(&values.select(1, 0))
            }
            Some(present) => {
                check::shape(MODULE, present, &rows)?;
                check::kind(MODULE, present, Kind::Bool)?;
                present.to_kind(values.kind())
            }
        };
        // Before, so that NaN reaches no gradient; after, since log-softmax makes zeros non-zero.
        let values = zero_absent(values, present.as_ref());
        terms.push(zero_absent(&of(&values), present.as_ref()));
        counts.push(weight);
    }
    let sum =
        |x: &[Tensor]| Tensor::stack(x, 0).sum_dim_intlist([0_i64].as_slice(), false, None::<Kind>);
    Ok(sum(&terms) / sum(&counts).clamp_min(1.0).unsqueeze(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prediction(values: &[f64], k: i64, present: &[bool]) -> Prediction {
        Prediction {
            values: Tensor::from_slice(values).view([-1, k]),
            present: Some(Tensor::from_slice(present)),
        }
    }

    fn close(x: &Tensor, expected: &[f64]) {
        let x = Vec::<f64>::try_from(x.flatten(0, -1)).unwrap();
        assert_eq!(x.len(), expected.len());
        for (x, e) in x.iter().zip(expected) {
            assert!((x - e).abs() < 1e-12, "{x} {e}");
        }
    }

    #[test]
    fn the_geometric_mean_of_two_distributions() {
        // Logits are log-odds against the second class: 9:1 and 1:1 give sqrt(9):1.
        let nine = 9.0_f64.ln();
        let nan = f64::NAN;
        let fused = mean_log_probabilities(&[
            prediction(&[nine, 0.0, nine, 0.0, nan, nan], 2, &[true, true, false]),
            prediction(&[0.0, 0.0, nan, nan, nan, nan], 2, &[true, false, false]),
        ])
        .unwrap();
        close(&fused.exp(), &[0.75, 0.25, 0.9, 0.1, 0.5, 0.5]);
    }

    #[test]
    fn the_mean_of_the_values_a_row_has() {
        let fused = mean_values(&[
            prediction(&[1.0, 2.0, f64::NAN], 1, &[true, true, false]),
            prediction(&[5.0, f64::NAN, f64::INFINITY], 1, &[true, false, false]),
        ])
        .unwrap();
        close(&fused, &[3.0, 2.0, 0.0]);
        let all = Prediction {
            values: Tensor::from_slice(&[4.0]).view([1, 1]),
            present: None,
        };
        close(&mean_values(&[all]).unwrap(), &[4.0]);
    }

    #[test]
    fn predictions_that_do_not_fit_one_another() {
        assert!(matches!(mean_values(&[]), Err(Error::Input { .. })));
        let uneven = [
            prediction(&[1.0], 1, &[true]),
            prediction(&[1.0, 2.0], 2, &[true]),
        ];
        assert!(matches!(mean_values(&uneven), Err(Error::Shape { .. })));
        let mask = [prediction(&[1.0], 1, &[true, false])];
        assert!(matches!(mean_values(&mask), Err(Error::Shape { .. })));
    }

    #[test]
    fn bad_fields_are_named() {
        let cases = [
            (LateFusionConfig::classify([], 2), "d_in"),
            (LateFusionConfig::classify([1], 1), "task.classes"),
            (
                LateFusionConfig::regress([1]).with_d_hidden([0]),
                "d_hidden[0]",
            ),
            (
                LateFusionConfig::regress([1]).with_dropout_p(1.0),
                "dropout_p",
            ),
        ];
        for (config, field) in cases {
            let error = config.validate().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("LateFusionConfig.{field}:")),
                "{error}"
            );
        }
    }
}
