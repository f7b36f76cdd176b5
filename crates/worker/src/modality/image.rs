//! Images: every channel standardised by its mean and variance over the pixels of train images.

use midfuse_core::convert::to_tensor;
use midfuse_eval::transform::Standardiser;
use midfuse_eval::view::FitRows;
use midfuse_image::ImageInput;
use ndarray::{Array4, ArrayView3, Axis};
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

use super::{AnyInput, Sizes};
use crate::{Error, Result};

/// Shape and channel statistics of the train images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FittedImage {
    channels: i64,
    height: i64,
    width: i64,
    standardise: Standardiser,
}

impl FittedImage {
    /// `pixels [N, C, H, W]`, `present [N]`.
    pub(crate) fn fit(
        pixels: &Array4<f32>,
        present: &[bool],
        ids: &[String],
        fit_rows: &FitRows<'_>,
    ) -> Result<Self> {
        let train = fit_rows.take(ids, |row| {
            let there = present.get(row).copied().unwrap_or_default();
            there.then(|| pixels.index_axis(Axis(0), row))
        })?;
        let images: Vec<ArrayView3<'_, f32>> = train.rows().iter().flatten().copied().collect();
        let (_, channels, height, width) = pixels.dim();
        let moments = (0..channels).map(|channel| {
            let values = || {
                let planes = images
                    .iter()
                    .map(move |image| (*image).index_axis_move(Axis(0), channel));
                planes.flat_map(|plane| plane.into_iter().map(|&value| f64::from(value)))
            };
            moments(values)
        });
        let (mean, scale) = moments.unzip();
        Ok(Self {
            channels: channels as i64,
            height: height as i64,
            width: width as i64,
            standardise: Standardiser { mean, scale },
        })
    }

    pub(crate) fn apply(
        &self,
        pixels: &Array4<f32>,
        present: &[bool],
        modality: &str,
    ) -> Result<AnyInput> {
        let (_, c, h, w) = pixels.dim();
        if [c, h, w].map(|size| size as i64) != [self.channels, self.height, self.width] {
            return Err(Error::request(
                format!("modality `{modality}`"),
                format!(
                    "images of {} x {} x {}, as in training",
                    self.channels, self.height, self.width
                ),
                format!("{c} x {h} x {w}"),
            ));
        }
        let row = |values: &[f64]| {
            Tensor::from_slice(values)
                .to_kind(Kind::Float)
                .view([1, -1, 1, 1])
        };
        let present = Tensor::from_slice(present);
        let standard = (to_tensor(pixels, Device::Cpu)? - row(&self.standardise.mean))
            / row(&self.standardise.scale);
        let standard = standard.masked_fill(&present.logical_not().view([-1, 1, 1, 1]), 0.0);
        Ok(AnyInput::Image(ImageInput::with_present(standard, present)))
    }

    pub(crate) fn sizes(&self) -> Sizes {
        Sizes::Image {
            channels: self.channels,
            height: self.height,
            width: self.width,
        }
    }
}

/// Mean and standard deviation (over `n`) of values that can be gone through twice; a constant is
/// not scaled, and without any value they are 0 and 1.
pub(super) fn moments<I: Iterator<Item = f64>>(values: impl Fn() -> I) -> (f64, f64) {
    let (n, sum) = values().fold((0_u64, 0.0), |(n, sum), value| (n + 1, sum + value));
    if n == 0 {
        return (0.0, 1.0);
    }
    let mean = sum / n as f64;
    let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / n as f64;
    let rounding = n as f64 * f64::EPSILON * variance + (n as f64 * mean * f64::EPSILON).powi(2);
    let scale = if variance <= rounding {
        1.0
    } else {
        variance.sqrt()
    };
    (mean, scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_by_hand() {
        let (mean, scale) = moments(|| [1.0, 3.0, 5.0, 7.0].into_iter());
        assert!((mean - 4.0).abs() < 1e-12 && (scale - 5.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(
            moments(|| [0.1; 3].into_iter()).1.to_bits(),
            1.0_f64.to_bits()
        );
        assert_eq!(moments(std::iter::empty), (0.0, 1.0));
    }
}
