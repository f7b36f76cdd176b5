//! Sequences of real vectors: every feature standardised over the valid steps of train rows.

use std::sync::Arc;

use midfuse_base::Targets;
use midfuse_core::convert::to_tensor;
use midfuse_data::{ModalityData, SequenceData, SequenceShape};
use midfuse_eval::transform::Standardiser;
use midfuse_eval::view::FitRows;
use midfuse_fusion::RawFeatures;
use midfuse_sequence::{SequenceInput, Steps};
use ndarray::{ArrayView2, Axis};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tch::{Device, Kind, Tensor};

use super::moments::moments;
use super::sizes::{levels, ones, zeros};
use super::{AnyInput, Modality, RowSizes, Sizes, Transform};
use crate::{Error, Result};

/// Fewest steps of a row that shows what longer ones take.
pub(super) const FEWEST_STEPS: i64 = 2;

/// Shape and feature statistics of the train sequences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FittedSequence {
    /// Steps of every input: shorter ones are padded, longer ones cut.
    max_len: i64,
    standardise: Standardiser,
}

impl Transform for FittedSequence {
    type Data = SequenceData;
    type Shape = SequenceShape;
    type Input = SequenceInput;
    type Options = ();
    type Sizes = SequenceSizes;

    fn fit(
        data: &SequenceData,
        ids: &[String],
        fit_rows: &FitRows<'_>,
        _targets: &Targets,
        _options: &(),
    ) -> Result<Self> {
        let SequenceData { values, lengths } = data;
        let train = fit_rows.take(ids, |row| {
            let length = lengths.get(row).copied().unwrap_or_default();
            valid_steps(values.index_axis(Axis(0), row), length)
        })?;
        let (_, max_len, d_in) = values.dim();
        let moments = (0..d_in).map(|feature| {
            let of_feature = || {
                let columns = train.rows().iter().map(move |steps| steps.column(feature));
                columns.flat_map(|column| column.into_iter().map(|&value| f64::from(value)))
            };
            moments(of_feature)
        });
        let (mean, scale) = moments.unzip();
        Ok(Self {
            max_len: max_len as i64,
            standardise: Standardiser { mean, scale },
        })
    }

    fn apply(&self, data: &SequenceData, modality: &str) -> Result<SequenceInput> {
        let SequenceData { values, lengths } = data;
        let (n, t, d_in) = values.dim();
        if d_in != self.standardise.mean.len() {
            return Err(Error::request(
                format!("modality `{modality}`"),
                format!(
                    "{} features a step, as in training",
                    self.standardise.mean.len()
                ),
                d_in.to_string(),
            ));
        }
        let row = |values: &[f64]| Tensor::from_slice(values).to_kind(Kind::Float);
        let standard = (to_tensor(values, Device::Cpu)? - row(&self.standardise.mean))
            / row(&self.standardise.scale);
        let (t, max_len) = (t as i64, self.max_len);
        let fitting = if t >= max_len {
            standard.narrow(1, 0, max_len)
        } else {
            let rest = Tensor::zeros(
                [n as i64, max_len - t, d_in as i64],
                (Kind::Float, Device::Cpu),
            );
            Tensor::cat(&[standard, rest], 1)
        };
        let lengths: Vec<i64> = lengths.iter().map(|&n| (n as i64).min(max_len)).collect();
        Ok(SequenceInput::values(fitting, &lengths)?)
    }

    fn sizes(&self) -> Sizes {
        Sizes::new(SequenceSizes {
            max_len: self.max_len,
            d_in: self.standardise.mean.len() as i64,
        })
    }

    fn sizes_of(
        shape: &SequenceShape,
        _options: &(),
        _whole: impl FnOnce() -> Result<Arc<ModalityData>>,
    ) -> Result<Sizes> {
        Ok(Sizes::new(SequenceSizes {
            max_len: shape.max_len as i64,
            d_in: shape.features as i64,
        }))
    }
}

/// The first `length` steps of `[T, F]`.
fn valid_steps(whole: ArrayView2<'_, f32>, length: usize) -> ArrayView2<'_, f32> {
    let length = length.min(whole.nrows());
    whole.split_at(Axis(0), length).0
}

#[derive(Debug, Default)]
pub(super) struct SequenceSizes {
    max_len: i64,
    d_in: i64,
}

impl RowSizes for SequenceSizes {
    fn kind(&self) -> &'static str {
        SequenceShape::KIND
    }

    fn fields(&self) -> Value {
        json!({"steps": {"values": {"d_in": self.d_in}}, "max_len": self.max_len})
    }

    fn n_raw(&self) -> i64 {
        self.max_len * self.d_in
    }

    fn levels(&self) -> u32 {
        levels(self.max_len, 4, FEWEST_STEPS)
    }

    fn quartered(&self, level: u32) -> Option<Sizes> {
        Some(Sizes::new(Self {
            max_len: (self.max_len >> (2 * level)).max(1),
            d_in: self.d_in,
        }))
    }

    fn rows_of_zeros(&self, b: i64, device: Device) -> midfuse_core::Result<AnyInput> {
        let steps = Steps::Values(zeros(&[b, self.max_len, self.d_in], device));
        let valid = ones(&[b, self.max_len], device);
        Ok(AnyInput::new(SequenceInput::new(steps, Some(valid))?))
    }
}

impl Modality for SequenceInput {
    const NAME: &'static str = "sequence";

    fn select(&self, rows: &Tensor) -> Self {
        Self::select(self, rows)
    }

    fn to_device(&self, device: Device) -> Self {
        Self::to_device(self, device)
    }

    fn noisy(&self, std: f64) -> Self {
        self.with_noise(std)
    }

    fn raw_features(&self, n_codes: &[i64]) -> RawFeatures {
        RawFeatures {
            values: match self.steps() {
                Steps::Values(values) => values.shallow_clone(),
                Steps::Ids(ids) => {
                    token_shares(ids, self.valid(), n_codes.first().copied().unwrap_or(1))
                }
            },
            present: self.valid().map(|valid| valid.any_dim(1, false)),
        }
    }
}

/// `ids [B, T]` to the share of each id among the valid tokens, `[B, n]`.
fn token_shares(ids: &Tensor, valid: Option<&Tensor>, n: i64) -> Tensor {
    let one_hot = ids.one_hot(n).to_kind(Kind::Float);
    midfuse_nn::pool::masked_mean(&one_hot, valid)
}
