//! A transformer encoder layer.
//!
//! **Paper**: Vaswani et al. 2017, "Attention Is All You Need", section 3.1; pre-norm as in Xiong et
//! al. 2020, "On Layer Normalization in the Transformer Architecture".
//! **Reference implementation**: `torch.nn.TransformerEncoderLayer` with `batch_first=True`.
//!
//! NOTE[DIFF] from PyTorch: masks are `valid` (true = real); invalid tokens come out as zeros, and
//! their content, even NaN, changes nothing; `d_ff` defaults to `4 * d_model` (the ratio of the
//! paper's table 3) and not to 2048.

use std::borrow::Borrow;

use midfuse_core::{Config, Mode, Options, Result, Validate, options};
use serde::{Deserialize, Serialize};
use tch::nn::Module;
use tch::{Tensor, nn};

use crate::{
    Activation, MultiHeadAttention, MultiHeadAttentionConfig, dropout, layer_norm, linear,
    zero_invalid,
};

/// Configuration of [`TransformerBlock`].
#[options(new = "A block of width `d_model` with `n_heads` heads.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransformerBlockConfig {
    /// Width of the tokens.
    #[option(range = positive, multiple_of = n_heads)]
    pub d_model: i64,
    /// Number of attention heads.
    #[option(range = positive)]
    pub n_heads: i64,
    /// Hidden width of the feed-forward part; `None` = `4 * d_model`.
    #[option(default = None, range = positive)]
    pub d_ff: Option<i64>,
    /// Non-linearity of the feed-forward part.
    #[option(default = Activation::Relu, source = "PyTorch")]
    pub activation: Activation,
    /// Dropout of attention weights, of the hidden layer and of both residual branches.
    #[option(default = 0.1, range = probability, source = "PyTorch")]
    pub dropout_p: f64,
    /// Normalise before each part (pre-norm) and not after.
    #[option(default = false, source = "PyTorch")]
    pub norm_first: bool,
}

impl TransformerBlockConfig {
    fn d_ff_or_default(&self) -> i64 {
        self.d_ff.unwrap_or_else(|| self.d_model.saturating_mul(4))
    }
}

impl Config for TransformerBlockConfig {
    type Module = TransformerBlock;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("TransformerBlockConfig");
        self.check_options(check)?;
        check.positive("d_ff", self.d_ff_or_default())?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<TransformerBlock> {
        self.validate()?;
        let vs = vs.borrow();
        let (d, d_ff) = (self.d_model, self.d_ff_or_default());
        Ok(TransformerBlock {
            self_attn: MultiHeadAttentionConfig::new(d, self.n_heads)
                .with_dropout_p(self.dropout_p)
                .init(vs / "self_attn")?,
            linear1: linear(vs / "linear1", d, d_ff),
            linear2: linear(vs / "linear2", d_ff, d),
            norm1: layer_norm(vs / "norm1", d),
            norm2: layer_norm(vs / "norm2", d),
            activation: self.activation,
            dropout_p: self.dropout_p,
            norm_first: self.norm_first,
        })
    }
}

/// Self-attention and a feed-forward part, each with a residual branch. Parameters as in
/// `torch.nn.TransformerEncoderLayer`: `self_attn.*`, `linear1.*`, `linear2.*`, `norm1.*`,
/// `norm2.*`.
#[derive(Debug)]
pub struct TransformerBlock {
    self_attn: MultiHeadAttention,
    linear1: nn::Linear,
    linear2: nn::Linear,
    norm1: nn::LayerNorm,
    norm2: nn::LayerNorm,
    activation: Activation,
    dropout_p: f64,
    norm_first: bool,
}

impl TransformerBlock {
    /// `x [B, T, D]` to the same shape; `valid [B, T]` bool, true = real, `None` = all. Invalid
    /// tokens come out as zeros.
    pub fn forward(&self, x: &Tensor, valid: Option<&Tensor>, mode: Mode) -> Tensor {
        let x = zero_invalid(x, valid);
        let y = if self.norm_first {
            let x = &x + self.attend(&self.norm1.forward(&x), valid, mode);
            &x + self.feed_forward(&self.norm2.forward(&x), mode)
        } else {
            let x = self.norm1.forward(&(&x + self.attend(&x, valid, mode)));
            self.norm2.forward(&(&x + self.feed_forward(&x, mode)))
        };
        zero_invalid(&y, valid)
    }

    fn attend(&self, x: &Tensor, valid: Option<&Tensor>, mode: Mode) -> Tensor {
        dropout(
            &self.self_attn.forward(x, x, valid, mode),
            self.dropout_p,
            mode,
        )
    }

    fn feed_forward(&self, x: &Tensor, mode: Mode) -> Tensor {
        let hidden = self.activation.apply(&self.linear1.forward(x));
        let hidden = dropout(&hidden, self.dropout_p, mode);
        dropout(&self.linear2.forward(&hidden), self.dropout_p, mode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind};

    #[test]
    fn invalid_tokens_are_zero_and_their_content_changes_nothing() {
        for norm_first in [false, true] {
            let vs = nn::VarStore::new(Device::Cpu);
            let block = TransformerBlockConfig::new(8, 2)
                .with_dropout_p(0.0)
                .with_norm_first(norm_first)
                .init(vs.root())
                .unwrap();
            let x = Tensor::randn([2, 3, 8], (Kind::Float, Device::Cpu));
            let valid = Tensor::from_slice(&[true, true, false, false, false, false]).view([2, 3]);
            let poisoned = x.masked_fill(&valid.logical_not().unsqueeze(-1), f64::NAN);
            let clean = block.forward(&x, Some(&valid), Mode::Train);
            let y = block.forward(&poisoned, Some(&valid), Mode::Train);
            assert_eq!(y, clean);
            let zeros = Tensor::zeros([3, 8], (Kind::Float, Device::Cpu));
            assert_eq!(y.get(1), zeros);
            y.pow_tensor_scalar(2).sum(Kind::Float).backward();
            for (name, parameter) in vs.variables() {
                let finite = bool::try_from(parameter.grad().isfinite().all()).unwrap();
                assert!(finite, "{name}");
            }
            // two valid tokens alone give the same as beside a padded one
            let alone = block.forward(&x.narrow(0, 0, 1).narrow(1, 0, 2), None, Mode::Eval);
            let beside = y.narrow(0, 0, 1).narrow(1, 0, 2);
            assert!((alone - beside).abs().max().double_value(&[]) < 1e-5);
        }
    }

    #[test]
    fn overflowing_width_is_a_config_error() {
        assert!(TransformerBlockConfig::new(8, 3).validate().is_err());
        assert!(
            TransformerBlockConfig::new(8, 2)
                .with_d_ff(0)
                .validate()
                .is_err()
        );
    }
}
