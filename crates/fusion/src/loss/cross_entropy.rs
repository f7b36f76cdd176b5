//! Cross-entropy, and class weights.
//!
//! **Reference implementation**: `torch.nn.functional.cross_entropy`, and scikit-learn's
//! `compute_class_weight("balanced", ...)`.

use midfuse_core::check::{self, Dim};
use midfuse_core::{Error, Result};
use tch::{Kind, Reduction, Tensor};

use super::check_targets;

/// Cross-entropy of logits `[B, K]` (or log-probabilities) against class indices `targets: [B]`
/// i64, a scalar.
///
/// With `class_weights: [K]` each row counts by the weight of its class, and the sum is divided by
/// the sum of those weights, as in PyTorch; without, it is the mean over rows.
///
/// # Errors
/// [`Error::Shape`], [`Error::Kind`] or [`Error::Device`] if targets or weights do not fit the
/// logits, [`Error::Torch`] for a class index outside `0..K` (on the CPU; CUDA reports it later).
pub fn cross_entropy(
    logits: &Tensor,
    targets: &Tensor,
    class_weights: Option<&Tensor>,
) -> Result<Tensor> {
    cross_entropy_smoothed(logits, targets, class_weights, 0.0)
}

/// As [`cross_entropy`], with a share `smoothing` of each target given to all classes evenly: a row of
/// class c has the target `(1 - smoothing) [k = c] + smoothing / K`, so that no logit gains by growing
/// for ever.
///
/// With `class_weights` the losses of the K classes of a row count by their weights, and the sum is
/// divided by the sum of the weights of the rows' classes, as in PyTorch's `label_smoothing`.
///
/// # Errors
/// As [`cross_entropy`].
pub fn cross_entropy_smoothed(
    logits: &Tensor,
    targets: &Tensor,
    class_weights: Option<&Tensor>,
    smoothing: f64,
) -> Result<Tensor> {
    check_classes("cross_entropy", logits, targets, class_weights)?;
    logits
        .f_cross_entropy_loss(targets, class_weights, Reduction::Mean, -100, smoothing)
        .map_err(|source| Error::Torch {
            context: "cross_entropy: expected class indices below the number of classes".to_owned(),
            source,
        })
}

/// Checks logits, classes and weights of classes against one another.
pub(super) fn check_classes(
    module: &'static str,
    logits: &Tensor,
    targets: &Tensor,
    class_weights: Option<&Tensor>,
) -> Result<()> {
    check::shape(module, logits, &[Dim::Any("B"), Dim::Any("K")])?;
    check_targets(module, logits, targets, Kind::Int64)?;
    if let Some(weights) = class_weights {
        let n_classes = logits.size().get(1).copied().unwrap_or_default();
        check::shape(module, weights, &[Dim::Is(n_classes)])?;
        check::kind(module, weights, logits.kind())?;
        check::device(module, weights, logits.device())?;
    }
    Ok(())
}

/// Class weights that give every class the same total: `n_rows / (n_classes * counts[k])`, as
/// scikit-learn's `"balanced"`. `counts` come from the training rows only.
///
/// # Errors
/// [`Error::Input`] for a class without rows, whose weight would be infinite.
pub fn balanced_class_weights(counts: &[usize]) -> Result<Vec<f64>> {
    let n_rows: usize = counts.iter().sum();
    let weight = |(class, &count): (usize, &usize)| {
        if count == 0 {
            return Err(Error::Input {
                module: "balanced_class_weights",
                expected: "at least one row of every class; merge or drop the class".to_owned(),
                got: format!("none of class {class}"),
            });
        }
        Ok(n_rows as f64 / (counts.len() as f64 * count as f64))
    };
    counts.iter().enumerate().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cross_entropy_by_hand() {
        // -ln(3/4) for the first row, -ln(1/4) for the second.
        let logits = Tensor::from_slice(&[3.0_f64.ln(), 0.0, 3.0_f64.ln(), 0.0]).view([2, 2]);
        let targets = Tensor::from_slice(&[0_i64, 1]);
        let (right, wrong) = ((4.0_f64 / 3.0).ln(), 4.0_f64.ln());
        let loss = cross_entropy(&logits, &targets, None).unwrap();
        assert!((loss.double_value(&[]) - f64::midpoint(right, wrong)).abs() < 1e-12);
        let weights = Tensor::from_slice(&[1.0_f64, 3.0]);
        let loss = cross_entropy(&logits, &targets, Some(&weights)).unwrap();
        assert!((loss.double_value(&[]) - (right + 3.0 * wrong) / 4.0).abs() < 1e-12);
    }

    #[test]
    fn smoothing_by_hand() {
        // Of probabilities 3/4 and 1/4: 0.9 of the first and 0.1 of the other with smoothing 0.2.
        let logits = Tensor::from_slice(&[3.0_f64.ln(), 0.0]).view([1, 2]);
        let targets = Tensor::from_slice(&[0_i64]);
        let loss = cross_entropy_smoothed(&logits, &targets, None, 0.2).unwrap();
        let expected = 0.9 * (4.0_f64 / 3.0).ln() + 0.1 * 4.0_f64.ln();
        assert!((loss.double_value(&[]) - expected).abs() < 1e-12);
    }

    #[test]
    fn targets_that_do_not_fit() {
        let logits = Tensor::from_slice(&[0.0_f32, 0.0]).view([1, 2]);
        let outside = cross_entropy(&logits, &Tensor::from_slice(&[2_i64]), None);
        assert!(matches!(outside, Err(Error::Torch { .. })));
        let floats = cross_entropy(&logits, &Tensor::from_slice(&[1.0_f32]), None);
        assert!(matches!(floats, Err(Error::Kind { .. })));
        let weights = Tensor::from_slice(&[1.0_f32]);
        let short = cross_entropy(&logits, &Tensor::from_slice(&[1_i64]), Some(&weights));
        assert!(matches!(short, Err(Error::Shape { .. })));
    }

    #[test]
    fn balanced_weights_are_scikit_learns() {
        // sklearn: compute_class_weight("balanced", classes=[0, 1, 2], y=[0] * 6 + [1] * 3 + [2])
        let weights = balanced_class_weights(&[6, 3, 1]).unwrap();
        let expected = [
            0.555_555_555_555_555_6,
            1.111_111_111_111_111_2,
            3.333_333_333_333_333_5,
        ];
        for (w, e) in weights.iter().zip(expected) {
            assert!((w - e).abs() < 1e-15);
        }
        let error = balanced_class_weights(&[3, 0]).unwrap_err();
        assert!(
            error.to_string().ends_with("got none of class 1"),
            "{error}"
        );
    }
}
