//! The config that GRU and LSTM share.

use std::borrow::Borrow;
use std::marker::PhantomData;

use midfuse_core::{Config, Result, Validate};
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
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
///
/// | field | default | valid |
/// |---|---|---|
/// | `steps` | required | see [`StepsConfig`] |
/// | `d_hidden` | required; 64 in a study file | at least 1 |
/// | `n_layers` | 1 (`torch.nn.GRU`) | at least 1 |
/// | `bidirectional` | false (`torch.nn.GRU`) | |
/// | `d_embed` | none | at least 1 |
/// | `dropout_p` | 0 (`torch.nn.GRU`) | `[0, 1)` |
/// | `pooling` | last | |
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct RecurrentConfig<C: Cell> {
    /// What the steps are. Comes from the data.
    pub steps: StepsConfig,
    /// Units per layer and direction.
    #[serde(default = "default_d_hidden")]
    pub d_hidden: i64,
    /// Number of stacked layers; each is a stage.
    #[serde(default = "default_n_layers")]
    pub n_layers: i64,
    /// Whether a second set of weights reads each row backwards.
    #[serde(default)]
    pub bidirectional: bool,
    /// Width of the vectors that the first layer reads. `None`: values go in as they are, ids get
    /// `d_hidden`.
    #[serde(default)]
    pub d_embed: Option<i64>,
    /// Dropout probability between the layers.
    #[serde(default)]
    pub dropout_p: f64,
    /// How the steps become one vector.
    #[serde(default)]
    pub pooling: RecurrentPooling,
    #[serde(skip)]
    cell: PhantomData<C>,
}

fn default_d_hidden() -> i64 {
    64
}

fn default_n_layers() -> i64 {
    1
}

impl<C: Cell> RecurrentConfig<C> {
    /// One layer of `d_hidden` units, forward direction, no dropout, last state.
    pub fn new(steps: StepsConfig, d_hidden: i64) -> Self {
        Self {
            steps,
            d_hidden,
            n_layers: default_n_layers(),
            bidirectional: false,
            d_embed: None,
            dropout_p: 0.0,
            pooling: RecurrentPooling::default(),
            cell: PhantomData,
        }
    }

    /// Two bidirectional layers of 128 units with dropout 0.2: a common choice for text and
    /// sensor data of some hundred steps.
    pub fn bidirectional_2x128(steps: StepsConfig) -> Self {
        Self::new(steps, 128)
            .with_n_layers(2)
            .with_bidirectional(true)
            .with_dropout_p(0.2)
    }

    /// Sets the number of layers.
    #[must_use]
    pub fn with_n_layers(mut self, n_layers: i64) -> Self {
        self.n_layers = n_layers;
        self
    }

    /// Sets whether rows are read backwards too.
    #[must_use]
    pub fn with_bidirectional(mut self, bidirectional: bool) -> Self {
        self.bidirectional = bidirectional;
        self
    }

    /// Sets the width of the embedding of ids or of the projection of values.
    #[must_use]
    pub fn with_d_embed(mut self, d_embed: i64) -> Self {
        self.d_embed = Some(d_embed);
        self
    }

    /// Sets the dropout probability between layers.
    #[must_use]
    pub fn with_dropout_p(mut self, dropout_p: f64) -> Self {
        self.dropout_p = dropout_p;
        self
    }

    /// Sets the pooling.
    #[must_use]
    pub fn with_pooling(mut self, pooling: RecurrentPooling) -> Self {
        self.pooling = pooling;
        self
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
        check.positive("d_hidden", self.d_hidden)?;
        check.positive("n_layers", self.n_layers)?;
        if let Some(d_embed) = self.d_embed {
            check.positive("d_embed", d_embed)?;
        }
        check.probability("dropout_p", self.dropout_p)?;
        Ok(())
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
