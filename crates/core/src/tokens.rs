//! What flows between encoders, fusions and heads.

use tch::{Kind, Tensor};

/// A sequence of tokens per row.
#[derive(Debug)]
pub struct Tokens {
    /// Token vectors `[B, T, D]`.
    pub x: Tensor,
    /// `[B, T]` bool, true = a real token; `None` = all are real.
    pub valid: Option<Tensor>,
}

impl Tokens {
    /// Tokens that are all real. `x: [B, T, D]`.
    pub fn all_valid(x: Tensor) -> Self {
        Self { x, valid: None }
    }

    /// Tokens with a mask. `x: [B, T, D]`, `valid: [B, T]` bool.
    pub fn masked(x: Tensor, valid: Tensor) -> Self {
        Self {
            x,
            valid: Some(valid),
        }
    }

    /// The mask `[B, T]`, made of ones where none is stored.
    pub fn valid_or_ones(&self) -> Tensor {
        self.valid.as_ref().map_or_else(
            || {
                let (b, t) = (
                    self.x.size().first().copied(),
                    self.x.size().get(1).copied(),
                );
                Tensor::ones(
                    [b.unwrap_or_default(), t.unwrap_or_default()],
                    (Kind::Bool, self.x.device()),
                )
            },
            Tensor::shallow_clone,
        )
    }

    /// A second handle on the same storage.
    #[must_use]
    pub fn shallow_clone(&self) -> Self {
        Self {
            x: self.x.shallow_clone(),
            valid: self.valid.as_ref().map(Tensor::shallow_clone),
        }
    }
}

/// What every encoder and every fusion returns, so that fusions nest and one head fits all.
#[derive(Debug)]
pub struct Encoded {
    /// One vector per row `[B, D]`; zeros in a row whose modality is absent.
    pub pooled: Tensor,
    /// The tokens behind it `[B, T, D]`.
    pub tokens: Tokens,
}

impl Encoded {
    /// Which rows have any valid token: `[B]` bool; `None` = all.
    pub fn present(&self) -> Option<Tensor> {
        self.tokens
            .valid
            .as_ref()
            .map(|valid| valid.any_dim(1, false))
    }

    /// A second handle on the same storage.
    #[must_use]
    pub fn shallow_clone(&self) -> Self {
        Self {
            pooled: self.pooled.shallow_clone(),
            tokens: self.tokens.shallow_clone(),
        }
    }
}
