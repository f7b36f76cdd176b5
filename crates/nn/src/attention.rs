//! Multi-head attention.
//!
//! **Paper**: Vaswani et al. 2017, "Attention Is All You Need", section 3.2.2.
//! **Reference implementation**: `torch.nn.MultiheadAttention` with `batch_first=True`.
//!
//! NOTE[DIFF] from PyTorch: masks are `valid` (true = attend); a row without any valid key gets
//! zeros before the output projection, where PyTorch gives NaN; the content of an invalid key, even
//! NaN, changes nothing; the returned weights are those before dropout.

use std::borrow::Borrow;

use midfuse_core::{Config, Mode, Options, Result, Validate, options};
use serde::{Deserialize, Serialize};
use tch::nn::{Init, Module};
use tch::{Tensor, nn};

use crate::{dropout, init, zero_invalid};

/// Configuration of [`MultiHeadAttention`].
#[options(new = "Attention of width `d_model` with `n_heads` heads.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MultiHeadAttentionConfig {
    /// Width of the queries and of the output.
    #[option(range = positive, multiple_of = n_heads)]
    pub d_model: i64,
    /// Number of heads, each of width `d_model / n_heads`.
    #[option(range = positive)]
    pub n_heads: i64,
    /// Width of keys and values, for cross-attention to tokens of another width; `None` = `d_model`.
    #[option(default = None, range = positive)]
    pub d_kv: Option<i64>,
    /// Dropout of the attention weights.
    #[option(default = 0.0, range = probability, source = "PyTorch")]
    pub dropout_p: f64,
}

impl Config for MultiHeadAttentionConfig {
    type Module = MultiHeadAttention;

    fn validate(&self) -> Result<()> {
        Ok(self.check_options(Validate::new("MultiHeadAttentionConfig"))?)
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<MultiHeadAttention> {
        self.validate()?;
        let vs = vs.borrow();
        let d = self.d_model;
        let in_proj = match self.d_kv {
            Some(d_kv) if d_kv != d => {
                let weight = |name, d_in| vs.var(name, &[d, d_in], init::xavier_uniform(d_in, d));
                InProjection::Separate {
                    q: weight("q_proj_weight", d),
                    k: weight("k_proj_weight", d_kv),
                    v: weight("v_proj_weight", d_kv),
                }
            }
            _ => InProjection::Packed(vs.var(
                "in_proj_weight",
                &[3 * d, d],
                init::xavier_uniform(d, 3 * d),
            )),
        };
        let out = vs / "out_proj";
        Ok(MultiHeadAttention {
            in_proj,
            in_proj_bias: vs.zeros("in_proj_bias", &[3 * d]),
            out_proj: nn::Linear {
                ws: out.var("weight", &[d, d], init::fan_in_uniform(d)),
                bs: Some(out.var("bias", &[d], Init::Const(0.0))),
            },
            n_heads: self.n_heads,
            dropout_p: self.dropout_p,
        })
    }
}

#[derive(Debug)]
enum InProjection {
    /// `[3 D, D]`: queries, keys and values of one width.
    Packed(Tensor),
    /// `[D, D]`, `[D, d_kv]`, `[D, d_kv]`.
    Separate { q: Tensor, k: Tensor, v: Tensor },
}

/// Scaled dot-product attention with several heads. Parameters as in `torch.nn.MultiheadAttention`:
/// `in_proj_weight` (or `q_proj_weight`, `k_proj_weight`, `v_proj_weight` where `d_kv` differs),
/// `in_proj_bias`, `out_proj.weight`, `out_proj.bias`.
///
/// The third of `in_proj_bias` that belongs to the keys has no gradient: it adds the same number to
/// all logits of a query.
#[derive(Debug)]
pub struct MultiHeadAttention {
    in_proj: InProjection,
    in_proj_bias: Tensor,
    out_proj: nn::Linear,
    n_heads: i64,
    dropout_p: f64,
}

impl MultiHeadAttention {
    /// Attends from `query [B, T, D]` to `key_value [B, S, d_kv]`; returns `[B, T, D]`.
    /// `valid_kv [B, S]` bool, true = may be attended to, `None` = all. Queries must be finite.
    pub fn forward(
        &self,
        query: &Tensor,
        key_value: &Tensor,
        valid_kv: Option<&Tensor>,
        mode: Mode,
    ) -> Tensor {
        let (q, k, v) = self.heads(query, &zero_invalid(key_value, valid_kv));
        let p = if mode.is_train() { self.dropout_p } else { 0.0 };
        let mask = valid_kv.map(KeyMask::new);
        let attend = mask.as_ref().map(|mask| &mask.attend);
        let context =
            Tensor::scaled_dot_product_attention(&q, &k, &v, attend, p, false, None, false);
        self.finish(&context, mask.as_ref())
    }

