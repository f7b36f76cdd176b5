//! Self-attention over modality tokens.
//!
//! **Paper**: Vaswani et al. 2017, "Attention Is All You Need", section 3.2, over one token per
//! modality with a modality embedding and a class token (Devlin et al. 2019, BERT).
//! **Reference implementation**: `torch.nn.MultiheadAttention` and `torch.nn.LayerNorm`, composed in
//! `tools/golden/fusion_modules.py`.
//!
//! NOTE[DIFF] from a transformer encoder layer: the layer ends after its first half, attention,
//! residual and normalisation; there is no feed-forward part, so that the weights say all that
//! passes between modalities. Non-linearity comes from the encoders before and the head behind.
//! NOTE[DIFF] from PyTorch: masks are `valid`; a row that lacks all modalities is zero, not NaN.

use std::borrow::Borrow;

use midfuse_core::{Config, Encoded, Fusion, Mode, Options, Result, Tokens, Validate, options};
use midfuse_nn::{MultiHeadAttention, MultiHeadAttentionConfig, dropout, layer_norm};
use serde::{Deserialize, Serialize};
use tch::nn::Module;
use tch::{Tensor, nn};

use crate::Pooling;
use crate::parts::{Boundary, validate_sum};
use crate::token_set::TokenSet;

/// Configuration of [`AttentionFusion`].
#[options(new = "A fusion of parts of these widths into a vector of width `d_out`.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttentionFusionConfig {
    /// Width of each part's pooled vector, in the order of the parts.
    #[option(range = one_or_more(positive, "the width of at least one modality"))]
    pub d_in: Vec<i64>,
    /// Width of the modality tokens and of the fused vector.
    #[option(range = positive, multiple_of = n_heads)]
    pub d_out: i64,
    /// Number of attention heads; with the few tokens of a fusion, half of the paper's table 3.
    #[option(default = 4, range = positive)]
    pub n_heads: i64,
    /// How one vector is made of the modality tokens.
    #[option(default = Pooling::Cls)]
    pub pooling: Pooling,
    /// Dropout of the attention weights and of the residual branch.
    #[option(default = 0.0, range = probability, search = [0.0, 0.2, 0.5])]
    pub dropout_p: f64,
}

impl Config for AttentionFusionConfig {
    type Module = AttentionFusion;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("AttentionFusionConfig");
        self.check_options(check)?;
        validate_sum(check, "d_in", &self.d_in)?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<AttentionFusion> {
        self.validate()?;
        let vs = vs.borrow();
        Ok(AttentionFusion {
            boundary: Boundary::new("AttentionFusion", &self.d_in, vs),
            tokens: TokenSet::new(vs, &self.d_in, self.d_out, self.pooling),
            attention: MultiHeadAttentionConfig::new(self.d_out, self.n_heads)
                .with_dropout_p(self.dropout_p)
                .init(vs / "self_attn")?,
            norm: layer_norm(vs / "norm", self.d_out),
            dropout_p: self.dropout_p,
            d_out: self.d_out,
        })
    }
}

/// Lets one token per modality attend to the others.
///
/// Each part's pooled vector is projected to `d_out` and gets the embedding of its modality; with
/// [`Pooling::Cls`] a class token goes first. Then `norm(x + attention(x))`, and the class token or
/// the mean over the present modalities is the result. A part that a row lacks is never attended
/// to; a row that lacks all gets zeros and no valid token.
///
/// Parameters: `projections.{i}.*`, `modality_embedding`, `cls`, `self_attn.*` as in
/// `torch.nn.MultiheadAttention`, `norm.*`.
///
/// # Shapes
/// - parts: `pooled: [B, d_in[i]]`
/// - returns: `pooled: [B, d_out]`, with one token per modality `[B, M, d_out]`
#[derive(Debug)]
pub struct AttentionFusion {
    boundary: Boundary,
    tokens: TokenSet,
    attention: MultiHeadAttention,
    norm: nn::LayerNorm,
    dropout_p: f64,
    d_out: i64,
}

impl AttentionFusion {
    /// The attention weights of [`fuse`](Fusion::fuse) in eval mode, `[B, H, T, T]`: how much the
    /// token of each row of the matrix takes from that of each column, in each head. With
    /// [`Pooling::Cls`] token 0 is the class token and modality `i` is token `i + 1`; with
    /// [`Pooling::Mean`] modality `i` is token `i`. Weights on and of an absent modality are zero.
    ///
    /// # Errors
    /// As [`Fusion::fuse`].
    pub fn attention_weights(&self, parts: &[Encoded]) -> Result<Tensor> {
        self.fuse_with_weights(parts, Mode::Eval)
            .map(|(_, weights)| weights)
    }

    /// What [`fuse`](Fusion::fuse) returns, with the attention weights `[B, H, T, T]` behind it (in
    /// train mode those before dropout).
    ///
    /// # Errors
    /// As [`Fusion::fuse`].
    pub fn fuse_with_weights(&self, parts: &[Encoded], mode: Mode) -> Result<(Encoded, Tensor)> {
        let (parts, joined) = self.join(parts)?;
        let valid = joined.valid.as_ref();
        let (context, weights) = self
            .attention
            .forward_with_weights(&joined.x, &joined.x, valid, mode);
        let weights = match valid {
            // What an absent modality would ask for is nobody's.
            Some(valid) => {
                let absent = valid.logical_not().unsqueeze(1).unsqueeze(-1);
                weights.masked_fill(&absent, 0.0)
            }
            None => weights,
        };
        Ok((self.finish(&parts, joined, &context, mode), weights))
    }

    /// Modality tokens, and the sequence that is attended over.
    fn join(&self, parts: &[Encoded]) -> Result<(Vec<Tokens>, Tokens)> {
        self.boundary.check_encoded(parts)?;
        let tokens: Vec<Tokens> = parts
            .iter()
            .map(|part| Tokens {
                x: part.pooled.unsqueeze(1),
                valid: part.present().map(|present| present.unsqueeze(1)),
            })
            .collect();
        let joined = self.tokens.join(&tokens, |x| x);
        Ok((tokens, joined))
    }

    fn finish(&self, parts: &[Tokens], joined: Tokens, context: &Tensor, mode: Mode) -> Encoded {
        let context = dropout(context, self.dropout_p, mode);
        let fused = Tokens {
            x: self.norm.forward(&(&joined.x + context)),
            valid: joined.valid,
        };
        self.tokens.finish(&fused, parts)
    }
}

impl Fusion for AttentionFusion {
    fn fuse(&self, parts: &[Encoded], mode: Mode) -> Result<Encoded> {
        let (parts, joined) = self.join(parts)?;
        let valid = joined.valid.as_ref();
        let context = self.attention.forward(&joined.x, &joined.x, valid, mode);
        Ok(self.finish(&parts, joined, &context, mode))
    }

    fn d_out(&self) -> i64 {
        self.d_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_fields_are_named() {
        let cases = [
            (AttentionFusionConfig::new([], 4), "d_in"),
            (AttentionFusionConfig::new([3, -1], 4), "d_in[1]"),
            (AttentionFusionConfig::new([3], 0), "d_out"),
            (AttentionFusionConfig::new([3], 6), "d_out"),
            (
                AttentionFusionConfig::new([3], 6).with_n_heads(0),
                "n_heads",
            ),
            (
                AttentionFusionConfig::new([3], 4).with_dropout_p(2.0),
                "dropout_p",
            ),
        ];
        for (config, field) in cases {
            let error = config.validate().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("AttentionFusionConfig.{field}:")),
                "{error}"
            );
        }
    }
}
