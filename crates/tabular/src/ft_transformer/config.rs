//! The config of the FT-Transformer.

use std::borrow::Borrow;

use midfuse_core::{Choices, Config, Error, MAX_SIZE, Options, Result, Validate, options};
use serde::{Deserialize, Serialize};
use tch::{Tensor, nn};

use super::encoder::FtTransformer;
use crate::columns;

/// Non-linearity of the feed-forward parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum FfnActivation {
    /// One half of the hidden layer times the ReLU of the other (Shazeer 2020, "GLU variants
    /// improve transformer"): the paper's choice.
    #[default]
    Reglu,
    /// ReLU.
    Relu,
}

impl FfnActivation {
    pub(super) fn apply(self, x: &Tensor) -> Tensor {
        match self {
            Self::Relu => x.relu(),
            Self::Reglu => {
                let half = x.size().last().copied().unwrap_or_default() / 2;
                x.narrow(-1, 0, half) * x.narrow(-1, half, half).relu()
            }
        }
    }
}

/// Config of [`FtTransformer`].
///
/// Defaults are those of the reference's `get_default_kwargs(n_blocks=3)`, except the width.
#[options(new = "Three blocks of width `d_block`.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FtTransformerConfig {
    /// Number of numeric columns. Comes from the data.
    #[option(range = 0.., rule = "at least one numeric or categorical column")]
    pub n_numeric: i64,
    /// Number of known categories of each categorical column; one more index, 0, stands for unknown
    /// and missing. Comes from the data.
    #[option(range = positive)]
    pub cardinalities: Vec<i64>,
    /// Width of the tokens.
    #[option(default = 64, new, range = positive, multiple_of = attention_n_heads, search = [16, 32, 64, 128])]
    pub d_block: i64,
    /// Number of blocks; each is a stage.
    #[option(default = 3, range = positive, search = [1, 2, 3])]
    pub n_blocks: i64,
    /// Attention heads per block.
    #[option(default = 8, range = positive)]
    pub attention_n_heads: i64,
    /// Dropout probability of the attention weights.
    #[option(default = 0.2, range = probability, search = [0.0, 0.2, 0.4])]
    pub attention_dropout_p: f64,
    /// Hidden width of the feed-forward parts over `d_block`, rounded down. 4/3 with ReGLU has about
    /// as many parameters as 2 with ReLU.
    #[option(default = 4.0 / 3.0, range = above_zero, rule = "at least one hidden unit")]
    pub ffn_d_hidden_multiplier: f64,
    /// Non-linearity of the feed-forward parts.
    #[option(default = FfnActivation::Reglu)]
    pub ffn_activation: FfnActivation,
    /// Dropout probability of the feed-forward parts.
    #[option(default = 0.1, range = probability, search = [0.0, 0.1, 0.3, 0.5])]
    pub ffn_dropout_p: f64,
    /// Dropout probability of the residual branches.
    #[option(default = 0.0, range = probability)]
    pub residual_dropout_p: f64,
    /// Whether the pooled vector passes the reference's output norm and ReLU, as it does there
    /// before the output layer.
    #[option(default = true)]
    pub output_norm: bool,
}

/// `(d_block, attention dropout, feed-forward dropout)` for 1 to 6 blocks: the reference's
/// `get_default_kwargs`.
const PRESETS: [(i64, f64, f64); 6] = [
    (96, 0.1, 0.0),
    (128, 0.15, 0.05),
    (192, 0.2, 0.1),
    (256, 0.25, 0.15),
    (320, 0.3, 0.2),
    (384, 0.35, 0.25),
];

impl FtTransformerConfig {
    /// The reference's `get_default_kwargs(n_blocks)`: width 96, 128, 192, 256, 320 or 384, with
    /// dropout that grows along.
    ///
    /// # Errors
    /// [`Error::Config`] unless `n_blocks` is 1 to 6.
    pub fn make_default(
        n_numeric: i64,
        cardinalities: impl Into<Vec<i64>>,
        n_blocks: usize,
    ) -> Result<Self> {
        let preset = n_blocks.checked_sub(1).and_then(|i| PRESETS.get(i));
        let Some(&(d_block, attention_dropout_p, ffn_dropout_p)) = preset else {
            let check = Validate::new("FtTransformerConfig");
            let error = check.ensure(false, "n_blocks", "1 to 6 for a preset", n_blocks);
            return Err(error.err().map_or_else(
                || Error::Input {
                    module: "FtTransformerConfig",
                    expected: "1 to 6 blocks".to_owned(),
                    got: n_blocks.to_string(),
                },
                Error::Config,
            ));
        };
        Ok(Self {
            n_blocks: n_blocks as i64,
            attention_dropout_p,
            ffn_dropout_p,
            ..Self::new(n_numeric, cardinalities, d_block)
        })
    }

