//! Images: a stack of arrays, or one file per row.

mod decode;
mod pages;
mod read;
mod section;
mod survey;

use ndarray::{Array4, Axis};

use super::{Content, Shape, View, pick};
use crate::error::Result;
use crate::hash::RowDigest;
use crate::write::Files;

pub use decode::{ImageHeader, image_header, read_image};
pub(crate) use read::ImageReader;
pub use section::ImageSpec;

/// Shape of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageShape {
    /// Channels, C.
    pub channels: usize,
    /// Height, H, in pixels.
    pub height: usize,
    /// Width, W, in pixels.
    pub width: usize,
}

/// Images of N rows.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageData {
    /// Pixel values as they are in the file, `[N, C, H, W]`; zeros where absent.
    pub pixels: Array4<f32>,
    /// Whether the row has an image, `[N]`.
    pub present: Vec<bool>,
}

impl Shape for ImageShape {
    const ENCODER: &'static str = "conv-net";

    fn describe(&self) -> String {
        let Self {
            channels,
            height,
            width,
        } = self;
        format!("{channels} x {height} x {width} (channels x height x width)")
    }

    fn row_bytes(&self) -> usize {
        let pixels = self
            .channels
            .saturating_mul(self.height)
            .saturating_mul(self.width);
        pixels.saturating_mul(size_of::<f32>())
    }
}

impl Content for ImageData {
    type Section = ImageSpec;

    fn len(&self) -> usize {
        self.present.len()
    }

    fn present(&self) -> Vec<bool> {
        self.present.clone()
    }

    fn select(&self, rows: &[usize]) -> Self {
        Self {
            pixels: self.pixels.select(Axis(0), rows),
            present: pick(&self.present, rows),
        }
    }

    fn view(&self) -> View<'_> {
        View::Images((&self.pixels).into())
    }

    fn digest(&self, row: usize, digest: &mut RowDigest) {
        if self.present.get(row) == Some(&true) {
            digest.number(self.pixels.dim().1);
            digest.number(self.pixels.dim().2);
            let image = self.pixels.index_axis(Axis(0), row);
            digest.values(image.iter().copied());
        }
    }

    fn write(&self, name: &str, files: &Files<'_>) -> Result<ImageSpec> {
        let (_, c, h, w) = self.pixels.dim();
        let images = self.pixels.outer_iter().zip(&self.present);
        let images = images.filter(|(_, there)| **there);
        let values = images.flat_map(|(image, _)| image.to_owned());
        Ok(ImageSpec {
            name: name.into(),
            shape: [c, h, w],
            array: Some(files.write_array(&[c, h, w], &self.present, values)?),
            ids: files.write_ids(&self.present)?,
            ..ImageSpec::default()
        })
    }
}
