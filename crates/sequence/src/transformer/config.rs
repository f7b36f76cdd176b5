//! The config of the sequence transformer.

use std::borrow::Borrow;

use midfuse_core::{Config, Result, Validate};
use midfuse_nn::{Activation, TransformerBlockConfig};
use serde::{Deserialize, Serialize};
use tch::nn;

use super::encoder::SequenceTransformer;
use crate::StepsConfig;

/// How a step knows where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Position {
    /// One learned vector per step, up to `max_len` steps.
    #[default]
    Learned,
    /// Sines and cosines (Vaswani et al. 2017, section 3.5); any number of steps.
    Sinusoidal,
}

/// How the steps become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SequencePooling {
    /// The mean over the valid steps.
    #[default]
    Mean,
    /// A learned class token before the first step; it is the first of the tokens.
    Cls,
}

/// Config of [`SequenceTransformer`].
///
/// | field | default | valid |
/// |---|---|---|
/// | `steps` | required | see [`StepsConfig`] |
/// | `d_model` | required; 64 in a study file | a multiple of `n_heads` |
/// | `n_layers` | 2 | at least 1 |
/// | `n_heads` | 4 | at least 1 |
/// | `d_ff` | `4 * d_model` (Vaswani et al. 2017, table 3) | at least 1 |
/// | `activation` | gelu (BERT) | |
/// | `dropout_p` | 0.1 (Vaswani et al. 2017, section 5.4) | `[0, 1)` |
/// | `norm_first` | true (Xiong et al. 2020: trains without warm-up) | |
/// | `position` | learned (BERT) | |
/// | `max_len` | 512 steps (BERT) | at least 1 |
/// | `pooling` | mean | |
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceTransformerConfig {
    /// What the steps are. Comes from the data.
    pub steps: StepsConfig,
    /// Width of the tokens.
    #[serde(default = "default_d_model")]
    pub d_model: i64,
    /// Number of transformer blocks; each is a stage.
    #[serde(default = "default_n_layers")]
    pub n_layers: i64,
    /// Attention heads per block.
    #[serde(default = "default_n_heads")]
    pub n_heads: i64,
    /// Hidden width of the feed-forward parts; `None` = `4 * d_model`.
    #[serde(default)]
    pub d_ff: Option<i64>,
    /// Non-linearity of the feed-forward parts.
    #[serde(default = "default_activation")]
    pub activation: Activation,
    /// Dropout probability after the embedding and in the blocks.
    #[serde(default = "default_dropout_p")]
    pub dropout_p: f64,
    /// Whether the blocks normalise before their parts (pre-norm) or after (post-norm).
    #[serde(default = "default_norm_first")]
    pub norm_first: bool,
    /// How a step knows where it is.
    #[serde(default)]
    pub position: Position,
    /// Longest sequence that learned positions serve, in steps.
    #[serde(default = "default_max_len")]
    pub max_len: i64,
    /// How the steps become one vector.
    #[serde(default)]
    pub pooling: SequencePooling,
}

fn default_d_model() -> i64 {
    64
}

fn default_n_layers() -> i64 {
    2
}

fn default_n_heads() -> i64 {
    4
}

fn default_activation() -> Activation {
    Activation::Gelu
}

fn default_dropout_p() -> f64 {
    0.1
}

fn default_norm_first() -> bool {
    true
}

fn default_max_len() -> i64 {
    512
}

impl SequenceTransformerConfig {
    /// Two pre-norm blocks of width `d_model` with four heads, learned positions, mean pooling.
    pub fn new(steps: StepsConfig, d_model: i64) -> Self {
        Self {
            steps,
            d_model,
            n_layers: default_n_layers(),
            n_heads: default_n_heads(),
            d_ff: None,
            activation: default_activation(),
            dropout_p: default_dropout_p(),
            norm_first: default_norm_first(),
            position: Position::default(),
            max_len: default_max_len(),
            pooling: SequencePooling::default(),
        }
    }

    /// Four blocks of width 128: for some thousand sequences.
    pub fn small(steps: StepsConfig) -> Self {
        Self::new(steps, 128).with_n_layers(4)
    }

    /// The shape of `BERT-base`: twelve post-norm blocks of width 768 with twelve heads and a class
    /// token.
    pub fn base(steps: StepsConfig) -> Self {
        Self::new(steps, 768)
            .with_n_layers(12)
            .with_n_heads(12)
            .with_norm_first(false)
            .with_pooling(SequencePooling::Cls)
    }

