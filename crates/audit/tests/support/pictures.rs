//! Pictures for tests: natural-looking ones, digits, scans with one background, and their changes.
#![allow(dead_code, reason = "each test uses some of it")]

use midfuse_base::Seed;
use ndarray::{Array2, Array3, Axis, Slice};
use rand::Rng as _;

/// A colour picture of 60 x 72 pixels: waves of many scales, weaker the finer they are.
pub(crate) fn picture(seed: u64) -> Array3<f32> {
    let mut rng = Seed(seed).derive("picture").rng();
    let waves: Vec<[f32; 5]> = (0..60)
        .map(|_| {
            let size = 1.5 * 12.0_f32.powf(rng.random());
            let turn: f32 = rng.random_range(0.0..std::f32::consts::TAU);
            [
                size * turn.cos(),
                size * turn.sin(),
                rng.random_range(0.0..std::f32::consts::TAU),
                1.0 / size,
                rng.random(),
            ]
        })
        .collect();
    let value = |c: usize, y: usize, x: usize| {
        let (y, x) = (y as f32 / 60.0, x as f32 / 60.0);
        let wave = |w: &[f32; 5]| (w[0] * y + w[1] * x + w[2] + 0.3 * c as f32 * w[4]).sin() * w[3];
        waves.iter().map(wave).sum::<f32>()
    };
    scaled(Array3::from_shape_fn((3, 60, 72), |(c, y, x)| {
        value(c, y, x)
    }))
}

/// A digit-like stroke of 28 x 28 pixels, one of ten shapes with a hand of its own.
pub(crate) fn digit(seed: u64) -> Array3<f32> {
    let mut rng = Seed(seed).derive("digit").rng();
    let mut shape = Seed(seed % 10).derive("shape").rng();
    let points: Vec<(f32, f32)> = (0..4)
        .map(|_| {
            let (y, x): (f32, f32) = (shape.random_range(5.0..23.0), shape.random_range(7.0..21.0));
            (
                y + rng.random_range(-2.5..2.5),
                x + rng.random_range(-2.5..2.5),
            )
        })
        .collect();
    let width = rng.random_range(1.0..1.8_f32);
    let stroke = |y: f32, x: f32| {
        let near = (0..40).map(|k| {
            let t = k as f32 / 39.0;
            let of = |get: fn(&(f32, f32)) -> f32| {
                let p: Vec<f32> = points.iter().map(get).collect();
                let u = 1.0 - t;
                u * u * u * p[0]
                    + 3.0 * u * u * t * p[1]
                    + 3.0 * u * t * t * p[2]
                    + t * t * t * p[3]
            };
            (y - of(|p| p.0)).powi(2) + (x - of(|p| p.1)).powi(2)
        });
        let near = near.fold(f32::INFINITY, f32::min);
        (220.0 * (1.6 - near.sqrt() / width).clamp(0.0, 1.0)).round()
    };
    Array3::from_shape_fn((1, 28, 28), |(_, y, x)| stroke(y as f32, x as f32))
}

/// A grey scan of 64 x 64 pixels: one background for all, a few faint spots and some noise.
pub(crate) fn scan(seed: u64) -> Array3<f32> {
    let mut rng = Seed(seed).derive("scan").rng();
    let background = picture(0);
    let spots: Vec<[f32; 3]> = (0..5)
        .map(|_| {
            [
                rng.random_range(8.0..52.0),
                rng.random_range(8.0..52.0),
                rng.random_range(2.0..6.0),
            ]
        })
        .collect();
    Array3::from_shape_fn((1, 60, 60), |(_, y, x)| {
        let spot = |s: &[f32; 3]| {
            let far = (y as f32 - s[0]).powi(2) + (x as f32 - s[1]).powi(2);
            70.0 * (-far / (2.0 * s[2] * s[2])).exp()
        };
        let noise: f32 = rng.random_range(-3.0..3.0);
        (0.6 * background[[0, y, x]] + spots.iter().map(spot).sum::<f32>() + noise).round()
    })
}

