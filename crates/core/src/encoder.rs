//! The staged encoder of one modality.

use std::fmt::Debug;

use midfuse_base::Mode;

use crate::{Encoded, Result, Tokens};

/// Turns one modality into [`Encoded`], stage by stage, so that a fusion can meet it at any depth.
///
/// Depth 0 is what [`embed`](Self::embed) gives, depth [`n_stages`](Self::n_stages) what the last
/// stage gives. Every implementation accepts rows whose modality is absent: their tokens are
/// invalid, their outputs finite, and their content (even NaN) changes no other row, no gradient
/// and no running statistic.
pub trait Encoder: Debug + Send {
    /// A typed struct that says which rows are present.
    type Input;
    /// What flows between the stages: `[B, C, H, W]` and a mask for a CNN, [`Tokens`] for a
    /// transformer.
    type State;

    /// Checks the input and makes the first state of it.
    ///
    /// # Errors
    /// [`Error::Shape`](crate::Error::Shape), [`Error::Kind`](crate::Error::Kind),
    /// [`Error::Device`](crate::Error::Device) or [`Error::Input`](crate::Error::Input) with the
    /// encoder's name.
    fn embed(&self, input: &Self::Input, mode: Mode) -> Result<Self::State>;

    /// Number of stages after the embedding.
    fn n_stages(&self) -> usize;

    /// Applies stage `i`, `0 <= i < n_stages`.
    ///
    /// # Errors
    /// [`Error::TooFewRows`](crate::Error::TooFewRows) where batch statistics need more rows,
    /// [`Error::Input`](crate::Error::Input) where there is no such stage.
    fn stage(&self, i: usize, state: Self::State, mode: Mode) -> Result<Self::State>;

    /// What a fusion sees of a state: `[B, T, d_at(depth)]`.
    ///
    /// # Errors
    /// As [`stage`](Self::stage).
    fn tokens(&self, state: &Self::State) -> Result<Tokens>;

    /// As [`tokens`](Self::tokens), but at most this many: where there are more, neighbours are
    /// averaged. An encoder whose tokens lie on a grid averages over patches of it.
    ///
    /// # Errors
    /// As [`tokens`](Self::tokens).
    fn tokens_at_most(&self, state: &Self::State, most: i64) -> Result<Tokens> {
        Ok(self.tokens(state)?.at_most(most))
    }

    /// Width of the tokens at this depth, so that a fusion can size its projections.
    fn d_at(&self, depth: usize) -> i64;

    /// Finishes: `pooled: [B, d_out]`, with the tokens of the last stage.
    ///
    /// # Errors
    /// As [`stage`](Self::stage).
    fn pool(&self, state: Self::State, mode: Mode) -> Result<Encoded>;

    /// Width of the pooled vector.
    fn d_out(&self) -> i64;

    /// All stages, then the pooling.
    ///
    /// # Errors
    /// As [`embed`](Self::embed) and [`stage`](Self::stage).
    fn encode(&self, input: &Self::Input, mode: Mode) -> Result<Encoded> {
        let mut state = self.embed(input, mode)?;
        for i in 0..self.n_stages() {
            state = self.stage(i, state, mode)?;
        }
        self.pool(state, mode)
    }

    /// The tokens after `depth` stages.
    ///
    /// # Errors
    /// As [`embed`](Self::embed) and [`stage`](Self::stage).
    fn encode_to(&self, input: &Self::Input, depth: usize, mode: Mode) -> Result<Tokens> {
        let state = self.state_at(input, depth, mode)?;
        self.tokens(&state)
    }

    /// As [`encode_to`](Self::encode_to), but at most this many tokens, see
    /// [`tokens_at_most`](Self::tokens_at_most).
    ///
    /// # Errors
    /// As [`embed`](Self::embed) and [`stage`](Self::stage).
    fn encode_to_at_most(
        &self,
        input: &Self::Input,
        depth: usize,
        most: i64,
        mode: Mode,
    ) -> Result<Tokens> {
        let state = self.state_at(input, depth, mode)?;
        self.tokens_at_most(&state, most)
    }

    /// The state after `depth` stages.
    ///
    /// # Errors
    /// As [`embed`](Self::embed) and [`stage`](Self::stage).
    fn state_at(&self, input: &Self::Input, depth: usize, mode: Mode) -> Result<Self::State> {
        let mut state = self.embed(input, mode)?;
        for i in 0..depth {
            state = self.stage(i, state, mode)?;
        }
        Ok(state)
    }
}
