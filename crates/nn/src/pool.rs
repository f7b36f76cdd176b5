//! From tokens `[B, T, D]` to one vector per row `[B, D]`.

use tch::{Kind, Tensor};

use crate::zero_invalid;

/// Mean over the valid tokens; zeros in a row that has none. `x [B, T, D]`, `valid [B, T]` bool,
/// `None` = all valid.
pub fn masked_mean(x: &Tensor, valid: Option<&Tensor>) -> Tensor {
    match valid {
        None => x.mean_dim([1_i64].as_slice(), false, x.kind()),
        Some(mask) => {
            let sum = zero_invalid(x, valid).sum_dim_intlist([1_i64].as_slice(), false, x.kind());
            let count = mask
                .sum_dim_intlist([1_i64].as_slice(), true, Kind::Int64)
                .clamp_min(1)
                .to_kind(x.kind());
            sum / count
        }
    }
}

/// Maximum over the valid tokens, per channel; zeros in a row that has none. Shapes as in
/// [`masked_mean`].
pub fn masked_max(x: &Tensor, valid: Option<&Tensor>) -> Tensor {
    match valid {
        None => x.amax([1_i64].as_slice(), false),
        Some(mask) => {
            let highest = x
                .masked_fill(&mask.logical_not().unsqueeze(-1), f64::NEG_INFINITY)
                .amax([1_i64].as_slice(), false);
            let empty = mask.any_dim(1, true).logical_not();
            highest.masked_fill(&empty, 0.0)
        }
    }
}

/// The first token of every row (a class token). `x [B, T, D]`.
pub fn first(x: &Tensor) -> Tensor {
    x.select(1, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case() -> (Tensor, Tensor) {
        let x = Tensor::from_slice(&[1.0_f32, 3.0, f32::NAN, -5.0, f32::NAN, 7.0]).view([2, 3, 1]);
        let valid = Tensor::from_slice(&[true, true, false, true, false, false]).view([2, 3]);
        (x, valid)
    }

    fn values(x: Tensor) -> Vec<f32> {
        Vec::try_from(x.view([-1])).unwrap()
    }

    #[test]
    fn padding_is_left_out() {
        let (x, valid) = case();
        assert_eq!(values(masked_mean(&x, Some(&valid))), [2.0, -5.0]);
        assert_eq!(values(masked_max(&x, Some(&valid))), [3.0, -5.0]);
        assert_eq!(values(first(&x)), [1.0, -5.0]);
    }

    #[test]
    fn a_row_without_tokens_is_zero_and_has_zero_gradient() {
        for pool in [masked_mean, masked_max] {
            let x = Tensor::from_slice(&[f32::NAN, 2.0]).view([2, 1, 1]);
            let x = x.set_requires_grad(true);
            let valid = Tensor::from_slice(&[false, true]).view([2, 1]);
            let y = pool(&x, Some(&valid));
            assert_eq!(values(y.shallow_clone()), [0.0, 2.0]);
            y.sum(Kind::Float).backward();
            assert_eq!(values(x.grad()), [0.0, 1.0]);
        }
    }

    #[test]
    fn no_mask_means_all() {
        let x = Tensor::from_slice(&[1.0_f32, 3.0]).view([1, 2, 1]);
        assert_eq!(values(masked_mean(&x, None)), [2.0]);
        assert_eq!(values(masked_max(&x, None)), [3.0]);
    }
}
