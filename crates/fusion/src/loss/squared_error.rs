//! Mean squared error.
//!
//! **Reference implementation**: `torch.nn.functional.mse_loss`.

use midfuse_core::Result;
use midfuse_core::check::{self, Dim};
use tch::{Reduction, Tensor};

use super::check_targets;

/// Mean squared error of `values: [B, 1]` against `targets: [B]` in the same dtype, a scalar.
///
/// # Errors
/// [`Error::Shape`](midfuse_core::Error::Shape), [`Error::Kind`](midfuse_core::Error::Kind) or [`Error::Device`](midfuse_core::Error::Device) if the targets do not fit the values.
pub fn squared_error(values: &Tensor, targets: &Tensor) -> Result<Tensor> {
    const MODULE: &str = "squared_error";
    check::shape(MODULE, values, &[Dim::Any("B"), Dim::Is(1)])?;
    check_targets(MODULE, values, targets, values.kind())?;
    Ok(values.squeeze_dim(1).mse_loss(targets, Reduction::Mean))
}

#[cfg(test)]
mod tests {
    use midfuse_core::Error;

    use super::*;

    #[test]
    fn squared_error_by_hand() {
        let values = Tensor::from_slice(&[1.0_f32, 4.0]).view([2, 1]);
        let loss = squared_error(&values, &Tensor::from_slice(&[3.0_f32, 4.0])).unwrap();
        assert!((loss.double_value(&[]) - 2.0).abs() < 1e-7);
        // A [B, 1] target would broadcast to [B, B].
        let column = Tensor::from_slice(&[3.0_f32, 4.0]).view([2, 1]);
        assert!(matches!(
            squared_error(&values, &column),
            Err(Error::Shape { .. })
        ));
    }
}
