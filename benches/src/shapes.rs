//! Sizes and data that the cases share with `tools/peers/models.py`.

use midfuse_image::ImageInput;
use midfuse_sequence::{SequenceInput, Steps};
use midfuse_tabular::TabularInput;
use tch::{Device, Kind, Tensor};

use crate::Result;

/// Rows per batch.
pub(crate) const BATCH: i64 = 32;
/// Classes of the classification heads.
pub(crate) const CLASSES: i64 = 10;

pub(crate) fn random(size: &[i64]) -> Tensor {
    Tensor::randn(size, (Kind::Float, Device::Cpu))
}

/// Class indices below `n`.
pub(crate) fn labels(n: i64) -> Tensor {
    Tensor::randint(n, [BATCH], (Kind::Int64, Device::Cpu))
}

/// Images of this many channels, rows and columns.
pub(crate) fn images(channels: i64, height: i64, width: i64) -> ImageInput {
    ImageInput::new(random(&[BATCH, channels, height, width]))
}

/// Rows of this many steps and features, none of them padded.
pub(crate) fn steps(n_steps: i64, n_features: i64) -> Result<SequenceInput> {
    let values = random(&[BATCH, n_steps, n_features]);
    Ok(SequenceInput::new(Steps::Values(values), None)?)
}

/// Numeric columns without missing values.
pub(crate) fn columns(n_columns: i64) -> Result<TabularInput> {
    Ok(TabularInput::numeric_only(random(&[BATCH, n_columns]))?)
}
