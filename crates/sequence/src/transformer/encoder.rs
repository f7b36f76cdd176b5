//! The sequence transformer.

use midfuse_core::{Config, Encoded, Encoder, Error, Mode, Result, Tokens};
use midfuse_nn::{
    LearnedPosition, LearnedPositionConfig, TransformerBlock, dropout, init, layer_norm, pool,
    position, zero_invalid,
};
use tch::Tensor;
use tch::nn::{self, Module};

use super::config::{Position, SequencePooling, SequenceTransformerConfig};
use crate::SequenceInput;
use crate::embedding::StepEmbedding;

const MODULE: &str = "SequenceTransformer";

/// A stack of transformer blocks over the steps. Each block is a stage; the final norm belongs to
/// [`pool`](Encoder::pool). With a class token the tokens are `[B, 1 + T, D]`.
#[derive(Debug)]
pub struct SequenceTransformer {
    embedding: StepEmbedding,
    position: PositionTable,
    cls_token: Option<Tensor>,
    layers: Vec<TransformerBlock>,
    norm: nn::LayerNorm,
    config: SequenceTransformerConfig,
}

#[derive(Debug)]
enum PositionTable {
    Learned(LearnedPosition),
    /// `[max_len, D]`; longer sequences compute their own.
    Sinusoidal(Tensor),
}

impl SequenceTransformer {
    pub(super) fn new(vs: &nn::Path, config: &SequenceTransformerConfig) -> Result<Self> {
        let d = config.d_model;
        let position = match config.position {
            Position::Learned => PositionTable::Learned(
                LearnedPositionConfig::new(config.max_len, d).init(vs / "position")?,
            ),
            Position::Sinusoidal => PositionTable::Sinusoidal(position::sinusoidal(
                config.max_len,
                d,
                (vs.kind(), vs.device()),
            )),
        };
        let cls_token = (config.pooling == SequencePooling::Cls)
            .then(|| init::trunc_normal(vs, "cls_token", &[d], init::TruncNormal::new(0.02)));
        let block = config.block();
        let layers = (0..config.n_layers)
            .map(|i| block.init(vs / "layers" / i))
            .collect::<Result<_>>()?;
        Ok(Self {
            embedding: StepEmbedding::new(vs, config.steps, Some(d), d),
            position,
            cls_token,
            layers,
            norm: layer_norm(vs / "norm", d),
            config: config.clone(),
        })
    }

    /// `[T, D]`.
    fn positions(&self, t: i64, like: &Tensor) -> Result<Tensor> {
        match &self.position {
            PositionTable::Learned(table) if t <= self.config.max_len => table.forward(t),
            PositionTable::Learned(_) => Err(Error::Input {
                module: MODULE,
                expected: format!(
                    "at most max_len = {} steps; raise max_len or cut the sequences",
                    self.config.max_len
                ),
                got: format!("{t} steps"),
            }),
            PositionTable::Sinusoidal(table) => {
                let option = (like.kind(), like.device());
                Ok(if t <= self.config.max_len {
                    table.narrow(0, 0, t).to_device(option.1).to_kind(option.0)
                } else {
                    position::sinusoidal(t, self.config.d_model, option)
                })
            }
        }
    }
}

impl Encoder for SequenceTransformer {
    type Input = SequenceInput;
    type State = Tokens;

    fn embed(&self, input: &SequenceInput, mode: Mode) -> Result<Tokens> {
        let like = self.norm.ws.as_ref().ok_or_else(|| Error::Input {
            module: MODULE,
            expected: "a final norm with a weight".to_owned(),
            got: "none".to_owned(),
        })?;
        let (b, t) = input.size();
        let x = self.embedding.forward(MODULE, input, like)? + self.positions(t, like)?;
        let valid = input.valid().map(Tensor::shallow_clone);
        let (x, valid) = match &self.cls_token {
            None => (x, valid),
            Some(cls) => (
                Tensor::cat(&[cls.expand([b, 1, -1], false), x], 1),
                // The class token of an absent row is invalid like the rest of it.
                valid.map(|valid| Tensor::cat(&[valid.any_dim(1, true), valid], 1)),
            ),
        };
        let x = dropout(&x, self.config.dropout_p, mode);
        Ok(Tokens {
            x: zero_invalid(&x, valid.as_ref()),
            valid,
        })
    }

    fn n_stages(&self) -> usize {
        self.layers.len()
    }

    fn stage(&self, i: usize, state: Tokens, mode: Mode) -> Result<Tokens> {
        let layer = self.layers.get(i).ok_or_else(|| Error::Input {
            module: MODULE,
            expected: format!("a stage below {}", self.layers.len()),
            got: i.to_string(),
        })?;
        Ok(Tokens {
            x: layer.forward(&state.x, state.valid.as_ref(), mode),
            valid: state.valid,
        })
    }

    fn tokens(&self, state: &Tokens) -> Result<Tokens> {
        Ok(state.shallow_clone())
    }

    fn d_at(&self, _depth: usize) -> i64 {
        self.config.d_model
    }

    fn pool(&self, state: Tokens, _mode: Mode) -> Result<Encoded> {
        let valid = state.valid.as_ref();
        let x = zero_invalid(&self.norm.forward(&state.x), valid);
        let pooled = match self.config.pooling {
            SequencePooling::Mean => pool::masked_mean(&x, valid),
            SequencePooling::Cls => pool::first(&x),
        };
        let tokens = Tokens {
            x,
            valid: state.valid,
        };
        Ok(Encoded { pooled, tokens })
    }

    fn d_out(&self) -> i64 {
        self.config.d_model
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StepsConfig;
    use tch::{Device, Kind};

    fn input(t: i64) -> SequenceInput {
        let x = Tensor::randn([2, t, 3], (Kind::Float, Device::Cpu));
        SequenceInput::values(x, &[t, 1]).unwrap()
    }

    #[test]
    fn learned_positions_refuse_longer_rows_and_sinusoids_go_on() {
        let config = SequenceTransformerConfig::new(StepsConfig::values(3), 8).with_max_len(4);
        let vs = nn::VarStore::new(Device::Cpu);
        let learned = config.init(vs.root()).unwrap();
        assert!(learned.encode(&input(4), Mode::Eval).is_ok());
        let error = learned.encode(&input(5), Mode::Eval).unwrap_err();
        assert!(error.to_string().contains("max_len = 4"), "{error}");
        let vs = nn::VarStore::new(Device::Cpu);
        let config = config.with_position(Position::Sinusoidal);
        let sinusoidal = config.init(vs.root()).unwrap();
        let long = sinusoidal.encode(&input(6), Mode::Eval).unwrap();
        assert_eq!(long.tokens.x.size(), [2, 6, 8]);
    }

    #[test]
    fn class_token_comes_first_and_is_invalid_in_absent_rows() {
        let vs = nn::VarStore::new(Device::Cpu);
        let config = SequenceTransformerConfig::new(StepsConfig::ids(5), 8)
            .with_pooling(SequencePooling::Cls);
        let encoder = config.init(vs.root()).unwrap();
        let ids = Tensor::zeros([2, 3], (Kind::Int64, Device::Cpu));
        let input = SequenceInput::ids(ids, &[2, 0]).unwrap();
        let out = encoder.encode(&input, Mode::Eval).unwrap();
        let valid: Vec<bool> = out.tokens.valid.unwrap().view([-1]).try_into().unwrap();
        let expected = [true, true, true, false, false, false, false, false];
        assert_eq!(valid, expected);
        assert!(out.pooled.get(1).abs().max().double_value(&[]) <= 0.0);
        assert_eq!(out.pooled, out.tokens.x.select(1, 0));
    }
}
