//! A convolution followed by batch normalisation.

use std::borrow::Borrow;

use midfuse_core::{Mode, Result};
use midfuse_nn::{BatchNorm, batch_norm2d, init};
use tch::{Tensor, nn};

use crate::maps::channels_last;

/// A convolution without bias (that of the normalisation follows) and its batch normalisation.
#[derive(Debug)]
pub(crate) struct ConvNorm {
    weight: Tensor,
    stride: i64,
    padding: i64,
    norm: BatchNorm,
}

/// The size of a convolution: `[c_out, c_in, kernel, kernel]` weights, padded by `kernel / 2`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConvShape {
    pub(crate) c_in: i64,
    pub(crate) c_out: i64,
    pub(crate) kernel: i64,
    pub(crate) stride: i64,
}

impl ConvNorm {
    /// Weights from He's normal distribution over the fan out (He et al. 2015, eq. 14, as
    /// torchvision's ResNet), under `conv` and `norm`; channels last in memory like the maps, or
    /// libtorch would reorder them in every step, and take the layout of grey images, whose strides
    /// tell nothing, from them.
    pub(crate) fn new<'a>(
        conv: impl Borrow<nn::Path<'a>>,
        norm: impl Borrow<nn::Path<'a>>,
        shape: ConvShape,
    ) -> Self {
        let ConvShape {
            c_in,
            c_out,
            kernel,
            stride,
        } = shape;
        let conv = conv.borrow();
        let mut weight = Tensor::zeros([c_out, c_in, kernel, kernel], (conv.kind(), conv.device()));
        init::kaiming_normal_fan_out(c_out * kernel * kernel).set(&mut weight);
        let weight = conv.add("weight", channels_last(&weight), true);
        Self {
            weight,
            stride,
            padding: kernel / 2,
            norm: batch_norm2d(norm, c_out),
        }
    }

    /// Lets the normalised output start at zero.
    pub(crate) fn zero_scale(&mut self) {
        tch::no_grad(|| {
            let _ = self.norm.weight.zero_();
        });
    }

    /// `x: [B, c_in, H, W]` to `[B, c_out, H / stride, W / stride]`, rounded up.
    pub(crate) fn forward(&self, x: &Tensor, mode: Mode) -> Result<Tensor> {
        let maps = x.conv2d(
            &self.weight,
            None::<&Tensor>,
            [self.stride, self.stride],
            [self.padding, self.padding],
            [1, 1],
            1,
        );
        self.norm.forward(&maps, None, mode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind, no_grad};

    #[test]
    fn a_kernel_of_ones_counts_neighbours() {
        let vs = nn::VarStore::new(Device::Cpu);
        let shape = ConvShape {
            c_in: 1,
            c_out: 1,
            kernel: 3,
            stride: 2,
        };
        let conv = ConvNorm::new(vs.root() / "conv", vs.root() / "bn", shape);
        no_grad(|| drop(vs.variables()["conv.weight"].shallow_clone().fill_(1.0)));
        let ones = Tensor::ones([1, 1, 3, 3], (Kind::Float, Device::Cpu));
        // Of each corner four of nine neighbours lie in the image; running variance 1, eps 1e-5.
        let y = conv.forward(&ones, Mode::Eval).unwrap();
        assert_eq!(y.size(), [1, 1, 2, 2]);
        let difference = (y * (1.0_f64 + 1e-5).sqrt() - 4.0).abs().max();
        assert!(difference.double_value(&[]) < 1e-6);
    }

    #[test]
    fn weights_gradients_and_maps_are_channels_last() {
        let vs = nn::VarStore::new(Device::Cpu);
        let shape = ConvShape {
            c_in: 2,
            c_out: 4,
            kernel: 3,
            stride: 1,
        };
        let conv = ConvNorm::new(vs.root() / "conv", vs.root() / "bn", shape);
        let x = channels_last(&Tensor::rand([2, 2, 5, 6], (Kind::Float, Device::Cpu)));
        let y = conv.forward(&x, Mode::Train).unwrap();
        assert_eq!(y.stride(), [120, 1, 24, 4]);
        (&y * &y * &y).sum(Kind::Float).backward();
        let weight = &vs.variables()["conv.weight"];
        assert!(weight.is_leaf() && weight.requires_grad());
        assert_eq!(weight.stride(), [18, 1, 6, 2]);
        // The fused optimiser walks parameters and gradients in memory order.
        assert_eq!(weight.grad().stride(), weight.stride());
        assert_eq!(weight.zeros_like().stride(), weight.stride());
    }
}
