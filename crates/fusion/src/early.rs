//! Early fusion of embedded tokens.
//!
//! **Paper**: Xu, Zhu and Clifton 2023, "Multimodal Learning with Transformers: A Survey", section
//! 3.1.1 (early concatenation), with the modality embedding of Kim, Son and Kim 2021 (ViLT), section
//! 3.1.
//! **Reference implementation**: `torch.nn.TransformerEncoder` over concatenated tokens, composed in
//! `tools/golden/fusion_modules.py`.
//!
//! NOTE[DIFF] from ViLT: any number of modalities, each projected to one width from that of its own
//! embedding; positions are sinusoids per modality, because a convolutional stem or a recurrent
//! embedding brings none.

use std::borrow::Borrow;

use midfuse_core::{
    Choices, Config, Encoded, Fusion, Mode, Options, Result, Tokens, Validate, options,
};
use midfuse_nn::{Activation, TransformerBlock, TransformerBlockConfig, layer_norm, position};
use serde::{Deserialize, Serialize};
use tch::nn::Module;
use tch::{Tensor, nn};

use crate::Pooling;
use crate::parts::{Boundary, validate_sum};
use crate::token_set::TokenSet;

/// What tells the tokens of one modality apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum TokenPosition {
    /// Sinusoids of the token's index within its modality (Vaswani et al. 2017, section 3.5).
    #[default]
    Sinusoidal,
    /// Nothing: the tokens already carry their position, or are a set.
    None,
}

/// Configuration of [`EarlyFusion`].
#[options(new = "A trunk of width `d_model` over tokens of these widths.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlyFusionConfig {
    /// Width of each modality's tokens at the depth where they are taken, `encoder.d_at(depth)`.
    #[option(range = one_or_more(positive, "the width of at least one modality"))]
    pub d_tokens: Vec<i64>,
    /// Width of the trunk and of the fused vector.
    #[option(range = positive, multiple_of = n_heads)]
    pub d_model: i64,
    /// Number of transformer blocks; the default is a small cohort's share of ViLT's 12.
    #[option(default = 2, range = positive)]
    pub n_layers: i64,
    /// Number of attention heads.
    #[option(default = 4, range = positive)]
    pub n_heads: i64,
    /// Hidden width of the feed-forward parts.
    #[option(unset = "`4 * d_model`", range = positive, source = "ViLT")]
    pub d_ff: Option<i64>,
    /// Non-linearity of the feed-forward parts.
    #[option(default = Activation::Gelu, source = "ViLT")]
    pub activation: Activation,
    /// Dropout within the blocks.
    #[option(default = 0.1, range = probability, search = [0.0, 0.1, 0.3], source = "PyTorch's encoder layer")]
    pub dropout_p: f64,
    /// What tells the tokens of one modality apart.
    #[option(default = TokenPosition::Sinusoidal)]
    pub position: TokenPosition,
    /// How one vector is made of the tokens.
    #[option(default = Pooling::Cls, source = "ViLT")]
    pub pooling: Pooling,
}

impl Config for EarlyFusionConfig {
    type Module = EarlyFusion;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("EarlyFusionConfig");
        self.check_options(check)?;
        validate_sum(check, "d_tokens", &self.d_tokens)?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<EarlyFusion> {
        self.validate()?;
        let vs = vs.borrow();
        let block = TransformerBlockConfig::new(self.d_model, self.n_heads)
            .with_d_ff(self.d_ff)
            .with_activation(self.activation)
            .with_dropout_p(self.dropout_p)
            .with_norm_first(true);
        Ok(EarlyFusion {
            boundary: Boundary::new("EarlyFusion", &self.d_tokens, vs),
            tokens: TokenSet::new(vs, &self.d_tokens, self.d_model, self.pooling),
            position: self.position,
            blocks: (0..self.n_layers)
                .map(|i| block.init(vs / "layers" / i))
                .collect::<Result<_>>()?,
            norm: layer_norm(vs / "norm", self.d_model),
            d_model: self.d_model,
        })
    }
}

/// One transformer trunk over the tokens of all modalities: fusion point 0 with the tokens of
/// [`embed`](midfuse_core::Encoder::embed), or any later point with those of
/// [`encode_to`](midfuse_core::Encoder::encode_to).
///
/// Each modality's tokens are projected to `d_model` and get their position and the embedding of
/// their modality; the blocks are pre-norm, with a normalisation behind the last. Invalid tokens
/// are never attended to; a row that has no valid token at all gets zeros.
///
/// Parameters: `projections.{i}.*`, `modality_embedding`, `cls`, `layers.{i}.*` as in
/// `torch.nn.TransformerEncoder`, `norm.*`.
///
/// # Shapes
/// - parts: tokens `[B, T_i, d_tokens[i]]`, `T_i` free
/// - returns: `pooled: [B, d_model]`, tokens `[B, sum T_i, d_model]`
#[derive(Debug)]
pub struct EarlyFusion {
    boundary: Boundary,
    tokens: TokenSet,
    position: TokenPosition,
    blocks: Vec<TransformerBlock>,
    norm: nn::LayerNorm,
    d_model: i64,
}

impl EarlyFusion {
    /// Fuses the tokens of each modality, in the order of the config.
    ///
    /// # Errors
    /// [`Error::Input`](midfuse_core::Error::Input) for a wrong number of parts,
    /// [`Error::Shape`](midfuse_core::Error::Shape), [`Error::Kind`](midfuse_core::Error::Kind) or
    /// [`Error::Device`](midfuse_core::Error::Device) for a part that does not fit.
    pub fn fuse_tokens(&self, parts: &[Tokens], mode: Mode) -> Result<Encoded> {
        self.boundary.check_tokens(parts)?;
        let joined = self.tokens.join(parts, |x| self.add_position(x));
        let valid = joined.valid;
        let mut x = joined.x;
        for block in &self.blocks {
            x = block.forward(&x, valid.as_ref(), mode);
        }
        let fused = Tokens {
            x: self.norm.forward(&x),
            valid,
        };
        Ok(self.tokens.finish(&fused, parts))
    }

    /// `x: [B, T, d_model]`
    fn add_position(&self, x: Tensor) -> Tensor {
        match self.position {
            TokenPosition::None => x,
            TokenPosition::Sinusoidal => {
                let n_tokens = x.size().get(1).copied().unwrap_or_default();
                let table = position::sinusoidal(n_tokens, self.d_model, (x.kind(), x.device()));
                x + table
            }
        }
    }
}

impl Fusion for EarlyFusion {
    /// As [`EarlyFusion::fuse_tokens`] with the parts' tokens; their pooled vectors are not used.
    fn fuse(&self, parts: &[Encoded], mode: Mode) -> Result<Encoded> {
        let tokens: Vec<Tokens> = parts
            .iter()
            .map(|part| part.tokens.shallow_clone())
            .collect();
        self.fuse_tokens(&tokens, mode)
    }

    fn d_out(&self) -> i64 {
        self.d_model
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_fields_are_named() {
        let new = || EarlyFusionConfig::new([3, 2], 8);
        let cases = [
            (EarlyFusionConfig::new([], 8), "d_tokens"),
            (EarlyFusionConfig::new([0], 8), "d_tokens[0]"),
            (EarlyFusionConfig::new([3], 6), "d_model"),
            (new().with_n_layers(0), "n_layers"),
            (new().with_n_heads(0), "n_heads"),
            (new().with_d_ff(0), "d_ff"),
            (new().with_dropout_p(1.0), "dropout_p"),
        ];
        for (config, field) in cases {
            let error = config.validate().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("EarlyFusionConfig.{field}:")),
                "{error}"
            );
        }
    }
}
