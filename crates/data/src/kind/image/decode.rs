//! One image file: PNG, JPEG, BMP or TIFF.

use std::path::Path;

use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits as DecoderLimits,
};
use ndarray::Array3;

use super::pages::refuse_pages;
use crate::error::{DataError, Defect, Result};
use crate::limits::Limits;

/// Endings of the files that must be images.
const ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "bmp", "tif", "tiff"];

/// What the header of an image file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageHeader {
    /// `"png"`, `"jpeg"`, `"bmp"` or `"tiff"`.
    pub format: &'static str,
    /// Channels, C: grey 1, grey with alpha 2, RGB or a palette 3, RGBA 4.
    pub channels: usize,
    /// Height, H, in pixels.
    pub height: usize,
    /// Width, W, in pixels.
    pub width: usize,
    /// Bits per channel.
    pub bits: usize,
}

/// Reads the header of an image file, of any shape; `None` for a file of another format.
///
/// # Errors
/// [`DataError`] if the file cannot be read, or ends in `.png`, `.jpg`, `.bmp` or `.tiff` and is no
/// such image.
pub fn image_header(path: &Path) -> Result<Option<ImageHeader>> {
    or_other_format(path, any_size(path).map(|(header, _)| header))
}

/// Reads an image file of any shape, `[C, H, W]`, with values as in the file; `None` for a file of
/// another format.
///
/// # Errors
/// As [`image_header`], and if the image is larger than [`Limits::values_per_row`] or has pixels
/// that are not finite.
pub fn read_image(path: &Path) -> Result<Option<Array3<f32>>> {
    let read = || {
        let (header, decoder) = any_size(path)?;
        refuse_pages(path, ImageFormat::from_extension(header.format))?;
        let shape = [header.channels, header.height, header.width];
        let values = shape
            .iter()
            .fold(1_usize, |all, &size| all.saturating_mul(size));
        if values > Limits::STANDARD.values_per_row {
            let reason = format!("has {values} values, more than any image that can be read");
            return Err(DataError::new(
                Defect::Hostile,
                path,
                reason,
                "make it smaller",
            ));
        }
        let mut out = vec![0.0; values];
        fill(path, decoder, header.channels, &mut out)?;
        Array3::from_shape_vec(shape, out).map_err(|e| unreadable(path, &e))
    };
    or_other_format(path, read())
}

/// An error about a file that does not claim to be an image means that it is none.
fn or_other_format<T>(path: &Path, read: Result<T>) -> Result<Option<T>> {
    let ending = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
    let image = ending.is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known));
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if image || error.defect == Defect::MissingFile => Err(error),
        Err(_) => Ok(None),
    }
}

fn any_size(path: &Path) -> Result<(ImageHeader, impl ImageDecoder)> {
    let room = (Limits::STANDARD.values_per_row * 4) as u64;
    let (format, mut decoder) = open(path, room)?;
    let (width, height) = upright(&mut decoder);
    let color = decoder.color_type();
    let channels = usize::from(color.channel_count());
    let header = ImageHeader {
        format: match format {
            Some(ImageFormat::Png) => "png",
            Some(ImageFormat::Jpeg) => "jpeg",
            Some(ImageFormat::Bmp) => "bmp",
            _ => "tiff",
        },
        channels,
        height: height as usize,
        width: width as usize,
        bits: usize::from(color.bits_per_pixel()) / channels.max(1),
    };
    Ok((header, decoder))
}

/// Decodes an image of the shape `[C, H, W]` into `out`, channel by channel, values as in the file
/// (0 to 255 with 8 bits, 0 to 65535 with 16).
///
/// The size is compared before any pixel is decoded, so a huge image costs nothing.
pub(super) fn decode(path: &Path, shape: [usize; 3], out: &mut [f32]) -> Result<()> {
    let [channels, height, width] = shape;
    // Room for the pixels in the widest type, and for a decoder's own tables.
    let room = (height * width * channels.max(4) * 4 + (64 << 20)) as u64;
    let (format, mut decoder) = open(path, room)?;
    refuse_pages(path, format)?;
    let (w, h) = upright(&mut decoder);
    let c = usize::from(decoder.color_type().channel_count());
    if [c, h as usize, w as usize] != shape {
        return Err(DataError::new(
            Defect::WrongShape,
            path,
            format!("is {c} x {h} x {w} (channels x height x width), declared is {shape:?}"),
            "convert the image, or correct `shape` in cohort.toml",
        ));
    }
    fill(path, decoder, channels, out)
}

/// Width and height as viewers show the image: a camera that was held on its side says so in the file.
fn upright(decoder: &mut impl ImageDecoder) -> (u32, u32) {
    let (width, height) = decoder.dimensions();
    match decoder.orientation() {
        Ok(
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH,
        ) => (height, width),
        Ok(
            Orientation::NoTransforms
            | Orientation::Rotate180
            | Orientation::FlipHorizontal
            | Orientation::FlipVertical,
        )
        | Err(_) => (width, height),
    }
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> DataError {
    DataError::new(
        Defect::UnreadableImage,
        path,
        format!("cannot be decoded: {error}"),
        "write the image again as PNG, JPEG, BMP or TIFF",
    )
}

/// The decoder of a file of a believable length, which may take so many bytes of memory.
fn open(path: &Path, room: u64) -> Result<(Option<ImageFormat>, impl ImageDecoder)> {
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
    let mut reader = ImageReader::open(path)
        .and_then(ImageReader::with_guessed_format)
        .map_err(|e| DataError::read(path, &e))?;
    let mut limits = DecoderLimits::default();
    limits.max_alloc = Some(room);
    reader.limits(limits);
    let format = reader.format();
    let decoder = reader
        .into_decoder()
        .map_err(|error: ImageError| unreadable(path, &error))?;
    Ok((format, decoder))
}

/// Decodes the pixels into planes, and checks that they are finite.
fn fill(
    path: &Path,
    mut decoder: impl ImageDecoder,
    channels: usize,
    out: &mut [f32],
) -> Result<()> {
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut decoded = DynamicImage::from_decoder(decoder)
        .map_err(|error: ImageError| unreadable(path, &error))?;
    decoded.apply_orientation(orientation);
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
