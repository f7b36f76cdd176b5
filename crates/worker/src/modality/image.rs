//! Images: every channel standardised by its mean and variance over the pixels of train images.

use std::sync::Arc;

use midfuse_base::Targets;
use midfuse_core::convert::to_tensor;
use midfuse_data::{ImageData, ImageShape, ModalityData};
use midfuse_eval::transform::Standardiser;
use midfuse_eval::view::FitRows;
use midfuse_fusion::RawFeatures;
use midfuse_image::ImageInput;
use ndarray::{ArrayView3, Axis};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tch::{Device, Kind, Tensor};

use super::moments::moments;
use super::sizes::{ones, zeros};
use super::{AnyInput, Modality, RowSizes, Sizes, Transform};
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

impl Transform for FittedImage {
    type Data = ImageData;
    type Shape = ImageShape;
    type Input = ImageInput;
    type Options = ();
    type Sizes = ImageSizes;

    fn fit(
        data: &ImageData,
        ids: &[String],
        fit_rows: &FitRows<'_>,
        _targets: &Targets,
        _options: &(),
    ) -> Result<Self> {
        let ImageData { pixels, present } = data;
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

    fn apply(&self, data: &ImageData, modality: &str) -> Result<ImageInput> {
        let ImageData { pixels, present } = data;
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
        Ok(ImageInput::with_present(standard, present))
    }

    fn sizes(&self) -> Sizes {
        Sizes::new(ImageSizes {
            channels: self.channels,
            height: self.height,
            width: self.width,
        })
    }

    fn sizes_of(
        shape: &ImageShape,
        _options: &(),
        _whole: impl FnOnce() -> Result<Arc<ModalityData>>,
    ) -> Result<Sizes> {
        Ok(Sizes::new(ImageSizes {
            channels: shape.channels as i64,
            height: shape.height as i64,
            width: shape.width as i64,
        }))
    }
}

#[derive(Debug, Default)]
pub(super) struct ImageSizes {
    channels: i64,
    height: i64,
    width: i64,
}

impl RowSizes for ImageSizes {
    fn kind(&self) -> &'static str {
        ImageShape::KIND
    }

    fn fields(&self) -> Value {
        json!({"channels": self.channels, "height": self.height, "width": self.width})
    }

    fn n_raw(&self) -> i64 {
        self.channels * self.height * self.width
    }

    fn rows_of_zeros(&self, b: i64, device: Device) -> midfuse_core::Result<AnyInput> {
        let pixels = zeros(&[b, self.channels, self.height, self.width], device);
        let input = ImageInput::with_present(pixels, ones(&[b], device));
        Ok(AnyInput::new(input))
    }
}

impl Modality for ImageInput {
    const NAME: &'static str = "image";

    fn select(&self, rows: &Tensor) -> Self {
        map(self, |x| x.index_select(0, rows))
    }

    fn to_device(&self, device: Device) -> Self {
        map(self, |x| x.to_device(device))
    }

    fn noisy(&self, std: f64) -> Self {
        let Self { pixels, present } = map(self, Tensor::shallow_clone);
        let pixels = &pixels + pixels.randn_like() * std;
        Self { pixels, present }
    }

    fn raw_features(&self, _n_codes: &[i64]) -> RawFeatures {
        let Self { pixels, present } = map(self, Tensor::shallow_clone);
        RawFeatures {
            values: pixels,
            present,
        }
    }
}

fn map(input: &ImageInput, f: impl Fn(&Tensor) -> Tensor) -> ImageInput {
    ImageInput {
        pixels: f(&input.pixels),
        present: input.present.as_ref().map(&f),
    }
}
