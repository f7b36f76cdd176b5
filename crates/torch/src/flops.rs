//! Floating-point operations of a closure, counted by the shapes that reach libtorch.
//!
//! The formulas are those of PyTorch's `torch.utils.flop_counter.FlopCounterMode`: two operations
//! per multiply-add, biases and pointwise functions left out, attention without regard to masks.
//! `NOTE[DIFF]`: attention on the CPU and the fused recurrent layers (oneDNN, cuDNN) are counted
//! here; that counter does not see them.

use std::iter::Sum;
use std::ops::Add;

use crate::{Result, ffi};

/// Floating-point operations by kind of operator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FlopCount {
    /// Matrix products: `mm`, `addmm`, `bmm`, `baddbmm`.
    pub matmul: u64,
    /// Convolutions of any rank, transposed ones included.
    pub convolution: u64,
    /// Fused scaled-dot-product attention.
    pub attention: u64,
    /// Fused recurrent layers.
    pub recurrent: u64,
}

impl FlopCount {
    /// The sum over all kinds.
    pub fn total(&self) -> u64 {
        self.matmul + self.convolution + self.attention + self.recurrent
    }
}

impl Add for FlopCount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            matmul: self.matmul + other.matmul,
            convolution: self.convolution + other.convolution,
            attention: self.attention + other.attention,
            recurrent: self.recurrent + other.recurrent,
        }
    }
}

impl Sum for FlopCount {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), Add::add)
    }
}

/// Runs `body` and counts its floating-point operations, those of backward passes included.
///
/// Counts what this thread does (and the autograd engine on its behalf). An inner count takes its
/// operations away from the outer one.
///
/// # Errors
/// [`Error::Libtorch`](crate::Error::Libtorch) if the callback cannot be registered.
///
/// ```
/// use tch::{Device, Kind, Tensor};
/// let x = Tensor::ones([3, 4], (Kind::Float, Device::Cpu));
/// let (_y, flops) = midfuse_torch::flops::count(|| x.matmul(&x.tr()))?;
/// assert_eq!(flops.total(), 2 * 3 * 4 * 3);
/// # Ok::<(), midfuse_torch::Error>(())
/// ```
pub fn count<T>(body: impl FnOnce() -> T) -> Result<(T, FlopCount)> {
    let session = ffi::FlopSession::begin()?;
    let result = body();
    let [matmul, convolution, attention, recurrent] = session.end()?;
    Ok((
        result,
        FlopCount {
            matmul,
            convolution,
            attention,
            recurrent,
        },
    ))
}

#[cfg(test)]
mod tests {
    use tch::{Device, Kind, Tensor};

    use super::*;

    fn ones<const N: usize>(size: [i64; N]) -> Tensor {
        Tensor::ones(size, (Kind::Float, Device::Cpu))
    }

    #[test]
    fn the_operators_inside_a_convolution_are_not_counted_twice() {
        // 1x1 convolutions may run as matrix products.
        let (x, w) = (ones([2, 3, 5, 5]), ones([4, 3, 1, 1]));
        let (_, flops) = count(|| x.conv2d(&w, None::<Tensor>, [1, 1], [0, 0], [1, 1], 1)).unwrap();
        assert_eq!(flops.convolution, 2 * 2 * 25 * 3 * 4);
        assert_eq!(flops.matmul, 0);
    }

    #[test]
    fn backward_counts_both_gradients() {
        let w = ones([4, 5]).set_requires_grad(true);
        let x = ones([3, 4]).set_requires_grad(true);
        let ((), flops) = count(|| x.matmul(&w).sum(Kind::Float).backward()).unwrap();
        assert_eq!(flops.total(), 3 * 2 * 3 * 4 * 5);
    }

    #[test]
    fn a_recurrent_layer_counts_its_weights_at_every_step() {
        let (t, b, f, h) = (7, 2, 5, 4);
        let weights = [
            ones([4 * h, f]),
            ones([4 * h, h]),
            ones([4 * h]),
            ones([4 * h]),
        ];
        let state = [ones([1, b, h]), ones([1, b, h])];
        let x = ones([t, b, f]);
        let run = || x.lstm(&state, &weights, true, 1, 0.0, false, false, false);
        let (_, flops) = count(run).unwrap();
        assert_eq!(flops.total(), (2 * t * b * (4 * h * f + 4 * h * h)) as u64);
    }

    #[test]
    fn a_panic_ends_the_count() {
        let caught = std::panic::catch_unwind(|| count(|| panic!("on purpose")));
        assert!(caught.is_err());
        let ((), flops) = count(|| ()).unwrap();
        assert_eq!(flops, FlopCount::default());
    }

    #[test]
    fn an_inner_count_is_its_own() {
        let x = ones([2, 2]);
        let (inner, outer) = count(|| {
            let _product = x.matmul(&x);
            count(|| x.matmul(&x)).unwrap().1
        })
        .unwrap();
        assert_eq!((inner.total(), outer.total()), (16, 16));
    }
}
