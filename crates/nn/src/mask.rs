//! Masked positions as zeros.

use tch::Tensor;

/// `x` with zeros where `valid` is false; `x [B, T, D]`, `valid [B, T]` bool, `None` = all valid.
///
/// Whatever stood there, even NaN, reaches no output and no gradient.
pub fn zero_invalid(x: &Tensor, valid: Option<&Tensor>) -> Tensor {
    match valid {
        Some(valid) => x.masked_fill(&valid.logical_not().unsqueeze(-1), 0.0),
        None => x.shallow_clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_is_replaced() {
        let x = Tensor::from_slice(&[f32::NAN, 2.0]).view([1, 2, 1]);
        let valid = Tensor::from_slice(&[false, true]).view([1, 2]);
        let y = Vec::<f32>::try_from(zero_invalid(&x, Some(&valid)).view([-1])).unwrap();
        assert_eq!(y, [0.0, 2.0]);
    }
}
