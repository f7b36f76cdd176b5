//! Images: every channel standardised by its mean and variance over the pixels of train images; made
//! coarser and moved about in training where the study file says so, or they are large.

use std::sync::Arc;

use midfuse_base::catalogue::OptionEntry;
use midfuse_base::{Options, Targets, Validate, options};
use midfuse_core::convert::to_tensor;
use midfuse_data::{ImageData, ImageShape, ModalityData};
use midfuse_eval::transform::Standardiser;
use midfuse_eval::view::FitRows;
use midfuse_fusion::RawFeatures;
use midfuse_image::ImageInput;
use ndarray::{ArrayView3, Axis};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tch::{Device, Kind, Tensor};

use super::augmentation::{Augmentation, Moved};
use super::moments::moments;
use super::sizes::{FieldValues, levels, ones, zeros};
use super::{AnyInput, Modality, RowSizes, Sizes, Transform};
use crate::{Error, Result};

/// How images are read and shown to a model in training: keys of the encoder's section.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImageOptions {
    /// Square patches of this many pixels a side become one, their mean.
    #[option(default = 1, range = 1..=64)]
    downsample: i64,
    /// In training, images are moved by up to this many pixels each way, at random, and what comes in
    /// is the mean: `0` for none.
    #[option(unset = "a sixteenth of the longer side of images above 64 pixels, else 0", range = 0..)]
    shift: Option<i64>,
    /// In training, every other image is mirrored left to right, at random: where left and right mean
    /// the same.
    #[option(default = false)]
    flip: bool,
}

impl ImageOptions {
    /// Takes its keys out of an encoder's section.
    fn take(section: &mut Map<String, Value>, path: &str) -> Result<Self> {
        let wrong = |error: &dyn std::fmt::Display| Error::section(path, error.to_string());
        let mut own = Map::new();
        for option in Self::options() {
            if let Some(value) = section.remove(option.name) {
                // One by one first, so that an error names its key; each has a default.
                let one = Map::from_iter([(option.name.to_owned(), value.clone())]);
                serde_json::from_value::<Self>(Value::Object(one)).map_err(|error| {
                    Error::section(format!("{path}.{}", option.name), error.to_string())
                })?;
                own.insert(option.name.to_owned(), value);
            }
        }
        let options: Self =
            serde_json::from_value(Value::Object(own)).map_err(|error| wrong(&error))?;
        options
            .check_options(Validate::new("image"))
            .map_err(|error| wrong(&error))?;
        Ok(options)
    }

    /// Height or width of what an encoder sees of so many pixels.
    fn side(&self, pixels: usize) -> i64 {
        let side = pixels as i64;
        (side + self.downsample - 1) / self.downsample
    }
}

/// Images up to this many pixels a side are not moved in training unless the study file says so.
const SMALL: i64 = 64;
/// What of the longer side of a larger image it is moved by at most.
const SHIFTED: i64 = 16;

/// Shape and channel statistics of the train images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FittedImage {
    channels: i64,
    /// Sides before patches become one pixel.
    height: i64,
    width: i64,
    standardise: Standardiser,
    #[serde(default, skip_serializing_if = "ImageOptions::is_default")]
    options: ImageOptions,
}

impl ImageOptions {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Transform for FittedImage {
    type Data = ImageData;
    type Shape = ImageShape;
    type Input = ImageInput;
    type Options = ImageOptions;
    type Sizes = ImageSizes;

    fn listed() -> Vec<OptionEntry> {
        let fields = serde_json::to_value(ImageOptions::default()).unwrap_or_default();
        let fields = fields.as_object().cloned().unwrap_or_default();
        let known: Vec<OptionEntry> = ImageOptions::options()
            .iter()
            .map(OptionEntry::from)
            .collect();
        OptionEntry::of_config(&known, &fields)
    }

    fn options(encoder: &mut Map<String, Value>, path: &str) -> Result<ImageOptions> {
        ImageOptions::take(encoder, path)
    }

    fn fit(
        data: &ImageData,
        ids: &[String],
        fit_rows: &FitRows<'_>,
        _targets: &Targets,
        options: &ImageOptions,
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
            options: options.clone(),
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
        let pixels = self.patches(to_tensor(pixels, Device::Cpu)?);
        let standard = (pixels - row(&self.standardise.mean)) / row(&self.standardise.scale);
        let standard = standard.masked_fill(&present.logical_not().view([-1, 1, 1, 1]), 0.0);
        Ok(ImageInput::with_present(standard, present))
    }

    fn augmentation(&self) -> Option<Box<dyn Augmentation>> {
        let moved = Moved {
            by: self.options.shift.unwrap_or_else(|| self.default_shift()),
            flips: self.options.flip,
        };
        let any: Box<dyn Augmentation> = Box::new(moved);
        (moved.by > 0 || moved.flips).then_some(any)
    }

    fn sizes(&self) -> Sizes {
        let side = |pixels: i64| self.options.side(pixels as usize);
        Sizes::new(ImageSizes {
            channels: self.channels,
            height: side(self.height),
            width: side(self.width),
            downsample: self.options.downsample,
        })
    }

    fn sizes_of(
        shape: &ImageShape,
        options: &ImageOptions,
        _whole: impl FnOnce() -> Result<Arc<ModalityData>>,
    ) -> Result<Sizes> {
        Ok(Sizes::new(ImageSizes {
            channels: shape.channels as i64,
            height: options.side(shape.height),
            width: options.side(shape.width),
            downsample: options.downsample,
        }))
    }
}

impl FittedImage {
    /// `[N, C, H, W]` to the means of its patches, those at the borders of what lies within.
    fn patches(&self, pixels: Tensor) -> Tensor {
        if self.options.downsample == 1 {
            return pixels;
        }
        let patch = [self.height, self.width].map(|side| side.min(self.options.downsample));
        pixels.avg_pool2d(patch, patch, [0, 0], true, false, None::<i64>)
    }

    fn default_shift(&self) -> i64 {
        let side = |pixels: i64| self.options.side(pixels as usize);
        let longer = side(self.height).max(side(self.width));
        if longer > SMALL { longer / SHIFTED } else { 0 }
    }
}

/// Fewest pixels a side of an image that shows what larger ones take.
const SMALLEST: i64 = 2;
/// Fewest pixels a side that are proposed.
const LEAST_SIDE: i64 = 8;
/// As the range of `downsample`.
const MOST_DOWNSAMPLED: i64 = 64;

#[derive(Debug, Default)]
pub(super) struct ImageSizes {
    channels: i64,
    height: i64,
    width: i64,
    /// Pixels a side that were made one.
    downsample: i64,
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

    fn levels(&self) -> u32 {
        levels(self.height.min(self.width), 2, SMALLEST)
    }

    fn quartered(&self, level: u32) -> Option<Sizes> {
        Some(Sizes::new(Self {
            channels: self.channels,
            height: (self.height >> level).max(1),
            width: (self.width >> level).max(1),
            downsample: self.downsample,
        }))
    }

    fn smaller(&self) -> Option<FieldValues> {
        let shorter = self.height.min(self.width);
        let coarser = [2, 4, 8, 16, 32].into_iter();
        let coarser = coarser.filter(|times| shorter / times >= LEAST_SIDE);
        let of_file = coarser.map(|times| times * self.downsample);
        Some((
            "downsample",
            of_file.filter(|&n| n <= MOST_DOWNSAMPLED).collect(),
        ))
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
