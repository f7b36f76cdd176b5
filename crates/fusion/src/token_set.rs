//! Tokens of several modalities brought to one width and into one sequence.

use midfuse_core::{Choices, Encoded, Tokens};
use midfuse_nn::{init, linear, pool, zero_invalid};
use serde::{Deserialize, Serialize};
use tch::nn::Module;
use tch::{Kind, Tensor, nn};

use crate::parts::{any_present, zero_absent};

/// How one vector is made of the fused tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum Pooling {
    /// A learned class token goes first, and what becomes of it is the result (Devlin et al. 2019).
    #[default]
    Cls,
    /// The mean over valid tokens.
    Mean,
}

/// One projection and one embedding per modality, and the class token.
#[derive(Debug)]
pub(crate) struct TokenSet {
    projections: Vec<nn::Linear>,
    /// `[M, d_model]`
    modality_embedding: Tensor,
    /// `[d_model]`
    cls: Option<Tensor>,
}

/// Standard deviation that embeddings start from: BERT's `initializer_range`.
const STD: f64 = 0.02;

impl TokenSet {
    /// Parameters `projections.{i}.weight`, `.bias`, `modality_embedding [M, d_model]` and, with
    /// [`Pooling::Cls`], `cls [d_model]`.
    pub(crate) fn new(vs: &nn::Path<'_>, d_in: &[i64], d_model: i64, pooling: Pooling) -> Self {
        let projections = d_in
            .iter()
            .enumerate()
            .map(|(i, &d)| linear(vs / "projections" / i, d, d_model))
            .collect();
        let normal = init::TruncNormal::new(STD);
        let n_parts = d_in.len() as i64;
        Self {
            projections,
            modality_embedding: init::trunc_normal(
                vs,
                "modality_embedding",
                &[n_parts, d_model],
                normal,
            ),
            cls: (pooling == Pooling::Cls)
                .then(|| init::trunc_normal(vs, "cls", &[d_model], normal)),
        }
    }

    /// `parts[i].x: [B, T_i, d_in[i]]` to one sequence `[B, (1 +) sum T_i, d_model]`, the class
    /// token first. `position` adds to what it gets, `[B, T_i, d_model]`.
    pub(crate) fn join(&self, parts: &[Tokens], position: impl Fn(Tensor) -> Tensor) -> Tokens {
        let mut sequence = Vec::new();
        let mut masks = Vec::new();
        let n_rows = parts
            .first()
            .map_or(0, |part| part.x.size().first().copied().unwrap_or_default());
        if let (Some(cls), Some(part)) = (&self.cls, parts.first()) {
            sequence.push(cls.expand([n_rows, 1, -1], false));
            masks.push(Tensor::ones([n_rows, 1], (Kind::Bool, part.x.device())));
        }
        for (i, (part, projection)) in parts.iter().zip(&self.projections).enumerate() {
            let x = projection.forward(&zero_invalid(&part.x, part.valid.as_ref()));
            let x = position(x) + self.modality_embedding.get(i as i64);
            sequence.push(x);
            masks.push(part.valid_or_ones());
        }
        let x = Tensor::cat(&sequence, 1);
        if parts.iter().all(|part| part.valid.is_none()) {
            return Tokens::all_valid(x);
        }
        Tokens::masked(x, Tensor::cat(&masks, 1))
    }

    /// What the trunk made of [`join`](Self::join)'s tokens, without the class token; `parts` say
    /// which rows have any modality.
    pub(crate) fn finish(&self, fused: &Tokens, parts: &[Tokens]) -> Encoded {
        let n_cls = i64::from(self.cls.is_some());
        let n_tokens = fused.x.size().get(1).copied().unwrap_or_default() - n_cls;
        let valid = fused
            .valid
            .as_ref()
            .map(|valid| valid.narrow(1, n_cls, n_tokens));
        let x = zero_invalid(&fused.x.narrow(1, n_cls, n_tokens), valid.as_ref());
        let pooled = if self.cls.is_some() {
            pool::first(&fused.x)
        } else {
            pool::masked_mean(&x, valid.as_ref())
        };
        let present: Vec<_> = parts
            .iter()
            .map(|part| part.valid.as_ref().map(|valid| valid.any_dim(1, false)))
            .collect();
        Encoded {
            pooled: zero_absent(&pooled, any_present(&present).as_ref()),
            tokens: Tokens { x, valid },
        }
    }
}
