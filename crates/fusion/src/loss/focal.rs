//! The focal loss.
//!
//! **Paper**: Lin et al., "Focal loss for dense object detection", ICCV 2017, equation 4, over the
//! softmax of several classes. **Reference implementation**: torchvision's `sigmoid_focal_loss`, which
//! is the same for two classes with the logits 0 and z.
//!
//! - `NOTE[DIFF]` The sum is divided by the sum of the rows' weights, as PyTorch's weighted
//!   cross-entropy is, so that gamma 0 gives that.

use midfuse_core::{Error, Result};
use tch::{Kind, Tensor};

use super::cross_entropy::check_classes;

/// Least distance of a probability from 1 that has a gradient: below 1, gamma has none at 0.
const LEAST: f64 = 1e-12;

/// `-(1 - p)^gamma ln p` of the probability p of each row's class, over logits `[B, K]` and class
/// indices `targets: [B]` i64, a scalar: rows that are right already count less. `gamma` 0 is
/// [`cross_entropy`](super::cross_entropy), 2 the paper's choice.
///
/// With `class_weights: [K]` each row counts by the weight of its class (the paper's alpha), and the
/// sum is divided by the sum of those weights.
///
/// # Errors
/// As [`cross_entropy`](super::cross_entropy).
pub fn focal_loss(
    logits: &Tensor,
    targets: &Tensor,
    class_weights: Option<&Tensor>,
    gamma: f64,
) -> Result<Tensor> {
    check_classes("focal_loss", logits, targets, class_weights)?;
    let of_class = logits
        .log_softmax(-1, None::<Kind>)
        .f_gather(-1, &targets.unsqueeze(-1), false)
        .map_err(|source| Error::Torch {
            context: "focal_loss: expected class indices below the number of classes".to_owned(),
            source,
        })?
        .squeeze_dim(-1);
    // 1 - p, to the last digit where p is nearly 1.
    let missed = -of_class.expm1();
    let losses = -missed.clamp_min(LEAST).pow_tensor_scalar(gamma) * &of_class;
    Ok(match class_weights {
        None => losses.mean(None::<Kind>),
        Some(weights) => {
            let of_rows = weights.index_select(0, targets);
            (losses * &of_rows).sum(None::<Kind>) / of_rows.sum(None::<Kind>)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::cross_entropy;

    fn logits() -> Tensor {
        // Probabilities 3/4 and 1/4, twice.
        Tensor::from_slice(&[3.0_f64.ln(), 0.0, 3.0_f64.ln(), 0.0]).view([2, 2])
    }

    #[test]
    fn focal_loss_by_hand() {
        let targets = Tensor::from_slice(&[0_i64, 1]);
        let (right, wrong) = ((4.0_f64 / 3.0).ln() / 16.0, 4.0_f64.ln() * 9.0 / 16.0);
        let loss = focal_loss(&logits(), &targets, None, 2.0).unwrap();
        assert!((loss.double_value(&[]) - f64::midpoint(right, wrong)).abs() < 1e-12);
        let weights = Tensor::from_slice(&[1.0_f64, 3.0]);
        let loss = focal_loss(&logits(), &targets, Some(&weights), 2.0).unwrap();
        assert!((loss.double_value(&[]) - (right + 3.0 * wrong) / 4.0).abs() < 1e-12);
        for weights in [None, Some(&weights)] {
            let plain = cross_entropy(&logits(), &targets, weights).unwrap();
            let zero = focal_loss(&logits(), &targets, weights, 0.0).unwrap();
            assert!((plain - zero).double_value(&[]).abs() < 1e-12);
        }
    }

    #[test]
    fn a_row_that_is_surely_right_has_a_gradient() {
        let logits = Tensor::from_slice(&[1000.0_f64, 0.0])
            .view([1, 2])
            .set_requires_grad(true);
        let loss = focal_loss(&logits, &Tensor::from_slice(&[0_i64]), None, 0.5).unwrap();
        loss.backward();
        assert!(bool::try_from(logits.grad().isfinite().all()).unwrap());
        let outside = focal_loss(&logits, &Tensor::from_slice(&[2_i64]), None, 2.0);
        assert!(matches!(outside, Err(Error::Torch { .. })));
    }
}