fn scaled(image: Array3<f32>) -> Array3<f32> {
    let low = image.iter().copied().fold(f32::INFINITY, f32::min);
    let high = image.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    image.mapv(|value| ((value - low) / (high - low) * 255.0).round())
}

/// Bilinear to another size, averaging where it shrinks, rounded to whole values.
pub(crate) fn resized(image: &Array3<f32>, height: usize, width: usize) -> Array3<f32> {
    let (channels, h, w) = image.dim();
    let at = |c: usize, y: f32, x: f32| {
        let (y, x) = (y.clamp(0.0, (h - 1) as f32), x.clamp(0.0, (w - 1) as f32));
        let (y0, x0) = (y as usize, x as usize);
        let (y1, x1) = ((y0 + 1).min(h - 1), (x0 + 1).min(w - 1));
        let (fy, fx) = (y - y0 as f32, x - x0 as f32);
        (1.0 - fy) * ((1.0 - fx) * image[[c, y0, x0]] + fx * image[[c, y0, x1]])
            + fy * ((1.0 - fx) * image[[c, y1, x0]] + fx * image[[c, y1, x1]])
    };
    let (down, across) = (h as f32 / height as f32, w as f32 / width as f32);
    Array3::from_shape_fn((channels, height, width), |(c, y, x)| {
        let taps = [0.25, 0.75].map(|dy| {
            [0.25, 0.75]
                .map(|dx| {
                    at(
                        c,
                        (y as f32 + dy) * down - 0.5,
                        (x as f32 + dx) * across - 0.5,
                    )
                })
                .iter()
                .sum::<f32>()
        });
        (taps.iter().sum::<f32>() / 4.0).round()
    })
}

/// Part of an image, from and to as shares of its sides.
pub(crate) fn crop(
    image: &Array3<f32>,
    top: f32,
    bottom: f32,
    left: f32,
    right: f32,
) -> Array3<f32> {
    let (_, h, w) = image.dim();
    let at = |share: f32, of: usize| (share * of as f32).round() as usize;
    let rows = image
        .slice_axis(Axis(1), Slice::from(at(top, h)..at(bottom, h)))
        .to_owned();
    rows.slice_axis(Axis(2), Slice::from(at(left, w)..at(right, w)))
        .to_owned()
}

/// The loss of JPEG: the cosine transform of each block of 8 x 8 pixels, rounded in steps that grow with the
/// frequency. Strength 1 is about quality 50, .1 about 95.
pub(crate) fn jpeg_like(image: &Array3<f32>, strength: f32) -> Array3<f32> {
    let basis = Array2::from_shape_fn((8, 8), |(u, x)| {
        let scale = if u == 0 { (0.125_f32).sqrt() } else { 0.5 };
        scale * (std::f32::consts::PI * (2 * x + 1) as f32 * u as f32 / 16.0).cos()
    });
    let (channels, h, w) = image.dim();
    let mut out = image.clone();
    for c in 0..channels {
        for y in (0..h).step_by(8) {
            for x in (0..w).step_by(8) {
                let block = Array2::from_shape_fn((8, 8), |(i, j)| {
                    image[[c, (y + i).min(h - 1), (x + j).min(w - 1)]]
                });
                let mut coefficients = basis.dot(&block).dot(&basis.t());
                for ((u, v), value) in coefficients.indexed_iter_mut() {
                    let step = strength * (14.0 + 10.0 * (u + v) as f32);
                    *value = (*value / step).round() * step;
                }
                let back = basis.t().dot(&coefficients).dot(&basis);
                for ((i, j), &value) in back.indexed_iter() {
                    if y + i < h && x + j < w {
                        out[[c, y + i, x + j]] = value.round().clamp(0.0, 255.0);
                    }
                }
            }
        }
    }
    out
}
