//! The config of the sequence transformer.

use std::borrow::Borrow;

use midfuse_core::{Choices, Config, Options, Result, Validate, options};
use midfuse_nn::{Activation, TransformerBlockConfig};
use serde::{Deserialize, Serialize};
use tch::nn;

use super::encoder::SequenceTransformer;
use crate::StepsConfig;

/// How a step knows where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum Position {
    /// One learned vector per step, up to `max_len` steps.
    #[default]
    Learned,
    /// Sines and cosines (Vaswani et al. 2017, section 3.5); any number of steps.
    Sinusoidal,
}

/// How the steps become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum SequencePooling {
    /// The mean over the valid steps.
    #[default]
    Mean,
    /// A learned class token before the first step; it is the first of the tokens.
    Cls,
}

/// Config of [`SequenceTransformer`].
#[options(
    new = "Two pre-norm blocks of width `d_model` with four heads, learned positions, mean pooling."
)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceTransformerConfig {
    /// What the steps are. Comes from the data.
    pub steps: StepsConfig,
    /// Width of the tokens.
    #[option(default = 64, new, range = positive, multiple_of = n_heads, search = [16, 32, 64, 128])]
    pub d_model: i64,
    /// Number of transformer blocks; each is a stage.
    #[option(default = 2, range = positive, search = [1, 2, 3])]
    pub n_layers: i64,
    /// Attention heads per block.
    #[option(default = 4, range = positive)]
    pub n_heads: i64,
    /// Hidden width of the feed-forward parts.
    #[option(unset = "`4 * d_model`", range = positive, source = "Vaswani et al. 2017, table 3")]
    pub d_ff: Option<i64>,
    /// Non-linearity of the feed-forward parts.
    #[option(default = Activation::Gelu, source = "BERT")]
    pub activation: Activation,
    /// Dropout probability after the embedding and in the blocks.
    #[option(default = 0.1, range = probability, search = [0.0, 0.1, 0.3], source = "Vaswani et al. 2017, section 5.4")]
    pub dropout_p: f64,
    /// Whether the blocks normalise before their parts (pre-norm) or after (post-norm).
    #[option(default = true, source = "Xiong et al. 2020: trains without warm-up")]
    pub norm_first: bool,
    /// How a step knows where it is.
    #[option(default = Position::Learned, source = "BERT")]
    pub position: Position,
    /// Longest sequence that learned positions serve, in steps.
    #[option(default = 512, range = positive, source = "BERT")]
    pub max_len: i64,
    /// How the steps become one vector.
    #[option(default = SequencePooling::Mean)]
    pub pooling: SequencePooling,
}

impl SequenceTransformerConfig {
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

    /// One block of the stack.
    pub(super) fn block(&self) -> TransformerBlockConfig {
        TransformerBlockConfig::new(self.d_model, self.n_heads)
            .with_d_ff(self.d_ff)
            .with_activation(self.activation)
            .with_dropout_p(self.dropout_p)
            .with_norm_first(self.norm_first)
    }
}

impl Config for SequenceTransformerConfig {
    type Module = SequenceTransformer;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("SequenceTransformerConfig");
        self.steps.validate(check)?;
        Ok(self.check_options(check)?)
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
