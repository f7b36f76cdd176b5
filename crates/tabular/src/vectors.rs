//! One vector a row: what flows through the encoders that do not keep columns apart.

use midfuse_core::{Encoded, Tokens};
use tch::Tensor;
use tch::nn;

use crate::TabularInput;
use crate::embedding::CategoricalEmbeddings;

/// One vector for each row, with the rows that are present.
#[derive(Debug)]
pub struct Vectors {
    /// `[B, D]`.
    pub(crate) x: Tensor,
    /// `[B]`.
    pub(crate) present: Option<Tensor>,
}

impl Vectors {
    /// Of the rows of `input`: `x: [B, D]`.
    pub(crate) fn of(input: &TabularInput, x: Tensor) -> Self {
        Self {
            x,
            present: input.present().map(Tensor::shallow_clone),
        }
    }

    /// Other vectors of the same rows.
    pub(crate) fn with(self, x: Tensor) -> Self {
        Self { x, ..self }
    }

    /// A row is one token, zero where it is absent.
    pub(crate) fn tokens(&self) -> Tokens {
        let x = match &self.present {
            None => self.x.shallow_clone(),
            Some(present) => {
                let absent = present.logical_not().unsqueeze(1);
                self.x.masked_fill(&absent, 0.0)
            }
        };
        Tokens {
            x: x.unsqueeze(1),
            valid: self.present.as_ref().map(|present| present.unsqueeze(1)),
        }
    }

    /// The token is what is pooled.
    pub(crate) fn pool(&self) -> Encoded {
        let tokens = self.tokens();
        Encoded {
            pooled: tokens.x.squeeze_dim(1),
            tokens,
        }
    }
}

/// Numbers, which of them are missing (where that is asked for), and embedded categories, side by
/// side.
#[derive(Debug)]
pub(crate) struct SideBySide {
    cat_embeddings: Option<CategoricalEmbeddings>,
    missing_indicator: bool,
}

impl SideBySide {
    /// Parameters `cat_embeddings.embeddings.{k}.weight`.
    pub(crate) fn new(
        vs: &nn::Path,
        cardinalities: &[i64],
        d_embed: i64,
        missing_indicator: bool,
    ) -> Self {
        let embed = || {
            let vs = vs / "cat_embeddings";
            CategoricalEmbeddings::new(&vs, cardinalities, d_embed, false)
        };
        Self {
            cat_embeddings: (!cardinalities.is_empty()).then(embed),
            missing_indicator,
        }
    }

    /// Width of a row.
    pub(crate) fn width(
        n_numeric: i64,
        cardinalities: &[i64],
        d_embed: i64,
        missing_indicator: bool,
    ) -> i64 {
        let per_numeric = if missing_indicator { 2 } else { 1 };
        n_numeric * per_numeric + cardinalities.len() as i64 * d_embed
    }

    /// The checked `input` as vectors, in the dtype of `like`.
    pub(crate) fn forward(&self, input: &TabularInput, like: &Tensor) -> Vectors {
        let numeric = input.numeric().map(Tensor::shallow_clone);
        let missing = input.observed().filter(|_| self.missing_indicator);
        let missing = missing.map(|observed| observed.logical_not().to_kind(like.kind()));
        let embedded = match (&self.cat_embeddings, input.categorical()) {
            (Some(layer), Some(indices)) => Some(layer.forward(indices).flatten(1, 2)),
            _ => None,
        };
        let parts: Vec<Tensor> = [numeric, missing, embedded].into_iter().flatten().collect();
        Vectors::of(input, Tensor::cat(&parts, 1))
    }
}
