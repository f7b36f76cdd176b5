//! The FT-Transformer.

use midfuse_core::{Encoded, Encoder, Error, Mode, Result, Tokens};
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
        let block = self.blocks.get(i).ok_or_else(|| Error::Input {
            module: MODULE,
            expected: format!("a stage below {}", self.blocks.len()),
            got: i.to_string(),
        })?;
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