    /// As [`forward`](Self::forward), with the weights `[B, H, T, S]` of each head, before dropout;
    /// zeros in a row without a valid key. Slower: the weights are materialised.
    pub fn forward_with_weights(
        &self,
        query: &Tensor,
        key_value: &Tensor,
        valid_kv: Option<&Tensor>,
        mode: Mode,
    ) -> (Tensor, Tensor) {
        let (q, k, v) = self.heads(query, &zero_invalid(key_value, valid_kv));
        let d_head = q.size().last().copied().unwrap_or(1);
        let mut logits = q.matmul(&k.transpose(-2, -1)) / (d_head as f64).sqrt();
        let mask = valid_kv.map(KeyMask::new);
        if let Some(mask) = &mask {
            logits = logits.masked_fill(&mask.attend.logical_not(), f64::NEG_INFINITY);
        }
        let mut weights = logits.softmax(-1, logits.kind());
        if let Some(mask) = &mask {
            weights = weights.masked_fill(&mask.no_key, 0.0);
        }
        let context = dropout(&weights, self.dropout_p, mode).matmul(&v);
        (self.finish(&context, mask.as_ref()), weights)
    }

    /// Projects and splits: `[B, H, T, d_head]`, `[B, H, S, d_head]` twice.
    fn heads(&self, query: &Tensor, key_value: &Tensor) -> (Tensor, Tensor, Tensor) {
        let bias = self.in_proj_bias.chunk(3, 0);
        let project = |x: &Tensor, weight: &Tensor, part: usize| {
            let flat = x.linear(weight, bias.get(part));
            flat.unflatten(2, [self.n_heads, -1]).transpose(1, 2)
        };
        match &self.in_proj {
            InProjection::Separate { q, k, v } => (
                project(query, q, 0),
                project(key_value, k, 1),
                project(key_value, v, 2),
            ),
            InProjection::Packed(weight) => {
                let d = query.size().last().copied().unwrap_or_default();
                let part = |i: i64| weight.narrow(0, i * d, d);
                (
                    project(query, &part(0), 0),
                    project(key_value, &part(1), 1),
                    project(key_value, &part(2), 2),
                )
            }
        }
    }

