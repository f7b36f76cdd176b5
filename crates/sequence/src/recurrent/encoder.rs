//! The recurrent encoder.

use midfuse_core::{Encoded, Encoder, Error, Mode, Result, Tokens};
use midfuse_nn::{dropout, pool, zero_invalid};
use tch::{Kind, Tensor, nn};

use super::cell::{Cell, GruCell, LstmCell};
use super::config::{RecurrentConfig, RecurrentPooling};
use super::layer::RecurrentLayer;
use super::reversal::Reversal;
use crate::SequenceInput;
use crate::embedding::StepEmbedding;

/// A stack of gated recurrent units; numbers and names of `torch.nn.GRU`.
pub type Gru = Recurrent<GruCell>;
/// A stack of long short-term memories; numbers and names of `torch.nn.LSTM`.
pub type Lstm = Recurrent<LstmCell>;

/// A recurrent encoder. Each layer is a stage; tokens are its steps.
#[derive(Debug)]
pub struct Recurrent<C: Cell> {
    embedding: StepEmbedding,
    layers: Vec<RecurrentLayer<C>>,
    config: RecurrentConfig<C>,
}

/// What flows between the layers of a [`Recurrent`] encoder.
#[derive(Debug)]
pub struct RecurrentState {
    /// `[B, T, D]`; padding holds finite numbers that mean nothing.
    x: Tensor,
    /// `[B, T]`.
    valid: Option<Tensor>,
    /// How to read backwards; made once where a reverse direction and padding meet.
    reversal: Option<Reversal>,
}

impl<C: Cell> Recurrent<C> {
    pub(super) fn new(vs: &nn::Path, config: &RecurrentConfig<C>) -> Self {
        let embedding = StepEmbedding::new(vs, config.steps, config.d_embed, config.d_hidden);
        let layers = (0..config.n_layers)
            .map(|i| {
                let d_in = if i == 0 {
                    config.d_first()
                } else {
                    config.d_layer()
                };
                RecurrentLayer::new(vs, i, d_in, config.d_hidden, config.bidirectional)
            })
            .collect();
        Self {
            embedding,
            layers,
            config: config.clone(),
        }
    }

    /// The final state of each direction: `[B, d_hidden * n_directions]`.
    fn last(&self, x: &Tensor, valid: Option<&Tensor>) -> Tensor {
        let (_, t, _) = x.size3().unwrap_or_default();
        let at_end = match valid {
            None => x.select(1, t - 1),
            Some(valid) => {
                let last_step = (valid.sum_dim_intlist(1, false, Kind::Int64) - 1).clamp_min(0);
                let row = Tensor::arange(
                    x.size().first().copied().unwrap_or_default(),
                    (Kind::Int64, x.device()),
                );
                x.flatten(0, 1).index_select(0, &(row * t + last_step))
            }
        };
        if !self.config.bidirectional {
            return at_end;
        }
        let d = self.config.d_hidden;
        Tensor::cat(
            &[at_end.narrow(-1, 0, d), x.select(1, 0).narrow(-1, d, d)],
            -1,
        )
    }
}

impl<C: Cell> Encoder for Recurrent<C> {
    type Input = SequenceInput;
    type State = RecurrentState;

    fn embed(&self, input: &SequenceInput, _mode: Mode) -> Result<RecurrentState> {
        let like = self.layers.first().and_then(RecurrentLayer::any_parameter);
        let like = like.ok_or_else(|| no_such_stage::<C>(0, 0))?;
        let x = self.embedding.forward(C::MODULE, input, like)?;
        let valid = input.valid().map(Tensor::shallow_clone);
        let reversal = valid
            .as_ref()
            .filter(|_| self.config.bidirectional)
            .map(Reversal::new);
        Ok(RecurrentState { x, valid, reversal })
    }

    fn n_stages(&self) -> usize {
        self.layers.len()
    }

    fn stage(&self, i: usize, state: RecurrentState, mode: Mode) -> Result<RecurrentState> {
        let layer = self
            .layers
            .get(i)
            .ok_or_else(|| no_such_stage::<C>(i, self.layers.len()))?;
        let x = if i == 0 {
            state.x
        } else {
            dropout(&state.x, self.config.dropout_p, mode)
        };
        Ok(RecurrentState {
            x: layer.forward(&x, state.reversal.as_ref()),
            ..state
        })
    }

    fn tokens(&self, state: &RecurrentState) -> Result<Tokens> {
        let valid = state.valid.as_ref();
        Ok(Tokens {
            x: zero_invalid(&state.x, valid),
            valid: valid.map(Tensor::shallow_clone),
        })
    }

    fn d_at(&self, depth: usize) -> i64 {
        if depth == 0 {
            self.config.d_first()
        } else {
            self.config.d_layer()
        }
    }

    fn pool(&self, state: RecurrentState, _mode: Mode) -> Result<Encoded> {
        let tokens = self.tokens(&state)?;
        let valid = tokens.valid.as_ref();
        let pooled = match self.config.pooling {
            // Padding in `tokens` is zero, so the vector of an absent row is zero.
            RecurrentPooling::Last => self.last(&tokens.x, valid),
            RecurrentPooling::Mean => pool::masked_mean(&tokens.x, valid),
            RecurrentPooling::Max => pool::masked_max(&tokens.x, valid),
        };
        Ok(Encoded { pooled, tokens })
    }

    fn d_out(&self) -> i64 {
        self.config.d_layer()
    }
}

fn no_such_stage<C: Cell>(i: usize, n_stages: usize) -> Error {
    Error::Input {
        module: C::MODULE,
        expected: format!("a stage below {n_stages}"),
        got: i.to_string(),
    }
}
