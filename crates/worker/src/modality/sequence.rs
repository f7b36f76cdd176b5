//! Sequences of real vectors: every feature standardised over the valid steps of train rows.

use midfuse_core::convert::to_tensor;
use midfuse_eval::transform::Standardiser;
use midfuse_eval::view::FitRows;
use midfuse_sequence::SequenceInput;
use ndarray::{Array3, ArrayView2, Axis};
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

use super::image::moments;
use super::{AnyInput, Sizes};
use crate::{Error, Result};

/// Shape and feature statistics of the train sequences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FittedSequence {
    /// Steps of every input: shorter ones are padded, longer ones cut.
    max_len: i64,
    standardise: Standardiser,
}

impl FittedSequence {
    /// `values [N, T, F]`, `lengths [N]`.
    pub(crate) fn fit(
        values: &Array3<f32>,
        lengths: &[usize],
        ids: &[String],
        fit_rows: &FitRows<'_>,
    ) -> Result<Self> {
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

    pub(crate) fn apply(
        &self,
        values: &Array3<f32>,
        lengths: &[usize],
        modality: &str,
    ) -> Result<AnyInput> {
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
        Ok(AnyInput::Sequence(SequenceInput::values(
            fitting, &lengths,
        )?))
    }

    pub(crate) fn sizes(&self) -> Sizes {
        Sizes::Sequence {
            max_len: self.max_len,
            d_in: self.standardise.mean.len() as i64,
        }
    }
}

/// The first `length` steps of `[T, F]`.
fn valid_steps(whole: ArrayView2<'_, f32>, length: usize) -> ArrayView2<'_, f32> {
    let length = length.min(whole.nrows());
    whole.split_at(Axis(0), length).0
}
