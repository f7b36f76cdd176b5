//! The FT-Transformer.

use midfuse_core::{Encoded, Encoder, Mode, Result, Tokens};
use midfuse_nn::{layer_norm, zero_invalid};
use tch::nn::{self, Module};
use tch::{Kind, Tensor};

use super::block::Block;
use super::config::FtTransformerConfig;
use crate::embedding::{CategoricalEmbeddings, LinearEmbeddings};
use crate::{TabularInput, columns};

const MODULE: &str = "FtTransformer";

/// A transformer over a class token and one token per column: `[B, 1 + F + K, D]`, the class token
/// first, then the numeric columns, then the categorical ones. Each block is a stage; the pooled
/// vector is the class token.
#[derive(Debug)]
pub struct FtTransformer {
    cls: Tensor,
    cont_embeddings: Option<LinearEmbeddings>,
    cat_embeddings: Option<CategoricalEmbeddings>,
    blocks: Vec<Block>,
    output_norm: Option<nn::LayerNorm>,
    config: FtTransformerConfig,
}

impl FtTransformer {
    pub(super) fn new(vs: &nn::Path, config: &FtTransformerConfig) -> Self {
        let d = config.d_block;
        let bound = (d as f64).sqrt().recip();
        let cards = &config.cardinalities;
        let backbone = vs / "backbone";
        Self {
            cls: (vs / "cls_embedding").uniform("weight", &[d], -bound, bound),
            cont_embeddings: (config.n_numeric > 0)
                .then(|| LinearEmbeddings::new(&(vs / "cont_embeddings"), config.n_numeric, d)),
            cat_embeddings: (!cards.is_empty())
                .then(|| CategoricalEmbeddings::new(&(vs / "cat_embeddings"), cards, d, true)),
            blocks: (0..config.n_blocks)
                .map(|i| Block::new(&(&backbone / "blocks" / i), config, i == 0))
                .collect(),
            output_norm: config
                .output_norm
                .then(|| layer_norm(&backbone / "output" / "normalization", d)),
            config: config.clone(),
        }
    }

    /// `[B, 1 + F + K]`, or `None` where every token of every row is real for certain.
    fn valid(&self, input: &TabularInput) -> Option<Tensor> {
        let (b, device) = (input.n_rows(), self.cls.device());
        let present = input.present();
        let observed = input.observed();
        if present.is_none() && observed.is_none() {
            return None;
        }
        let present = present.map_or_else(
            || Tensor::ones([b, 1], (Kind::Bool, device)),
            |present| present.unsqueeze(1),
        );
        let n_categorical = self.config.cardinalities.len() as i64;
        let mut parts = vec![present.shallow_clone()];
        parts.extend(observed.map(Tensor::shallow_clone));
        if n_categorical > 0 {
            parts.push(present.expand([b, n_categorical], false));
        }
        Some(Tensor::cat(&parts, 1))
    }
}

impl Encoder for FtTransformer {
    type Input = TabularInput;
    type State = Tokens;

    fn embed(&self, input: &TabularInput, _mode: Mode) -> Result<Tokens> {
        let (n, cards) = (self.config.n_numeric, &self.config.cardinalities);
        columns::check_input(MODULE, input, n, cards, &self.cls)?;
        let mut parts = vec![self.cls.expand([input.n_rows(), 1, -1], false)];
        if let (Some(layer), Some(numeric)) = (&self.cont_embeddings, input.numeric()) {
            parts.push(layer.forward(numeric));
        }
        if let (Some(layer), Some(indices)) = (&self.cat_embeddings, input.categorical()) {
            parts.push(layer.forward(indices));
        }
        let valid = self.valid(input);
        Ok(Tokens {
            x: zero_invalid(&Tensor::cat(&parts, 1), valid.as_ref()),
            valid,
        })
    }

    fn n_stages(&self) -> usize {
        self.blocks.len()
    }

    fn stage(&self, i: usize, state: Tokens, mode: Mode) -> Result<Tokens> {
        let block = columns::stage(MODULE, &self.blocks, i)?;
        Ok(Tokens {
            x: block.forward(&state.x, state.valid.as_ref(), mode),
            valid: state.valid,
        })
    }

