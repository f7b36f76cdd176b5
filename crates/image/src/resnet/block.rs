//! Residual blocks.

use std::borrow::Borrow;

use midfuse_core::{Mode, Result};
use tch::{Tensor, nn};

use crate::conv::{ConvNorm, ConvShape};

/// The two residual branches of He et al. 2016, figure 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// 3x3, 3x3.
    Basic,
    /// 1x1, 3x3, 1x1 to four times the width.
    Bottleneck,
}

impl BlockKind {
    /// Channels of the output in units of the block's width.
    pub(super) fn expansion(self) -> i64 {
        match self {
            Self::Basic => 1,
            Self::Bottleneck => 4,
        }
    }

    /// Kernel, width in units of the block's width, and whether the stride is here.
    fn branch(self) -> &'static [(i64, i64, bool)] {
        match self {
            Self::Basic => &[(3, 1, true), (3, 1, false)],
            Self::Bottleneck => &[(1, 1, false), (3, 1, true), (1, 4, false)],
        }
    }
}

/// The size of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlockShape {
    pub(super) c_in: i64,
    pub(super) width: i64,
    pub(super) stride: i64,
}

/// A residual branch and its shortcut.
#[derive(Debug)]
pub(super) struct ResidualBlock {
    /// `conv1` and `bn1`, `conv2` and `bn2`, ...
    branch: Vec<ConvNorm>,
    /// A 1x1 convolution where the shapes differ, else the identity.
    downsample: Option<ConvNorm>,
}

impl ResidualBlock {
    pub(super) fn new<'a>(
        vs: impl Borrow<nn::Path<'a>>,
        kind: BlockKind,
        shape: BlockShape,
        zero_init_residual: bool,
    ) -> Self {
        let vs = vs.borrow();
        let mut c_in = shape.c_in;
        let mut branch = Vec::new();
        for (i, &(kernel, times, strided)) in kind.branch().iter().enumerate() {
            let c_out = shape.width * times;
            let stride = if strided { shape.stride } else { 1 };
            let shape = ConvShape {
                c_in,
                c_out,
                kernel,
                stride,
            };
            let (conv, norm) = (format!("conv{}", i + 1), format!("bn{}", i + 1));
            branch.push(ConvNorm::new(vs / conv, vs / norm, shape));
            c_in = c_out;
        }
        if zero_init_residual && let Some(last) = branch.last_mut() {
            last.zero_scale();
        }
        let downsample = (shape.stride != 1 || shape.c_in != c_in).then(|| {
            let shape = ConvShape {
                c_in: shape.c_in,
                c_out: c_in,
                kernel: 1,
                stride: shape.stride,
            };
            let vs = vs / "downsample";
            ConvNorm::new(&vs / "0", &vs / "1", shape)
        });
        Self { branch, downsample }
    }

    /// `[B, c_in, H, W]` to `[B, width * expansion, H / stride, W / stride]`, rounded up.
    pub(super) fn forward(&self, x: &Tensor, mode: Mode) -> Result<Tensor> {
        let mut out = x.shallow_clone();
        for (i, conv) in self.branch.iter().enumerate() {
            if i > 0 {
                out = out.relu_();
            }
            out = conv.forward(&out, mode)?;
        }
        let mut out = match &self.downsample {
            Some(conv) => out.g_add_(&conv.forward(x, mode)?),
            None => out.g_add_(x),
        };
        Ok(out.relu_())
    }
}
