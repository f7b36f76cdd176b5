//! Perceptual hash of an image: low frequencies of a discrete cosine transform.

use std::f64::consts::{PI, SQRT_2};

use ndarray::{Array2, ArrayView3, Axis};

/// Longest side of a thumbnail.
const SIDE: usize = 48;
/// Frequencies per axis that a hash keeps.
pub(super) const FREQUENCIES: usize = 16;

/// A small grey version of an image, from which perceptual hashes are computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Thumbnail {
    /// `[h, w]`, either at most 48.
    pixels: Array2<f32>,
}

/// Part of an image, from and to as shares of its height or width.
pub(super) type Interval = (f64, f64);

/// All of it.
pub(super) const WHOLE: Interval = (0.0, 1.0);

impl Thumbnail {
    /// The thumbnail of an image `[C, H, W]`: the mean of all channels, averaged over areas where a
    /// side is longer than 48 pixels. `None` where the grey image is constant.
    pub fn new(image: ArrayView3<'_, f32>) -> Option<Self> {
        let grey = image.mean_axis(Axis(0))?;
        let first = grey.first().copied()?;
        if grey.iter().all(|value| value.to_bits() == first.to_bits()) {
            return None;
        }
        let short = shrink(&grey);
        let pixels = shrink(&short.t().to_owned()).t().to_owned();
        Some(Self { pixels })
    }

    /// Pixels `[h, w]`.
    pub(super) fn size(&self) -> (usize, usize) {
        self.pixels.dim()
    }

    /// The hash of a window that is given by its [`cosines`] on either axis: the cosine coefficients
    /// of both axes but for that of the brightness, scaled to length 1 so that the contrast does not
    /// count, `[16 * 16]`.
    pub(super) fn hash(&self, down: &Array2<f32>, across: &Array2<f32>) -> Vec<f32> {
        let mut values = down
            .dot(&self.pixels)
            .dot(&across.t())
            .into_raw_vec_and_offset()
            .0;
        if let Some(mean) = values.first_mut() {
            *mean = 0.0;
        }
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        if length > 0.0 {
            for value in &mut values {
                *value /= length;
            }
        }
        values
    }

    /// The hash of all of the image, or of a window.
    pub(super) fn hash_of(&self, down: Interval, across: Interval) -> Vec<f32> {
        let (height, width) = self.size();
        self.hash(&cosines(height, down), &cosines(width, across))
    }
}

/// Rows averaged to at most [`SIDE`] of them, by the area that each covers.
fn shrink(grey: &Array2<f32>) -> Array2<f32> {
    let (n, width) = grey.dim();
    let m = n.min(SIDE);
    if m == n {
        return grey.clone();
    }
    let mut small = Array2::zeros((m, width));
    for (y, row) in grey.outer_iter().enumerate() {
        // In units of 1 / m of a row, so that the borders are whole numbers.
        for to in (y * m / n)..=(((y + 1) * m - 1) / n) {
            let overlap = ((y + 1) * m).min((to + 1) * n) - (y * m).max(to * n);
            small
                .row_mut(to)
                .scaled_add(overlap as f32 / n as f32, &row);
        }
    }
    small
}

/// The cosine transform of a window over `n` pixels, `[16, n]`: integrals of the cosines over the
/// pixels, which are taken to be constant, so that a window may begin and end within a pixel.
pub(super) fn cosines(n: usize, (from, to): Interval) -> Array2<f32> {
    // Borders of the pixels, as shares of the window.
    let border = |x: usize| ((x as f64 / n as f64).clamp(from, to) - from) / (to - from);
    Array2::from_shape_fn((FREQUENCIES, n), |(u, x)| {
        let (left, right) = (border(x), border(x + 1));
        if u == 0 {
            return (right - left) as f32;
        }
        let turn = PI * u as f64;
        (SQRT_2 * ((turn * right).sin() - (turn * left).sin()) / turn) as f32
    })
}