    fn tokens(&self, state: &Tokens) -> Result<Tokens> {
        Ok(Tokens {
            x: zero_invalid(&state.x, state.valid.as_ref()),
            valid: state.valid.as_ref().map(Tensor::shallow_clone),
        })
    }

    fn d_at(&self, _depth: usize) -> i64 {
        self.config.d_block
    }

    fn pool(&self, state: Tokens, _mode: Mode) -> Result<Encoded> {
        let tokens = self.tokens(&state)?;
        let cls = tokens.x.select(1, 0);
        let pooled = match &self.output_norm {
            Some(norm) => norm.forward(&cls).relu(),
            None => cls,
        };
        // The norm's bias would show in an absent row.
        let pooled = match &tokens.valid {
            Some(valid) => pooled.masked_fill(&valid.narrow(1, 0, 1).logical_not(), 0.0),
            None => pooled,
        };
        Ok(Encoded { pooled, tokens })
    }

    fn d_out(&self) -> i64 {
        self.config.d_block
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midfuse_core::Config;
    use tch::{Device, no_grad};

    fn input(second: f32) -> TabularInput {
        let x = Tensor::from_slice(&[0.5, second, -1.0, 2.0]).view([2, 2]);
        TabularInput::new(Some(x), None, None).unwrap()
    }

    #[test]
    fn nothing_attends_to_a_missing_number() {
        let vs = nn::VarStore::new(Device::Cpu);
        let config = FtTransformerConfig::new(2, [], 16).with_attention_n_heads(2);
        let encoder = config.init(vs.root()).unwrap();
        let pooled = |second| encoder.encode(&input(second), Mode::Eval).unwrap().pooled;
        let (missing, zero) = (pooled(f32::NAN), pooled(0.0));
        assert!(missing.get(0) != zero.get(0), "missing is not zero");
        // With another embedding of the second column, only the row that has it changes.
        let mut bias = vs.variables().remove("cont_embeddings.bias").unwrap();
        let _ = no_grad(|| bias.get(1).fill_(1.0));
        let _ = no_grad(|| bias.requires_grad_(false));
        let after = pooled(f32::NAN);
        assert_eq!(after.get(0), missing.get(0));
        assert!(after.get(1) != missing.get(1));
    }

    #[test]
    fn a_row_without_any_number_is_present_and_finite() {
        let vs = nn::VarStore::new(Device::Cpu);
        let config = FtTransformerConfig::new(2, [], 16).with_attention_n_heads(2);
        let encoder = config.init(vs.root()).unwrap();
        let nothing = Tensor::full([2, 2], f64::NAN, (Kind::Float, Device::Cpu));
        let present = Tensor::from_slice(&[true, false]);
        let input = TabularInput::new(Some(nothing), None, Some(present)).unwrap();
        let out = encoder.encode(&input, Mode::Train).unwrap();
        let rows: Vec<bool> = out.present().unwrap().try_into().unwrap();
        assert_eq!(rows, [true, false]);
        assert!(out.pooled.isfinite().all().int64_value(&[]) == 1);
        assert!(out.pooled.get(0).abs().max().double_value(&[]) > 0.0);
        assert!(out.pooled.get(1).abs().max().double_value(&[]) <= 0.0);
    }

    #[test]
    fn initial_values_are_those_of_the_reference() {
        let vs = nn::VarStore::new(Device::Cpu);
        let config = FtTransformerConfig::new(40, [60], 64).with_attention_n_heads(2);
        let _encoder = config.init(vs.root()).unwrap();
        let variables = vs.variables();
        let largest = |name: &str| variables[name].abs().max().double_value(&[]);
        // U(-1/sqrt(64), 1/sqrt(64)) everywhere, zero biases in attention. Of 64 values all lie below .76 of the
        // bound once in fifty million times.
        for name in [
            "cls_embedding.weight",
            "cont_embeddings.weight",
            "cont_embeddings.bias",
            "cat_embeddings.embeddings.0.weight",
            "backbone.blocks.1.attention.W_v.weight",
        ] {
            assert!((0.095..=0.125).contains(&largest(name)), "{name}");
        }
        for name in ["W_q", "W_k", "W_v", "W_out"] {
            let name = format!("backbone.blocks.0.attention.{name}.bias");
            assert!(largest(&name) <= 0.0, "{name}");
        }
        assert!(!variables.contains_key("backbone.blocks.0.attention_normalization.weight"));
    }
}
