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

    /// At most this many tokens: where there are more, runs of neighbours are averaged over those
    /// that are valid. Every run has the same length; the last may be shorter.
    #[must_use]
    pub fn at_most(&self, most: i64) -> Self {
        let [b, t, d] = *self.x.size() else {
            return self.shallow_clone();
        };
        let most = most.max(1);
        if t <= most {
            return self.shallow_clone();
        }
        let run = (t + most - 1) / most;
        let n = (t + run - 1) / run;
        let rest = n * run - t;
        let x = match &self.valid {
            Some(valid) => self.x.masked_fill(&valid.logical_not().unsqueeze(-1), 0.0),
            None => self.x.shallow_clone(),
        };
        let sums = x
            .constant_pad_nd([0, 0, 0, rest])
            .view([b, n, run, d])
            .sum_dim_intlist([2_i64].as_slice(), false, None::<Kind>);
        let counts = self
            .valid_or_ones()
            .to_kind(x.kind())
            .constant_pad_nd([0, rest])
            .view([b, n, run])
            .sum_dim_intlist([2_i64].as_slice(), false, None::<Kind>);
        Self {
            x: sums / counts.clamp_min(1.0).unsqueeze(-1),
            valid: self.valid.as_ref().map(|_| counts.gt(0.0)),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_averaged_over_the_valid_ones() {
        let x = Tensor::from_slice(&[1.0_f32, 3.0, 5.0, 7.0, 9.0]).view([1, 5, 1]);
        let few = Tokens::all_valid(x.shallow_clone()).at_most(3);
        assert!(few.valid.is_none());
        assert_eq!(
            Vec::<f32>::try_from(few.x.view(-1)).unwrap(),
            [2.0, 6.0, 9.0]
        );
        let valid = Tensor::from_slice(&[true, true, true, false, false]).view([1, 5]);
        let few = Tokens::masked(x.shallow_clone(), valid).at_most(3);
        assert_eq!(
            Vec::<f32>::try_from(few.x.view(-1)).unwrap(),
            [2.0, 5.0, 0.0]
        );
        let valid = few.valid.unwrap().view(-1);
        assert_eq!(Vec::<bool>::try_from(valid).unwrap(), [true, true, false]);
        assert_eq!(Tokens::all_valid(x.shallow_clone()).at_most(5).x, x);
    }
}
