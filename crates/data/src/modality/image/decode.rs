//! One image file: PNG, JPEG, BMP or TIFF.

use std::path::Path;

use image::{DynamicImage, ImageDecoder as _, ImageError, ImageReader, Limits as DecoderLimits};

use crate::error::{DataError, Defect, Result};
use crate::limits::Limits;

/// Decodes an image of the shape `[C, H, W]` into `out`, channel by channel, values as in the file
/// (0 to 255 with 8 bits, 0 to 65535 with 16).
///
/// The size is compared before any pixel is decoded, so a huge image costs nothing.
pub(super) fn decode(path: &Path, shape: [usize; 3], out: &mut [f32]) -> Result<()> {
    let [channels, height, width] = shape;
    let length = std::fs::metadata(path)
        .map_err(|e| DataError::read(path, &e))?
        .len();
    if length == 0 {
        let mend = "write the image again, or remove the file if the row has none";
        return Err(DataError::new(Defect::EmptyFile, path, "is empty", mend));
    }
    if length > Limits::STANDARD.image_bytes {
        let reason = format!("is {length} bytes long, more than any image of this size");
        return Err(DataError::new(
            Defect::Hostile,
            path,
            reason,
            "write the image again",
        ));
    }
    let unreadable = |error: &ImageError| {
        DataError::new(
            Defect::UnreadableImage,
            path,
            format!("cannot be decoded: {error}"),
            "write the image again as PNG, JPEG, BMP or TIFF",
        )
    };
    let reader = ImageReader::open(path)
        .and_then(ImageReader::with_guessed_format)
        .map_err(|e| DataError::read(path, &e))?;
    let mut reader = reader;
    let mut limits = DecoderLimits::default();
    // Room for the pixels in the widest type, and for a decoder's own tables.
    limits.max_alloc = Some((height * width * channels.max(4) * 4 + (64 << 20)) as u64);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|e| unreadable(&e))?;
    let (w, h) = decoder.dimensions();
    let c = usize::from(decoder.color_type().channel_count());
    if [c, h as usize, w as usize] != shape {
        return Err(DataError::new(
            Defect::WrongShape,
            path,
            format!("is {c} x {h} x {w} (channels x height x width), declared is {shape:?}"),
            "convert the image, or correct `shape` in cohort.toml",
        ));
    }
    let decoded = DynamicImage::from_decoder(decoder).map_err(|e| unreadable(&e))?;
    match decoded {
        DynamicImage::ImageLuma8(p) => planes(p.as_raw(), channels, out),
        DynamicImage::ImageLumaA8(p) => planes(p.as_raw(), channels, out),
        DynamicImage::ImageRgb8(p) => planes(p.as_raw(), channels, out),
        DynamicImage::ImageRgba8(p) => planes(p.as_raw(), channels, out),
        DynamicImage::ImageLuma16(p) => planes(p.as_raw(), channels, out),
        DynamicImage::ImageLumaA16(p) => planes(p.as_raw(), channels, out),
        DynamicImage::ImageRgb16(p) => planes(p.as_raw(), channels, out),
        DynamicImage::ImageRgba16(p) => planes(p.as_raw(), channels, out),
        DynamicImage::ImageRgb32F(p) => planes(p.as_raw(), channels, out),
        DynamicImage::ImageRgba32F(p) => planes(p.as_raw(), channels, out),
        _ => {
            let mend = "write the image with 8 or 16 bits per channel";
            let reason = "has an unknown type of pixel";
            return Err(DataError::new(Defect::UnreadableImage, path, reason, mend));
        }
    }
    if out.iter().all(|value| value.is_finite()) {
        return Ok(());
    }
    let mend = "write finite pixels";
    Err(DataError::new(
        Defect::NonFinite,
        path,
        "a pixel is NaN or infinite",
        mend,
    ))
}

/// Interleaved pixels into planes.
fn planes<T: Copy + Into<f32>>(raw: &[T], channels: usize, out: &mut [f32]) {
    let size = (out.len() / channels.max(1)).max(1);
    for (channel, plane) in out.chunks_mut(size).enumerate() {
        let values = raw.iter().skip(channel).step_by(channels.max(1));
        for (slot, &value) in plane.iter_mut().zip(values) {
            *slot = value.into();
        }
    }
}
