//! Dropout by mode.

use midfuse_core::Mode;
use tch::Tensor;

/// Zeroes each element with probability `p` and scales the rest by `1 / (1 - p)` in
/// [`Mode::Train`]; the input itself in [`Mode::Eval`]. Draws from libtorch's generator, and draws
/// nothing where `p` is 0.
pub fn dropout(x: &Tensor, p: f64, mode: Mode) -> Tensor {
    if mode.is_train() && p > 0.0 {
        x.dropout(p, true)
    } else {
        x.shallow_clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind};

    #[test]
    fn eval_is_the_identity_and_train_scales() {
        let x = Tensor::ones([1000], (Kind::Float, Device::Cpu));
        assert_eq!(dropout(&x, 0.5, Mode::Eval), x);
        assert_eq!(dropout(&x, 0.0, Mode::Train), x);
        let y = dropout(&x, 0.5, Mode::Train);
        let zeros = y.eq(0.0).sum(Kind::Int64).int64_value(&[]);
        let twos = y.eq(2.0).sum(Kind::Int64).int64_value(&[]);
        assert_eq!(zeros + twos, 1000);
        assert!((350..650).contains(&zeros), "{zeros} zeros");
    }
}
