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
    /// torchvision's ResNet), under `conv` and `norm`.
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
        let init = init::kaiming_normal_fan_out(c_out * kernel * kernel);
        let mut weight = conv
            .borrow()
            .var("weight", &[c_out, c_in, kernel, kernel], init);
        // libtorch takes the layout of grey images, whose strides tell nothing, from the weights;
        // with channels last it need not reorder them at each call.
        tch::no_grad(|| weight.set_data(&channels_last(&weight)));
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