    /// Sets all three dropout probabilities.
    #[must_use]
    pub fn with_dropout_p(mut self, attention: f64, ffn: f64, residual: f64) -> Self {
        self.attention_dropout_p = attention;
        self.ffn_dropout_p = ffn;
        self.residual_dropout_p = residual;
        self
    }

    /// Hidden width of the feed-forward parts.
    pub fn ffn_d_hidden(&self) -> i64 {
        (self.d_block as f64 * self.ffn_d_hidden_multiplier) as i64
    }
}

impl Config for FtTransformerConfig {
    type Module = FtTransformer;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("FtTransformerConfig");
        self.check_options(check)?;
        columns::validate(check, self.n_numeric, &self.cardinalities)?;
        check.ensure(
            (1..=MAX_SIZE).contains(&self.ffn_d_hidden()),
            "ffn_d_hidden_multiplier",
            format!("from 1 to {MAX_SIZE} hidden units"),
            self.ffn_d_hidden_multiplier,
        )?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<FtTransformer> {
        self.validate()?;
        Ok(FtTransformer::new(vs.borrow(), self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_the_reference_table() {
        // rtdl_revisiting_models.FTTransformer.get_default_kwargs(n_blocks)
        let table = [
            (96, 0.1, 0.0, 128),
            (128, 0.15, 0.05, 170),
            (192, 0.2, 0.1, 256),
            (256, 0.25, 0.15, 341),
            (320, 0.3, 0.2, 426),
            (384, 0.35, 0.25, 512),
        ];
        for (n_blocks, (d, attention, ffn, d_hidden)) in (1..).zip(table) {
            let config = FtTransformerConfig::make_default(2, [], n_blocks).unwrap();
            assert_eq!(config.n_blocks, n_blocks as i64);
            assert_eq!((config.d_block, config.ffn_d_hidden()), (d, d_hidden));
            assert!((config.attention_dropout_p - attention).abs() < 1e-12);
            assert!((config.ffn_dropout_p - ffn).abs() < 1e-12);
            assert!(config.validate().is_ok());
        }
        // The reference lets 0 through and takes the last row of the table.
        for n_blocks in [0, 7] {
            let error = FtTransformerConfig::make_default(2, [], n_blocks).unwrap_err();
            assert!(error.to_string().contains("1 to 6"), "{error}");
        }
    }

    #[test]
    fn json_and_ranges() {
        let config =
            FtTransformerConfig::new(2, [3, 4], 32).with_ffn_activation(FfnActivation::Relu);
        let json = serde_json::to_string(&config).unwrap();
        let back: FtTransformerConfig = serde_json::from_str(&json).unwrap();
        assert_eq!(back, config);
        let short = r#"{"n_numeric": 2, "cardinalities": []}"#;
        let short: FtTransformerConfig = serde_json::from_str(short).unwrap();
        assert_eq!(short, FtTransformerConfig::new(2, [], 64));
        let good = || FtTransformerConfig::new(2, [], 32);
        let cases = [
            (FtTransformerConfig::new(0, [], 32), "n_numeric"),
            (FtTransformerConfig::new(-1, [2], 32), "n_numeric"),
            (FtTransformerConfig::new(1, [0], 32), "cardinalities[0]"),
            (FtTransformerConfig::new(1, [], 0), "d_block"),
            (FtTransformerConfig::new(1, [], 12), "d_block"),
            (good().with_n_blocks(0), "n_blocks"),
            (good().with_attention_n_heads(0), "attention_n_heads"),
            (good().with_dropout_p(1.0, 0.0, 0.0), "attention_dropout_p"),
            (good().with_dropout_p(0.0, 1.0, 0.0), "ffn_dropout_p"),
            (good().with_dropout_p(0.0, 0.0, 1.0), "residual_dropout_p"),
            (
                good().with_ffn_d_hidden_multiplier(f64::NAN),
                "ffn_d_hidden_multiplier",
            ),
            (
                good().with_ffn_d_hidden_multiplier(0.001),
                "ffn_d_hidden_multiplier",
            ),
        ];
        for (config, field) in cases {
            let error = config.validate().unwrap_err().to_string();
            let prefix = format!("FtTransformerConfig.{field}:");
            assert!(error.starts_with(&prefix), "{error}");
        }
    }
}
