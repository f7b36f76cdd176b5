//! Where an image lies within another one.

use super::thumbnail::{Interval, Thumbnail, WHOLE, closer};

/// Part of an image: its height, its width.
pub(super) type Window = (Interval, Interval);

/// Windows that are tried first: nine places each of .9 and .8 of both sides, and .85 of one side.
pub(super) fn windows() -> Vec<Window> {
    let places =
        |share: f64| [0.0, 0.5, 1.0].map(|at| (at * (1.0 - share), at * (1.0 - share) + share));
    let mut windows: Vec<Window> = [0.9, 0.8]
        .into_iter()
        .flat_map(|share| {
            let places = places(share);
            places
                .into_iter()
                .flat_map(move |down| places.map(|across| (down, across)))
        })
        .collect();
    for cut in [(0.0, 0.85), (0.15, 1.0)] {
        windows.extend([(cut, WHOLE), (WHOLE, cut)]);
    }
    windows
}

/// Least share of a side that a crop keeps.
const LEAST: f64 = 0.7;
/// Step of the numeric derivatives.
const STEP: f64 = 0.01;
/// Most steps of the search.
const STEPS: usize = 5;
/// Damping, as a share of the mean curvature.
const DAMPING: f64 = 1e-3;

/// Distance from `hash` to the window of `image` that is nearest to it, by damped Gauss-Newton steps
/// on the four borders from a window close by.
pub(super) fn nearest_window(hash: &[f32], image: &Thumbnail, start: Window) -> f32 {
    let at = |p: &[f64; 4]| {
        let [top, bottom, left, right] = *p;
        image.hash_of((top, bottom), (left, right))
    };
    let (down, across) = start;
    let mut borders = [down.0, down.1, across.0, across.1];
    let mut here = at(&borders);
    let Some(mut best) = closer(hash, &here, f32::INFINITY) else {
        return f32::INFINITY;
    };
    for _ in 0..STEPS {
        let slopes: [Vec<f32>; 4] = std::array::from_fn(|k| {
            // Borders move inwards, so that they stay in the image.
            let step = if k % 2 == 0 { STEP } else { -STEP };
            let mut moved = borders;
            if let Some(border) = moved.get_mut(k) {
                *border += step;
            }
            let difference = at(&moved);
            difference
                .iter()
                .zip(&here)
                .map(|(there, here)| (there - here) / step as f32)
                .collect()
        });
        let rest: Vec<f32> = hash.iter().zip(&here).map(|(to, from)| to - from).collect();
        let Some(direction) = solve(&slopes, &rest) else {
            break;
        };
        let tried = [1.0, 0.3].into_iter().find_map(|share| {
            let moved: [f64; 4] = std::array::from_fn(|k| {
                let to = borders.get(k).copied().unwrap_or(0.0)
                    + share * direction.get(k).copied().unwrap_or(0.0);
                if k % 2 == 0 {
                    to.clamp(0.0, 1.0 - LEAST)
                } else {
                    to.clamp(LEAST, 1.0)
                }
            });
            let there = at(&moved);
            closer(hash, &there, best - 1e-4).map(|distance| (moved, there, distance))
        });
        let Some(better) = tried else { break };
        (borders, here, best) = better;
    }
    best
}

/// The damped least-squares solution of four unknowns, by elimination.
fn solve(slopes: &[Vec<f32>; 4], rest: &[f32]) -> Option<[f64; 4]> {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    let mut system: [[f64; 5]; 4] = [[0.0; 5]; 4];
    for (row, one) in system.iter_mut().zip(slopes) {
        for (value, other) in row.iter_mut().zip(slopes) {
            *value = dot(one, other);
        }
        if let Some(value) = row.last_mut() {
            *value = dot(one, rest);
        }
    }
    let trace: f64 = slopes.iter().map(|slope| dot(slope, slope)).sum();
    for (k, row) in system.iter_mut().enumerate() {
        *row.get_mut(k)? += DAMPING * trace / 4.0;
    }
    // The damped matrix is positive definite: no pivoting is needed.
    for k in 0..4 {
        let pivot = *system.get(k)?;
        let divisor = *pivot.get(k)?;
        if divisor <= 0.0 {
            return None;
        }
        for row in system.iter_mut().skip(k + 1) {
            let factor = *row.get(k)? / divisor;
            for (value, above) in row.iter_mut().zip(pivot) {
                *value -= factor * above;
            }
        }
    }
    let mut solution = [0.0; 4];
    for k in (0..4).rev() {
        let row = system.get(k)?;
        let known: f64 = row
            .iter()
            .zip(&solution)
            .skip(k + 1)
            .map(|(factor, value)| factor * value)
            .sum();
        *solution.get_mut(k)? = (row.last()? - known) / row.get(k)?;
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, Axis, Slice};

    use super::*;

    #[test]
    fn four_unknowns_are_solved() {
        let mut slopes: [Vec<f32>; 4] = std::array::from_fn(|_| vec![0.0; 6]);
        for (k, slope) in slopes.iter_mut().enumerate() {
            slope[k] = 1.0;
            slope[k + 1] = 0.5;
        }
        let wanted = [1.0_f32, -2.0, 3.0, 0.5];
        let rest: Vec<f32> = (0..6)
            .map(|at| {
                slopes
                    .iter()
                    .zip(wanted)
                    .map(|(slope, value)| slope[at] * value)
                    .sum()
            })
            .collect();
        let found = solve(&slopes, &rest).unwrap();
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - f64::from(wanted)).abs() < 0.02, "{found} {wanted}");
        }
    }

    #[test]
    fn a_crop_between_the_windows_is_found() {
        let wave = |y: usize, x: usize| {
            let (y, x) = (y as f32 / 40.0, x as f32 / 40.0);
            (5.0 * y + 2.0 * x * x).sin() + (7.0 * x - 3.0 * y * x).cos() + (9.0 * y * y).sin()
        };
        let plain = Array3::from_shape_fn((1, 40, 40), |(_, y, x)| wave(y, x));
        let cropped = plain.slice_axis(Axis(1), Slice::from(3..37)).to_owned();
        let cropped = cropped.slice_axis(Axis(2), Slice::from(1..36)).to_owned();
        let image = Thumbnail::new(plain.view()).unwrap();
        let hash = Thumbnail::new(cropped.view())
            .unwrap()
            .hash_of(WHOLE, WHOLE);
        let start = ((0.05, 0.95), (0.0, 0.9));
        let coarse = closer(&hash, &image.hash_of(start.0, start.1), 9.0).unwrap();
        let fine = nearest_window(&hash, &image, start);
        assert!(coarse > 0.05 && fine < 1e-3, "{coarse} {fine}");
    }
}