/// The hash of the image after each of the eight flips and quarter turns; the first is as it is.
///
/// A flip changes the sign of the odd frequencies of its axis, a reflection at the diagonal swaps
/// the axes; the others are products of these.
pub(super) fn turned(hash: &[f32]) -> [Vec<f32>; 8] {
    std::array::from_fn(|which| {
        let (down, across, swap) = (which & 1 == 1, which & 2 == 2, which & 4 == 4);
        let of = |at: usize| {
            let (u, v) = (at / FREQUENCIES, at % FREQUENCIES);
            let from = if swap { v * FREQUENCIES + u } else { at };
            let odd = usize::from(down) * u + usize::from(across) * v;
            let value = hash.get(from).copied().unwrap_or(0.0);
            if odd % 2 == 1 { -value } else { value }
        };
        (0..hash.len()).map(of).collect()
    })
}

/// Euclidean distance of two hashes, from 0 to 2; `None` once it is known to reach `limit`.
pub(super) fn closer(a: &[f32], b: &[f32], limit: f32) -> Option<f32> {
    let mut sum = 0.0;
    for (a, b) in a.chunks(64).zip(b.chunks(64)) {
        sum += a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
        if sum >= limit * limit {
            return None;
        }
    }
    Some(sum.sqrt())
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, Slice};

    use super::*;

    fn image(height: usize, width: usize) -> Array3<f32> {
        Array3::from_shape_fn((2, height, width), |(c, y, x)| {
            ((y * y + 3 * x) % 17) as f32 + c as f32
        })
    }

    fn uncropped(image: &Array3<f32>) -> Vec<f32> {
        Thumbnail::new(image.view()).unwrap().hash_of(WHOLE, WHOLE)
    }

    fn distance(a: &[f32], b: &[f32]) -> f32 {
        closer(a, b, 9.0).unwrap()
    }

    #[test]
    fn areas_are_averaged() {
        let rows = Array2::from_shape_fn((96, 1), |(y, _)| (y / 2) as f32);
        let half = shrink(&rows);
        assert_eq!(half.dim(), (48, 1));
        let off = |(y, &value): (usize, &f32)| (value - y as f32).abs() < 1e-6;
        assert!(half.iter().enumerate().all(off));
        let odd = shrink(&Array2::from_shape_fn((72, 1), |(y, _)| y as f32));
        // Row 0 of 48 covers rows 0 and half of 1 of 72.
        assert!((odd.row(0).sum() - (0.0 + 0.5) / 1.5).abs() < 1e-6);
        assert!((odd.sum() / 48.0 - 35.5).abs() < 1e-4);
    }

    #[test]
    fn brightness_and_contrast_do_not_count_and_flips_are_signs() {
        let plain = image(20, 24);
        let hash = uncropped(&plain);
        assert!((hash.iter().map(|v| v * v).sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(distance(&hash, &uncropped(&plain.mapv(|v| 257.0 * v + 40.0))) < 1e-4);
        let mut flipped = plain.clone();
        flipped.invert_axis(Axis(2));
        assert!(distance(&turned(&hash)[2], &uncropped(&flipped)) < 1e-4);
        // A quarter turn: swap the axes, then flip one.
        let mut quarter = plain.clone();
        quarter.swap_axes(1, 2);
        quarter.invert_axis(Axis(1));
        let turned = turned(&hash);
        let nearest = turned
            .iter()
            .map(|turned| distance(turned, &uncropped(&quarter)))
            .fold(9.0, f32::min);
        assert!(nearest < 1e-4, "{nearest}");
        assert!(distance(&hash, &uncropped(&quarter)) > 0.5);
    }

    #[test]
    fn the_hash_of_a_window_is_that_of_the_cropped_image() {
        let plain = image(20, 30);
        let cropped = plain.slice_axis(Axis(1), Slice::from(2..18)).to_owned();
        let cropped = cropped.slice_axis(Axis(2), Slice::from(3..30)).to_owned();
        let window = Thumbnail::new(plain.view())
            .unwrap()
            .hash_of((0.1, 0.9), (0.1, 1.0));
        assert!(distance(&window, &uncropped(&cropped)) < 1e-4);
    }

    #[test]
    fn a_constant_image_has_none() {
        assert_eq!(Thumbnail::new(Array3::zeros((1, 9, 9)).view()), None);
    }
}