    /// Sets the number of blocks.
    #[must_use]
    pub fn with_n_layers(mut self, n_layers: i64) -> Self {
        self.n_layers = n_layers;
        self
    }

    /// Sets the number of heads.
    #[must_use]
    pub fn with_n_heads(mut self, n_heads: i64) -> Self {
        self.n_heads = n_heads;
        self
    }

    /// Sets the hidden width of the feed-forward parts.
    #[must_use]
    pub fn with_d_ff(mut self, d_ff: i64) -> Self {
        self.d_ff = Some(d_ff);
        self
    }

    /// Sets the non-linearity of the feed-forward parts.
    #[must_use]
    pub fn with_activation(mut self, activation: Activation) -> Self {
        self.activation = activation;
        self
    }

    /// Sets the dropout probability.
    #[must_use]
    pub fn with_dropout_p(mut self, dropout_p: f64) -> Self {
        self.dropout_p = dropout_p;
        self
    }

    /// Sets pre-norm (true) or post-norm (false).
    #[must_use]
    pub fn with_norm_first(mut self, norm_first: bool) -> Self {
        self.norm_first = norm_first;
        self
    }

    /// Sets the kind of positions.
    #[must_use]
    pub fn with_position(mut self, position: Position) -> Self {
        self.position = position;
        self
    }

    /// Sets the longest sequence that learned positions serve.
    #[must_use]
    pub fn with_max_len(mut self, max_len: i64) -> Self {
        self.max_len = max_len;
        self
    }

    /// Sets the pooling.
    #[must_use]
    pub fn with_pooling(mut self, pooling: SequencePooling) -> Self {
        self.pooling = pooling;
        self
    }

    /// One block of the stack.
    pub(super) fn block(&self) -> TransformerBlockConfig {
        let block = TransformerBlockConfig::new(self.d_model, self.n_heads)
            .with_activation(self.activation)
            .with_dropout_p(self.dropout_p)
            .with_norm_first(self.norm_first);
        match self.d_ff {
            Some(d_ff) => block.with_d_ff(d_ff),
            None => block,
        }
    }
}

impl Config for SequenceTransformerConfig {
    type Module = SequenceTransformer;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("SequenceTransformerConfig");
        self.steps.validate(check)?;
        check.positive("d_model", self.d_model)?;
        check.positive("n_layers", self.n_layers)?;
        check.positive("n_heads", self.n_heads)?;
        check.divisible("d_model", self.d_model, "n_heads", self.n_heads)?;
        if let Some(d_ff) = self.d_ff {
            check.positive("d_ff", d_ff)?;
        }
        check.probability("dropout_p", self.dropout_p)?;
        check.positive("max_len", self.max_len)?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<SequenceTransformer> {
        self.validate()?;
        SequenceTransformer::new(vs.borrow(), self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_round_trip_and_defaults() {
        let config = SequenceTransformerConfig::base(StepsConfig::ids(30_522)).with_d_ff(3072);
        let json = serde_json::to_string(&config).unwrap();
        let back: SequenceTransformerConfig = serde_json::from_str(&json).unwrap();
        assert_eq!(back, config);
        let short = r#"{"steps": {"values": {"d_in": 3}}}"#;
        let short: SequenceTransformerConfig = serde_json::from_str(short).unwrap();
        assert_eq!(
            short,
            SequenceTransformerConfig::new(StepsConfig::values(3), 64)
        );
    }

    #[test]
    fn each_field_is_checked() {
        let good = || SequenceTransformerConfig::new(StepsConfig::values(3), 8);
        let cases = [
            (
                SequenceTransformerConfig::new(StepsConfig::values(3), 6),
                "d_model",
            ),
            (
                SequenceTransformerConfig::new(StepsConfig::values(3), 0),
                "d_model",
            ),
            (good().with_n_layers(0), "n_layers"),
            (good().with_n_heads(0), "n_heads"),
            (good().with_d_ff(0), "d_ff"),
            (good().with_dropout_p(-0.1), "dropout_p"),
            (good().with_max_len(0), "max_len"),
        ];
        for (config, field) in cases {
            let error = config.validate().unwrap_err().to_string();
            let prefix = format!("SequenceTransformerConfig.{field}");
            assert!(error.starts_with(&prefix), "{error}");
        }
    }
}
