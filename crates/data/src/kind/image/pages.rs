//! Files of several pictures: TIFF stacks and animations.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use image::ImageFormat;
use image::codecs::png::PngDecoder;
use tiff::decoder::Decoder as TiffDecoder;
use tiff::tags::Tag;

use crate::error::{DataError, Defect, Result};

/// Pages of a TIFF that are counted.
const MOST: usize = 10_000;

/// An error if a file holds more than one picture: all but the first would be lost in silence.
pub(super) fn refuse_pages(path: &Path, format: Option<ImageFormat>) -> Result<()> {
    let open = || File::open(path).map(BufReader::new);
    let file = open().map_err(|error| DataError::read(path, &error))?;
    let pages = match format {
        // What is wrong with the file itself, the decoder of its pixels says better.
        Some(ImageFormat::Tiff) => tiff_pages(file).unwrap_or(1),
        Some(ImageFormat::Png) => {
            let is_animated = PngDecoder::new(file).and_then(|decoder| decoder.is_apng());
            if is_animated.unwrap_or(false) { 2 } else { 1 }
        }
        _ => 1,
    };
    if pages < 2 {
        return Ok(());
    }
    let (reason, mend) = match format {
        Some(ImageFormat::Png) => (
            "is an animation, and only its first frame would be read".to_owned(),
            "write the frame that is meant as a file of its own",
        ),
        _ => (
            format!("has {pages} pages, and only the first would be read"),
            "write the page that is meant as a file of its own, or all as an array [N, C, H, W] in an .npy file",
        ),
    };
    Err(DataError::new(Defect::UnreadableImage, path, reason, mend))
}

/// Pages of a TIFF that are no smaller copy or mask of another.
fn tiff_pages(file: BufReader<File>) -> Option<usize> {
    const COPY_OR_MASK: u32 = 0b101;
    let mut decoder = TiffDecoder::new(file).ok()?;
    let mut pages = 0;
    for _ in 0..MOST {
        let kind = decoder.find_tag_unsigned::<u32>(Tag::NewSubfileType);
        let kind = kind.ok().flatten().unwrap_or(0);
        pages += usize::from(kind & COPY_OR_MASK == 0);
        if !decoder.more_images() || decoder.next_image().is_err() {
            break;
        }
    }
    Some(pages)
}
