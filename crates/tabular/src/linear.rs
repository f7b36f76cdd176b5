//! A linear projection of the columns of a table or of the values of an embedding.
//!
//! With a linear head behind it this is the linear probe of a precomputed embedding, and logistic
//! regression of a table.
//!
//! **Reference implementation.** `torch.nn.Linear` over numeric columns followed by one-hot
//! categories: the same names (`weight`, `bias`) and numbers.
//!
//! - `NOTE[DIFF]` The one-hot encoding is part of the network: each categorical column gives one
//!   input for what is unknown or missing, and one per known category.
//! - `NOTE[DIFF]` A missing number enters as 0, the mean of a standardised column; the reference
//!   would give NaN. An absent row gives zeros.

use std::borrow::Borrow;

use midfuse_core::{Config, Encoded, Encoder, Mode, Options, Result, Tokens, Validate, options};
use serde::{Deserialize, Serialize};
use tch::Tensor;
use tch::nn::{self, Module};

use crate::vectors::Vectors;
use crate::{TabularInput, columns};

const MODULE: &str = "Linear";

/// Config of [`Linear`].
#[options(new = "A projection to 64 values, the default width of a fused vector.")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinearConfig {
    /// Number of numeric columns, or of values of an embedding. Comes from the data.
    #[option(range = 0.., rule = "at least one numeric or categorical column")]
    pub n_numeric: i64,
    /// Number of known categories of each categorical column; one more index, 0, stands for unknown
    /// and missing. Comes from the data.
    #[option(range = positive)]
    pub cardinalities: Vec<i64>,
    /// Width of the projection.
    #[option(default = 64, range = positive, search = [8, 16, 64])]
    pub d_out: i64,
}

impl LinearConfig {
    /// Width of what is projected.
    fn d_in(&self) -> i64 {
        let one_hot = self.cardinalities.iter().map(|known| known + 1);
        self.n_numeric + one_hot.sum::<i64>()
    }
}

impl Config for LinearConfig {
    type Module = Linear;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("LinearConfig");
        self.check_options(check)?;
        columns::validate(check, self.n_numeric, &self.cardinalities)
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<Linear> {
        self.validate()?;
        Ok(Linear {
            layer: midfuse_nn::linear(vs, self.d_in(), self.d_out),
            config: self.clone(),
        })
    }
}

/// One linear layer, which is the only stage; a row is one token.
#[derive(Debug)]
pub struct Linear {
    layer: nn::Linear,
    config: LinearConfig,
}

impl Encoder for Linear {
    type Input = TabularInput;
    type State = Vectors;

    fn embed(&self, input: &TabularInput, _mode: Mode) -> Result<Vectors> {
        let (n, cards) = (self.config.n_numeric, &self.config.cardinalities);
        columns::check_input(MODULE, input, n, cards, &self.layer.ws)?;
        let numeric = input.numeric().map(Tensor::shallow_clone);
        let mut parts: Vec<Tensor> = numeric.into_iter().collect();
        if let Some(indices) = input.categorical() {
            let columns = indices.unbind(1);
            let one_hot = columns.iter().zip(cards);
            let kind = self.layer.ws.kind();
            parts.extend(one_hot.map(|(column, known)| column.one_hot(known + 1).to_kind(kind)));
        }
        Ok(Vectors::of(input, Tensor::cat(&parts, 1)))
    }

    fn n_stages(&self) -> usize {
        1
    }

    fn stage(&self, i: usize, state: Vectors, _mode: Mode) -> Result<Vectors> {
        let layer = columns::stage(MODULE, std::slice::from_ref(&self.layer), i)?;
        let x = layer.forward(&state.x);
        Ok(state.with(x))
    }

    fn tokens(&self, state: &Vectors) -> Result<Tokens> {
        Ok(state.tokens())
    }

    fn d_at(&self, depth: usize) -> i64 {
        if depth == 0 {
            self.config.d_in()
        } else {
            self.config.d_out
        }
    }

    fn pool(&self, state: Vectors, _mode: Mode) -> Result<Encoded> {
        Ok(state.pool())
    }

    fn d_out(&self) -> i64 {
        self.config.d_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind};

    #[test]
    fn categories_enter_as_one_hot_columns() {
        let vs = nn::VarStore::new(Device::Cpu);
        let linear = LinearConfig::new(1, [2]).init(vs.root()).unwrap();
        let numeric = Tensor::from_slice(&[f32::NAN, 0.5]).view([2, 1]);
        let codes = Tensor::from_slice(&[2_i64, 0]).view([2, 1]);
        let input = TabularInput::new(Some(numeric), Some(codes), None).unwrap();
        let tokens = linear.encode_to(&input, 0, Mode::Eval).unwrap();
        let flat: Vec<f32> = tokens.x.view([-1]).try_into().unwrap();
        assert_eq!(flat, [0.0, 0.0, 0.0, 1.0, 0.5, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn config_edges() {
        let config = LinearConfig::new(3, [2, 5]).with_d_out(7);
        let json = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<LinearConfig>(&json).unwrap(), config);
        let misspelt = r#"{"n_numeric": 3, "cardinalities": [], "d_uot": 2}"#;
        assert!(serde_json::from_str::<LinearConfig>(misspelt).is_err());
        let message = |config: LinearConfig| config.validate().unwrap_err().to_string();
        assert!(message(LinearConfig::new(0, [])).contains("LinearConfig.n_numeric"));
        assert!(message(LinearConfig::new(1, [0])).contains("cardinalities[0]"));
        assert!(message(LinearConfig::new(1, []).with_d_out(0)).contains("d_out"));
        let vs = nn::VarStore::new(Device::Cpu);
        let linear = LinearConfig::new(2, []).init(vs.root()).unwrap();
        let input = TabularInput::numeric_only(Tensor::zeros([1, 3], (Kind::Float, Device::Cpu)));
        let error = linear
            .encode(&input.unwrap(), Mode::Eval)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("Linear"), "{error}");
    }
}
