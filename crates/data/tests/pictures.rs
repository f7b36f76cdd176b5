//! Image files that hold more, or lie otherwise, than their first pixels say.
#![cfg(test)]

mod folders;

use folders::{folder, manifest};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use midfuse_data::{Cohort, DataError, Defect, ImageData, ModalityData};
use std::io::Cursor;
use tiff::encoder::{TiffEncoder, colortype};

/// Loads one image `a.EXTENSION` of height and width.
fn load(extension: &str, bytes: &[u8], [h, w]: [usize; 2]) -> Result<ImageData, DataError> {
    let text = manifest(&format!(
        "[[modalities]]\nname = 'm'\nkind = 'image'\nshape = [1, {h}, {w}]\nfolder = 'img'\nextension = '{extension}'"
    ));
    let file = format!("img/a.{extension}");
    let dir = folder(&[
        ("cohort.toml", text.as_bytes()),
        ("rows.csv", b"id\na\n"),
        (&file, bytes),
    ]);
    match Cohort::open(dir.path())?.load_all("m")? {
        ModalityData::Image(data) => Ok(data),
        _ => panic!("images"),
    }
}

/// Two rows of three: dark above, bright below.
fn picture() -> GrayImage {
    GrayImage::from_fn(3, 2, |_, y| Luma([if y == 0 { 10 } else { 240 }]))
}

fn png() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture())
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

#[test]
fn a_picture_that_was_taken_on_its_side_stands_upright() {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 100)
        .encode_image(&picture())
        .unwrap();
    // Exif says: orientation (0x0112) 6, to be turned by 90 degrees clockwise.
    let mut exif = b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01".to_vec();
    exif.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
    let turned: Vec<u8> = [&jpeg[..2], &exif, &jpeg[2..]].concat();
    let plain = load("jpg", &jpeg, [2, 3]).unwrap();
    assert!(plain.pixels[[0, 0, 0, 0]] < 60.0 && plain.pixels[[0, 0, 1, 0]] > 200.0);
    let upright = load("jpg", &turned, [3, 2]).unwrap();
    // What was above is on the right.
    assert!(upright.pixels[[0, 0, 0, 0]] > 200.0 && upright.pixels[[0, 0, 0, 1]] < 60.0);
}

#[test]
fn pages_and_frames_are_not_lost_in_silence() {
    let tiff = |pages: usize| {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
        for _ in 0..pages {
            encoder
                .write_image::<colortype::Gray8>(3, 2, picture().as_raw())
                .unwrap();
        }
        bytes.into_inner()
    };
    assert!(load("tiff", &tiff(1), [2, 3]).is_ok());
    let error = load("tiff", &tiff(2), [2, 3]).unwrap_err();
    assert_eq!(error.defect, Defect::UnreadableImage);
    assert!(error.to_string().contains("has 2 pages"), "{error}");
    assert!(load("png", &png(), [2, 3]).is_ok());
    // acTL behind IHDR (8 + 25 bytes) makes an animation of a PNG: 2 frames, played once.
    let mut chunk = b"acTL\0\0\0\x02\0\0\0\x01".to_vec();
    let mut crc = flate2::Crc::new();
    crc.update(&chunk);
    chunk.extend(crc.sum().to_be_bytes());
    let still = png();
    let animated = [&still[..33], b"\0\0\0\x08", &chunk, &still[33..]].concat();
    let error = load("png", &animated, [2, 3]).unwrap_err();
    assert!(error.to_string().contains("is an animation"), "{error}");
}

#[test]
fn mixed_shapes_and_depths_are_counted() {
    let text = manifest(
        "[[modalities]]\nname = 'm'\nkind = 'image'\nshape = [1, 2, 3]\nfolder = 'img'\nextension = 'png'",
    );
    let deep = |image: DynamicImage| {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    let sixteen = deep(DynamicImage::from(picture()).into_luma16().into());
    let colour = deep(DynamicImage::from(picture()).into_rgb8().into());
    let rows: &[u8] = b"id\na\nb\nc\n";
    let of = |c: &[u8]| {
        let dir = folder(&[
            ("cohort.toml", text.as_bytes()),
            ("rows.csv", rows),
            ("img/a.png", &png()),
            ("img/b.png", &sixteen),
            ("img/c.png", c),
        ]);
        Cohort::open(dir.path()).unwrap().summary()
    };
    let summary = of(&png()).unwrap();
    let said = summary
        .warnings
        .iter()
        .any(|warning| warning.contains("2 files have 8 bits, 1 files have 16 bits"));
    assert!(said, "{summary}");
    let error = of(&colour).unwrap_err().to_string();
    assert!(
        error.contains("2 files are 1 x 2 x 3, 1 are 3 x 2 x 3"),
        "{error}"
    );
}
