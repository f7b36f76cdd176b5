//! What a fused model would say if it could not let modalities interact.

use ndarray::{ArrayD, ArrayViewD, Axis};

use super::StatsError;
use super::result::at_least;
use crate::metric::MetricError;

/// Empirical multimodally-additive projection (EMAP): Hessel and Lee 2020, "Does my multimodal model
/// learn cross-modal interactions?", for any number of modalities.
///
/// `outputs` is `[n_1, .., n_M, K]`: output `k` (a logit, or a value) where modality `m` is taken from
/// its `n_m`-th partner. The projection has the same shape: the sum of the main effects less M - 1
/// times the mean. What it loses against the outputs is interaction on the scale of the outputs, so
/// pass logits, and take partners from training rows.
///
/// # Errors
/// [`StatsError::TooFew`] for fewer than two modalities, or an empty axis; [`StatsError::Metric`] for
/// an output that is not finite.
pub fn additive_projection(outputs: &ArrayViewD<'_, f64>) -> Result<ArrayD<f64>, StatsError> {
    let method = "additive projection";
    let modalities = outputs.ndim().saturating_sub(1);
    at_least(method, "modalities", 2, modalities)?;
    at_least(method, "outputs", 1, outputs.len())?;
    if let Some(row) = outputs.iter().position(|value| !value.is_finite()) {
        let value = outputs.iter().nth(row).copied().unwrap_or(f64::NAN);
        return Err(MetricError::NonFinite {
            what: "output",
            row,
            value,
        }
        .into());
    }
    let mean_over = |keep: Option<usize>| {
        (0..modalities).filter(|axis| Some(*axis) != keep).fold(
            outputs.to_owned(),
            |array, axis| {
                let size = array.len_of(Axis(axis)) as f64;
                array.sum_axis(Axis(axis)).insert_axis(Axis(axis)) / size
            },
        )
    };
    let others = 1.0 - modalities as f64;
    let start = ArrayD::zeros(outputs.raw_dim()) + mean_over(None) * others;
    Ok((0..modalities).fold(start, |sum, modality| sum + mean_over(Some(modality))))
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, arr3};

    use super::*;

    #[test]
    fn two_modalities_and_three_classes() {
        let f = arr3(&[
            [[2.0, 0.0, -1.0], [0.0, 1.0, 0.0]],
            [[-1.0, 0.5, 1.0], [3.0, 0.0, 0.0]],
        ]);
        let projected = additive_projection(&f.view().into_dyn()).unwrap();
        let want = [[0.5, 0.375, -0.5], [1.5, 0.375, 0.5]];
        for (row, want) in want.iter().enumerate() {
            for (class, want) in want.iter().enumerate() {
                assert!((projected[[row, row, class]] - want).abs() < 1e-15);
            }
        }
        let exp: Vec<f64> = want[0].iter().map(|logit: &f64| logit.exp()).collect();
        let sum: f64 = exp.iter().sum();
        for (got, want) in exp.iter().zip([0.444_370_12, 0.392_155_25, 0.163_474_63]) {
            assert!((got / sum - want).abs() < 1e-8);
        }
    }

    #[test]
    fn the_example_of_the_paper_s_code() {
        // jmhessel/EMAP_EMNLP2020
        let f = arr3(&[
            [[-1.3], [0.3], [-0.2]],
            [[0.8], [3.0], [1.1]],
            [[1.1], [-0.1], [0.7]],
        ]);
        let projected = additive_projection(&f.view().into_dyn()).unwrap();
        for (i, want) in [-0.8, 2.1, 0.5].into_iter().enumerate() {
            assert!((projected[[i, i, 0]] - want).abs() < 1e-14);
        }
    }

    #[test]
    fn a_shift_of_each_row_changes_no_probability() {
        let f = arr3(&[
            [[2.0, 0.0, -1.0], [0.0, 1.0, 0.0]],
            [[-1.0, 0.5, 1.0], [3.0, 0.0, 0.0]],
        ]);
        let mut log_softmax = f.clone();
        for mut logits in log_softmax.rows_mut() {
            let total = logits.mapv(f64::exp).sum().ln();
            logits -= total;
        }
        let probabilities = |f: &Array3<f64>| {
            let projected = additive_projection(&f.view().into_dyn()).unwrap();
            let exp: Vec<f64> = (0..3).map(|k| projected[[0, 0, k]].exp()).collect();
            let sum: f64 = exp.iter().sum();
            exp.into_iter().map(|p| p / sum).collect::<Vec<_>>()
        };
        let (before, after) = (probabilities(&f), probabilities(&log_softmax));
        for (before, after) in before.iter().zip(after) {
            assert!((before - after).abs() < 1e-12);
        }
    }

    #[test]
    fn the_best_additive_model_of_a_noisy_and() {
        // What a logistic fit of the two sums reaches on the distribution itself, in bits. The projection
        // is additive too, so it costs at least that: .5621 and .3871.
        for (flips, best) in [(0.1_f64, 0.546_396_902), (0.05, 0.352_230_272)] {
            // Number of inputs that are 1: its chance, and the chance of the label.
            let cells = [
                (0.25, 0.0, flips),
                (0.5, 1.0, flips),
                (0.25, 2.0, 1.0 - flips),
            ];
            let p = |a: f64, b: f64, x: f64| 1.0 / (1.0 + (-(a + b * x)).exp());
            let (mut a, mut b) = (0.0, 0.0);
            for _ in 0..50 {
                let (mut ga, mut gb, mut aa, mut ab, mut bb) = (0.0, 0.0, 0.0, 0.0, 0.0);
                for (weight, x, y) in cells {
                    let p = p(a, b, x);
                    let curve = weight * p * (1.0 - p);
                    ga += weight * (y - p);
                    gb += weight * (y - p) * x;
                    aa += curve;
                    ab += curve * x;
                    bb += curve * x * x;
                }
                let determinant = aa * bb - ab * ab;
                a += (bb * ga - ab * gb) / determinant;
                b += (aa * gb - ab * ga) / determinant;
            }
            let cost: f64 = cells
                .iter()
                .map(|&(weight, x, y)| {
                    let p = p(a, b, x);
                    -weight * (y * p.log2() + (1.0 - y) * (1.0 - p).log2())
                })
                .sum();
            assert!((cost - best).abs() < 6e-10, "{cost} {best}");
        }
    }

    #[test]
    fn three_modalities() {
        let f = ArrayD::from_shape_fn(vec![2, 2, 2, 1], |at| {
            ((4 * at[0] + 2 * at[1] + at[2]) as f64).powi(2) / 4.0
        });
        let projected = additive_projection(&f.view()).unwrap();
        assert!((projected[[0, 0, 0, 0]] + 1.75).abs() < 1e-12);
        assert!((projected[[1, 1, 1, 0]] - 10.5).abs() < 1e-12);
    }

    #[test]
    fn cost_of_additivity_for_a_noisy_and() {
        // Bits of cross-entropy of AND with flipped labels: full, and projected on the logit scale.
        for (flips, full, additive) in [(0.1_f64, 0.4690, 0.5621), (0.05, 0.2864, 0.3871)] {
            let logit = ((1.0 - flips) / flips).ln();
            let truth = |i: usize, j: usize| i == 1 && j == 1;
            let f = Array3::from_shape_fn(
                (2, 2, 1),
                |(i, j, _)| if truth(i, j) { logit } else { -logit },
            );
            let cost = |f: &ArrayViewD<'_, f64>| -> f64 {
                let one = |i: usize, j: usize| {
                    let p = 1.0 / (1.0 + (-f[[i, j, 0]]).exp());
                    let q = if truth(i, j) { 1.0 - flips } else { flips };
                    -(q * p.log2() + (1.0 - q) * (1.0 - p).log2())
                };
                (one(0, 0) + one(0, 1) + one(1, 0) + one(1, 1)) / 4.0
            };
            let projected = additive_projection(&f.view().into_dyn()).unwrap();
            assert!((cost(&f.view().into_dyn()) - full).abs() < 6e-5);
            assert!((cost(&projected.view()) - additive).abs() < 6e-5);
        }
    }

    #[test]
    fn what_has_no_projection_is_refused() {
        let flat = ArrayD::<f64>::zeros(vec![3, 2]);
        assert!(additive_projection(&flat.view()).is_err());
        assert!(additive_projection(&ArrayD::<f64>::zeros(vec![0, 2, 1]).view()).is_err());
        let nan = ArrayD::from_elem(vec![2, 2, 1], f64::NAN);
        assert!(additive_projection(&nan.view()).is_err());
    }
}
