//! From steps to vectors: the first layer of every sequence encoder.

use midfuse_core::check::{self, Dim};
use midfuse_core::{Choices, Error, Result, Validate};
use midfuse_nn::linear;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor, nn};

use crate::{SequenceInput, Steps};

/// What the steps of the data are: a property of the data, not a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum StepsConfig {
    /// Token ids.
    Ids {
        /// Number of distinct ids, at least 1; an input holds `0..n_ids`.
        n_ids: i64,
    },
    /// Vectors of real numbers.
    Values {
        /// Numbers per step, at least 1.
        d_in: i64,
    },
}

impl StepsConfig {
    /// Token ids `0..n_ids`.
    pub fn ids(n_ids: i64) -> Self {
        Self::Ids { n_ids }
    }

    /// Vectors of `d_in` real numbers.
    pub fn values(d_in: i64) -> Self {
        Self::Values { d_in }
    }

    pub(crate) fn validate(self, check: Validate) -> Result<()> {
        match self {
            Self::Ids { n_ids } => check.positive("steps.ids.n_ids", n_ids)?,
            Self::Values { d_in } => check.positive("steps.values.d_in", d_in)?,
        }
        Ok(())
    }
}

/// Ids looked up in a table, values projected or handed through.
#[derive(Debug)]
pub(crate) enum StepEmbedding {
    /// `weight: [n_ids, d]`.
    Table { weight: Tensor, n_ids: i64 },
    /// An affine map of the values.
    Projection { layer: nn::Linear, d_in: i64 },
    /// The values as they are.
    Identity { d_in: i64 },
}

impl StepEmbedding {
    /// `d: None` hands values through. Ids need a width.
    ///
    /// Names and initial values as `torch.nn.Embedding` (`embed.weight`, standard normal) and
    /// `torch.nn.Linear` (`project.weight`, `project.bias`).
    pub(crate) fn new(vs: &nn::Path, steps: StepsConfig, d: Option<i64>, d_ids: i64) -> Self {
        match (steps, d) {
            (StepsConfig::Ids { n_ids }, _) => Self::Table {
                weight: (vs / "embed").randn_standard("weight", &[n_ids, d.unwrap_or(d_ids)]),
                n_ids,
            },
            (StepsConfig::Values { d_in }, Some(d)) => Self::Projection {
                layer: linear(vs / "project", d_in, d),
                d_in,
            },
            (StepsConfig::Values { d_in }, None) => Self::Identity { d_in },
        }
    }

    /// `[B, T, d]`. `like` is a parameter of the encoder: it tells dtype and device.
    pub(crate) fn forward(
        &self,
        module: &'static str,
        input: &SequenceInput,
        like: &Tensor,
    ) -> Result<Tensor> {
        match (self, input.steps()) {
            (Self::Table { weight, n_ids }, Steps::Ids(ids)) => {
                check::device(module, ids, like.device())?;
                if input.max_id() >= *n_ids {
                    return Err(Error::Input {
                        module,
                        expected: format!("token ids below n_ids = {n_ids}"),
                        got: input.max_id().to_string(),
                    });
                }
                Ok(Tensor::embedding(weight, ids, -1, false, false))
            }
            (Self::Projection { layer, d_in }, Steps::Values(values)) => {
                check_values(module, values, *d_in, like)?;
                Ok(values.apply(layer))
            }
            (Self::Identity { d_in }, Steps::Values(values)) => {
                check_values(module, values, *d_in, like)?;
                Ok(values.shallow_clone())
            }
            (Self::Table { .. }, Steps::Values(_)) => Err(Error::Input {
                module,
                expected: "token ids, as its config says".to_owned(),
                got: "values".to_owned(),
            }),
            (_, Steps::Ids(_)) => Err(Error::Input {
                module,
                expected: "values, as its config says".to_owned(),
                got: "token ids".to_owned(),
            }),
        }
    }
}

fn check_values(module: &'static str, values: &Tensor, d_in: i64, like: &Tensor) -> Result<()> {
    check::shape(
        module,
        values,
        &[Dim::Any("B"), Dim::Any("T"), Dim::Is(d_in)],
    )?;
    let kind: Kind = like.kind();
    check::kind(module, values, kind)?;
    check::device(module, values, like.device())
}
