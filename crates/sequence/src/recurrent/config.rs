//! The config that GRU and LSTM share.

use std::borrow::Borrow;
use std::marker::PhantomData;

use midfuse_core::{Choices, Config, Options, Result, Validate, options};
use serde::{Deserialize, Serialize};
use tch::nn;

use super::cell::{Cell, GruCell, LstmCell};
use super::encoder::Recurrent;
use crate::StepsConfig;

/// Config of [`Gru`](super::Gru).
pub type GruConfig = RecurrentConfig<GruCell>;
/// Config of [`Lstm`](super::Lstm).
pub type LstmConfig = RecurrentConfig<LstmCell>;

/// How the steps of the last layer become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum RecurrentPooling {
    /// The final hidden state: the last valid step of the forward direction, step 0 of the reverse
    /// one. `h_n` of the last layer in PyTorch.
    #[default]
    Last,
    /// The mean over the valid steps.
    Mean,
    /// The maximum over the valid steps.
    Max,
}

/// Config of a recurrent encoder.
#[options(new = "One layer of `d_hidden` units, forward direction, no dropout, last state.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct RecurrentConfig<C: Cell> {
    /// What the steps are. Comes from the data.
    pub steps: StepsConfig,
    /// Units per layer and direction.
    #[option(default = 64, new, range = positive, search = [16, 32, 64, 128])]
    pub d_hidden: i64,
    /// Number of stacked layers; each is a stage.
    #[option(default = 1, range = positive, search = [1, 2], source = "PyTorch")]
    pub n_layers: i64,
    /// Whether a second set of weights reads each row backwards.
    #[option(default = false, source = "PyTorch")]
    pub bidirectional: bool,
    /// Width of the vectors that the first layer reads.
    #[option(unset = "that of the values; `d_hidden` for ids", range = positive)]
    pub d_embed: Option<i64>,
    /// Dropout probability between the layers.
    #[option(default = 0.0, range = probability, search = [0.0, 0.2, 0.5], source = "PyTorch")]
    pub dropout_p: f64,
    /// How the steps become one vector.
    #[option(default = RecurrentPooling::Last)]
    pub pooling: RecurrentPooling,
    #[option(skip)]
    #[serde(skip)]
    cell: PhantomData<C>,
}

impl<C: Cell> RecurrentConfig<C> {
    /// Two bidirectional layers of 128 units with dropout 0.2: a common choice for text and
    /// sensor data of some hundred steps.
    pub fn bidirectional_2x128(steps: StepsConfig) -> Self {
        Self::new(steps, 128)
            .with_n_layers(2)
            .with_bidirectional(true)
            .with_dropout_p(0.2)
    }

    /// Width of what the first layer reads.
    pub(super) fn d_first(&self) -> i64 {
        match (self.d_embed, self.steps) {
            (Some(d), _) => d,
            (None, StepsConfig::Ids { .. }) => self.d_hidden,
            (None, StepsConfig::Values { d_in }) => d_in,
        }
    }

    /// Width of what each layer gives.
    pub(super) fn d_layer(&self) -> i64 {
        self.d_hidden * if self.bidirectional { 2 } else { 1 }
    }
}

impl<C: Cell> Config for RecurrentConfig<C> {
    type Module = Recurrent<C>;

    fn validate(&self) -> Result<()> {
        let check = Validate::new(C::CONFIG);
        self.steps.validate(check)?;
        Ok(self.check_options(check)?)
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<Recurrent<C>> {
        self.validate()?;
        Ok(Recurrent::new(vs.borrow(), self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_round_trip_and_unknown_key() {
        let config = GruConfig::bidirectional_2x128(StepsConfig::ids(50)).with_d_embed(32);
        let json = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<GruConfig>(&json).unwrap(), config);
        let short: LstmConfig =
            serde_json::from_str(r#"{"steps": {"values": {"d_in": 3}}}"#).unwrap();
        assert_eq!(short, LstmConfig::new(StepsConfig::values(3), 64));
        let misspelt = r#"{"steps": {"values": {"d_in": 3}}, "d_hiden": 3}"#;
        assert!(serde_json::from_str::<GruConfig>(misspelt).is_err());
    }

    #[test]
    fn each_field_is_checked() {
        let good = || LstmConfig::new(StepsConfig::values(3), 4);
        let message = |config: LstmConfig| config.validate().unwrap_err().to_string();
        assert!(message(LstmConfig::new(StepsConfig::values(0), 4)).contains("d_in"));
        assert!(message(LstmConfig::new(StepsConfig::ids(0), 4)).contains("n_ids"));
        assert!(message(LstmConfig::new(StepsConfig::ids(3), 0)).contains("LstmConfig.d_hidden"));
        assert!(message(LstmConfig::new(StepsConfig::ids(3), i64::MAX)).contains("d_hidden"));
        assert!(message(good().with_n_layers(0)).contains("n_layers"));
        assert!(message(good().with_d_embed(0)).contains("d_embed"));
        assert!(message(good().with_dropout_p(1.0)).contains("dropout_p"));
    }
}
