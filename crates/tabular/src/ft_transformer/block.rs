//! One block: attention and a feed-forward part, each behind a norm and beside a residual branch.

use midfuse_core::Mode;
use midfuse_nn::{dropout, layer_norm, linear};
use tch::Tensor;
use tch::nn::{self, Module};

use super::attention::Attention;
use super::config::{FfnActivation, FtTransformerConfig};

/// A pre-norm block. The first block of the stack has no norm before its attention.
#[derive(Debug)]
pub(super) struct Block {
    attention_normalization: Option<nn::LayerNorm>,
    attention: Attention,
    ffn_normalization: nn::LayerNorm,
    linear1: nn::Linear,
    linear2: nn::Linear,
    activation: FfnActivation,
    ffn_dropout_p: f64,
    residual_dropout_p: f64,
}

impl Block {
    pub(super) fn new(vs: &nn::Path, config: &FtTransformerConfig, is_first: bool) -> Self {
        let d = config.d_block;
        let d_hidden = config.ffn_d_hidden();
        let ffn = vs / "ffn";
        Self {
            attention_normalization: (!is_first)
                .then(|| layer_norm(vs / "attention_normalization", d)),
            attention: Attention::new(
                &(vs / "attention"),
                d,
                config.attention_n_heads,
                config.attention_dropout_p,
            ),
            ffn_normalization: layer_norm(vs / "ffn_normalization", d),
            linear1: linear(
                &ffn / "linear1",
                d,
                match config.ffn_activation {
                    FfnActivation::Reglu => 2 * d_hidden,
                    FfnActivation::Relu => d_hidden,
                },
            ),
            linear2: linear(&ffn / "linear2", d_hidden, d),
            activation: config.ffn_activation,
            ffn_dropout_p: config.ffn_dropout_p,
            residual_dropout_p: config.residual_dropout_p,
        }
    }

    /// `x: [B, T, D]` to the same shape; `valid: [B, T]`.
    pub(super) fn forward(&self, x: &Tensor, valid: Option<&Tensor>, mode: Mode) -> Tensor {
        let normed = match &self.attention_normalization {
            Some(norm) => norm.forward(x),
            None => x.shallow_clone(),
        };
        let attended = self.attention.forward(&normed, valid, mode);
        let x = x + dropout(&attended, self.residual_dropout_p, mode);
        let hidden = self.linear1.forward(&self.ffn_normalization.forward(&x));
        let hidden = dropout(&self.activation.apply(&hidden), self.ffn_dropout_p, mode);
        let out = self.linear2.forward(&hidden);
        x + dropout(&out, self.residual_dropout_p, mode)
    }
}