    /// `[B, H, T, d_head]` to `[B, T, D]`.
    fn finish(&self, context: &Tensor, mask: Option<&KeyMask>) -> Tensor {
        let context = match mask {
            Some(mask) => context.masked_fill(&mask.no_key, 0.0),
            None => context.shallow_clone(),
        };
        self.out_proj
            .forward(&context.transpose(1, 2).flatten(2, 3))
    }
}

/// A key mask that is safe for a softmax.
struct KeyMask {
    /// `[B, 1, 1, S]`, true = attend; all true in a row without a valid key, so that the softmax
    /// and its gradient stay finite.
    attend: Tensor,
    /// `[B, 1, 1, 1]`, true = the row has no valid key.
    no_key: Tensor,
}

impl KeyMask {
    fn new(valid: &Tensor) -> Self {
        let valid = valid.unsqueeze(1).unsqueeze(1);
        let no_key = valid.any_dim(-1, true).logical_not();
        Self {
            attend: valid.logical_or(&no_key),
            no_key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind};

    fn attention(vs: &nn::VarStore) -> MultiHeadAttention {
        MultiHeadAttentionConfig::new(8, 2).init(vs.root()).unwrap()
    }

    #[test]
    fn weights_sum_to_one_and_reproduce_forward() {
        let vs = nn::VarStore::new(Device::Cpu);
        let attention = attention(&vs);
        let x = Tensor::randn([3, 4, 8], (Kind::Float, Device::Cpu));
        let valid = Tensor::from_slice(&[
            true, true, true, true, true, false, true, false, false, false, false, false,
        ])
        .view([3, 4]);
        let plain = attention.forward(&x, &x, Some(&valid), Mode::Eval);
        let (y, weights) = attention.forward_with_weights(&x, &x, Some(&valid), Mode::Eval);
        assert!((plain - y).abs().max().double_value(&[]) < 1e-6);
        let sums = weights.sum_dim_intlist([-1_i64].as_slice(), false, Kind::Float);
        for (row, expected) in [(0, 1.0), (1, 1.0), (2, 0.0)] {
            let error = (sums.get(row) - expected).abs().max().double_value(&[]);
            assert!(error < 1e-6, "row {row}: {error}");
        }
        assert_eq!(weights.double_value(&[1, 0, 0, 1]).to_bits(), 0);
    }

    #[test]
    fn nan_in_invalid_keys_reaches_nothing() {
        let vs = nn::VarStore::new(Device::Cpu);
        let attention = attention(&vs);
        let query = Tensor::randn([2, 3, 8], (Kind::Float, Device::Cpu));
        let key_value = Tensor::randn([2, 2, 8], (Kind::Float, Device::Cpu));
        let valid = Tensor::from_slice(&[true, false, false, false]).view([2, 2]);
        let poisoned = key_value.masked_fill(&valid.logical_not().unsqueeze(-1), f64::NAN);
        let clean = attention.forward(&query, &key_value, Some(&valid), Mode::Train);
        let y = attention.forward(&query, &poisoned, Some(&valid), Mode::Train);
        assert_eq!(y, clean);
        y.sum(Kind::Float).backward();
        for (name, parameter) in vs.variables() {
            assert!(
                bool::try_from(parameter.grad().isfinite().all()).unwrap(),
                "{name}"
            );
        }
        // no valid key: only the bias of the output projection is left
        let bias = vs.variables().remove("out_proj.bias").unwrap();
        assert_eq!(y.get(1), bias.expand([3, 8], false));
    }

    #[test]
    fn names_follow_the_width_of_the_keys() {
        let vs = nn::VarStore::new(Device::Cpu);
        let config = MultiHeadAttentionConfig::new(8, 2).with_d_kv(5);
        let attention = config.init(vs.root()).unwrap();
        let names: std::collections::BTreeSet<_> = vs.variables().into_keys().collect();
        let expected = [
            "in_proj_bias",
            "k_proj_weight",
            "out_proj.bias",
            "out_proj.weight",
            "q_proj_weight",
            "v_proj_weight",
        ];
        assert_eq!(names.into_iter().collect::<Vec<_>>(), expected);
        let query = Tensor::randn([2, 3, 8], (Kind::Float, Device::Cpu));
        let key_value = Tensor::randn([2, 7, 5], (Kind::Float, Device::Cpu));
        let y = attention.forward(&query, &key_value, None, Mode::Eval);
        assert_eq!(y.size(), [2, 3, 8]);
    }

    #[test]
    fn width_must_divide() {
        let error = MultiHeadAttentionConfig::new(10, 4).validate().unwrap_err();
        assert_eq!(
            error.to_string(),
            "MultiHeadAttentionConfig.d_model: expected a multiple of n_heads = 4, got 10"
        );
        assert!(MultiHeadAttentionConfig::new(8, 0).validate().is_err());
    }
}
