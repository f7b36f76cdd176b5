//! Gradients of a parameter list: clipped and reset as a whole; and copies of whole lists.

use tch::Tensor;

use crate::{Error, Result, ffi};

/// Scales all gradients so that their common L2 norm is at most `max_norm`; returns the norm
/// before, a scalar on the gradients' device.
///
/// As `torch.nn.utils.clip_grad_norm_`, with foreach operators. Parameters without gradient are
/// left out. Nothing waits for the device: whether the norm is finite is known once the scalar is
/// read, and a norm that is not makes all gradients NaN.
///
/// # Errors
/// [`Error::Argument`] if `max_norm` is not above zero,
/// [`Error::Libtorch`] if libtorch refuses.
pub fn clip_grad_norm(params: &[Tensor], max_norm: f64) -> Result<Tensor> {
    if max_norm.is_nan() || max_norm <= 0.0 {
        return Err(Error::Argument {
            what: "clipping the gradient norm",
            expected: "a norm above 0",
            got: max_norm.to_string(),
        });
    }
    ffi::clip_grad_norm(params, max_norm)
}

/// Takes the gradients of all parameters away; the next backward pass stores instead of adding.
///
/// As `zero_grad(set_to_none=True)`: spares a write and a read of all gradients per step.
///
/// # Errors
/// [`Error::Libtorch`] if libtorch refuses.
pub fn zero_grad(params: &[Tensor]) -> Result<()> {
    ffi::zero_grad(params)
}

/// Copies each tensor of `from` into the one of `to` at the same place, without waiting for the
/// device and outside autograd.
///
/// # Errors
/// [`Error::Argument`] if the lists differ in length,
/// [`Error::Libtorch`] if shapes do not fit.
pub fn copy_all(to: &[Tensor], from: &[Tensor]) -> Result<()> {
    ffi::copy_all(to, from)
}

#[cfg(test)]
mod tests {
    use tch::{Device, Kind};

    use super::*;

    fn param(gradient: &[f32]) -> Tensor {
        let p = Tensor::zeros([gradient.len() as i64], (Kind::Float, Device::Cpu));
        let p = p.set_requires_grad(true);
        (&p * Tensor::from_slice(gradient))
            .sum(Kind::Float)
            .backward();
        p
    }

    fn gradient(p: &Tensor) -> Vec<f32> {
        Vec::try_from(&p.grad()).unwrap()
    }

    #[test]
    fn the_common_norm_is_clipped() {
        let params = [param(&[3.0]), param(&[0.0, 4.0])];
        let norm = clip_grad_norm(&params, 1.0).unwrap();
        assert!((norm.double_value(&[]) - 5.0).abs() < 1e-6);
        assert!((gradient(&params[0])[0] - 0.6).abs() < 1e-6);
        assert!((gradient(&params[1])[1] - 0.8).abs() < 1e-6);
    }

    #[test]
    fn a_small_norm_stays() {
        let params = [param(&[3.0]), param(&[4.0])];
        let norm = clip_grad_norm(&params, 10.0).unwrap();
        assert!((norm.double_value(&[]) - 5.0).abs() < 1e-6);
        assert_eq!(gradient(&params[0]), [3.0]);
    }

    #[test]
    fn a_parameter_without_gradient_is_left_out() {
        let idle = Tensor::zeros([2], (Kind::Float, Device::Cpu)).set_requires_grad(true);
        let norm = clip_grad_norm(&[idle, param(&[2.0])], 1.0).unwrap();
        assert!((norm.double_value(&[]) - 2.0).abs() < 1e-6);
        assert!(clip_grad_norm(&[], 1.0).unwrap().double_value(&[]).abs() < 1e-12);
    }

    #[test]
    fn a_norm_that_is_not_finite_is_returned() {
        let norm = clip_grad_norm(&[param(&[f32::NAN])], 1.0).unwrap();
        assert!(norm.double_value(&[]).is_nan());
        assert!(clip_grad_norm(&[], 0.0).is_err());
        assert!(clip_grad_norm(&[], f64::NAN).is_err());
    }

    #[test]
    fn gradients_are_taken_away() {
        let params = [param(&[1.0])];
        zero_grad(&params).unwrap();
        assert!(!params[0].grad().defined());
    }

    #[test]
    fn lists_are_copied_outside_autograd() {
        let to = [Tensor::zeros([2], (Kind::Float, Device::Cpu)).set_requires_grad(true)];
        copy_all(&to, &[Tensor::from_slice(&[1f32, 2.0])]).unwrap();
        assert_eq!(Vec::<f32>::try_from(&to[0].detach()).unwrap(), [1.0, 2.0]);
        assert!(copy_all(&to, &[]).is_err());
        assert!(copy_all(&to, &[Tensor::from_slice(&[1f32, 2.0, 3.0])]).is_err());
    }
}
