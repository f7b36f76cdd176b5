//! One vector a row: what flows through the encoders that do not keep columns apart.

use midfuse_core::{Encoded, Tokens};
use tch::Tensor;
use tch::nn;

use crate::TabularInput;
use crate::embedding::CategoricalEmbeddings;
use crate::periodic::PeriodicEmbeddings;

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

/// Columns that become one vector: numbers, their periodic embeddings, which of them are missing (where
/// these are asked for), and embedded categories, side by side.
pub(crate) struct Columns<'a> {
    pub(crate) n_numeric: i64,
    pub(crate) cardinalities: &'a [i64],
    pub(crate) d_embed: i64,
    pub(crate) missing_indicator: bool,
    pub(crate) periodic: Periodic,
}

/// How numbers are embedded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Periodic {
    /// Width, if it is set.
    pub(crate) d: Option<i64>,
    pub(crate) n_frequencies: i64,
    pub(crate) scale: f64,
}

impl Periodic {
    /// Columns above which numbers are not embedded unless that is asked for.
    const MOST_COLUMNS: i64 = 512;
    /// Width below.
    const D: i64 = 4;

    fn d(self, n_numeric: i64) -> i64 {
        let few = n_numeric <= Self::MOST_COLUMNS;
        self.d.unwrap_or(if few { Self::D } else { 0 })
    }
}

impl Columns<'_> {
    /// Width of a row.
    pub(crate) fn width(&self) -> i64 {
        let indicators = i64::from(self.missing_indicator);
        let of_number = 1 + indicators + self.periodic.d(self.n_numeric);
        self.n_numeric * of_number + self.cardinalities.len() as i64 * self.d_embed
    }

    /// Parameters `num_embeddings.periodic.weight`, `num_embeddings.linear.weight` and `.bias`, and
    /// `cat_embeddings.embeddings.{k}.weight`.
    pub(crate) fn init(&self, vs: &nn::Path) -> SideBySide {
        let (n, d) = (self.n_numeric, self.periodic.d(self.n_numeric));
        let waves = || {
            let Periodic {
                n_frequencies,
                scale,
                ..
            } = self.periodic;
            PeriodicEmbeddings::new(&(vs / "num_embeddings"), n, n_frequencies, scale, d)
        };
        let embed = || {
            let vs = vs / "cat_embeddings";
            CategoricalEmbeddings::new(&vs, self.cardinalities, self.d_embed, false)
        };
        SideBySide {
            num_embeddings: (n > 0 && d > 0).then(waves),
            cat_embeddings: (!self.cardinalities.is_empty()).then(embed),
            missing_indicator: self.missing_indicator,
        }
    }
}

/// What makes one vector of the columns of a row.
#[derive(Debug)]
pub(crate) struct SideBySide {
    num_embeddings: Option<PeriodicEmbeddings>,
    cat_embeddings: Option<CategoricalEmbeddings>,
    missing_indicator: bool,
}

impl SideBySide {
    /// The checked `input` as vectors, in the dtype of `like`.
    pub(crate) fn forward(&self, input: &TabularInput, like: &Tensor) -> Vectors {
        let numeric = input.numeric().map(Tensor::shallow_clone);
        let waves = match (&self.num_embeddings, &numeric) {
            (Some(layer), Some(numeric)) => Some(layer.forward(numeric).flatten(1, 2)),
            _ => None,
        };
        let missing = input.observed().filter(|_| self.missing_indicator);
        let missing = missing.map(|observed| observed.logical_not().to_kind(like.kind()));
        let embedded = match (&self.cat_embeddings, input.categorical()) {
            (Some(layer), Some(indices)) => Some(layer.forward(indices).flatten(1, 2)),
            _ => None,
        };
        let parts = [numeric, waves, missing, embedded];
        let parts: Vec<Tensor> = parts.into_iter().flatten().collect();
        Vectors::of(input, Tensor::cat(&parts, 1))
    }
}
