//! A residual network over the columns of a table.
//!
//! **Paper.** Gorishniy et al., "Revisiting deep learning models for tabular data", NeurIPS 2021,
//! section 3.2.
//!
//! **Reference implementation.** `ResNet` of `rtdl_revisiting_models` 0.0.2, with the parts of its
//! output before the last linear layer (`output.normalization`, ReLU), over numeric columns and
//! flattened `CategoricalEmbeddings(bias=False)`: the same names and numbers. With `output_norm`
//! off it is the reference with `d_out=None`.
//!
//! - `NOTE[DIFF]` The network includes the embeddings of categorical columns, and optionally one
//!   indicator per numeric column that says whether the number was missing; the reference takes one
//!   vector of numbers.
//! - `NOTE[DIFF]` Of up to 512 numeric columns each has a [periodic embedding](crate::PeriodicEmbeddings)
//!   beside its number, as in the [MLP](crate::Mlp); the reference has none, which is `d_periodic = 0`.
//! - `NOTE[DIFF]` A missing number enters as 0, the mean of a standardised column. An absent row
//!   gives zeros and is left out of the statistics of batch normalisation.

use std::borrow::Borrow;

use midfuse_core::{
    Config, Encoded, Encoder, MAX_SIZE, Mode, Options, Result, Tokens, Validate, options,
};
use midfuse_nn::{BatchNorm, batch_norm1d, dropout, linear};
use serde::{Deserialize, Serialize};
use tch::nn::{self, Module};

use crate::vectors::{Columns, Periodic, SideBySide, Vectors};
use crate::{TabularInput, columns};

const MODULE: &str = "TabularResNet";

/// Config of [`TabularResNet`].
///
/// Dropout lies within the search space of the paper's table 14; its widths, from 64 to 512, are for tens
/// of thousands of rows.
#[options(
    new = "Two blocks of width 64, with dropout 0.3 inside them: for hundreds or thousands of rows."
)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TabularResNetConfig {
    /// Number of numeric columns. Comes from the data.
    #[option(range = 0.., rule = "at least one numeric or categorical column")]
    pub n_numeric: i64,
    /// Number of known categories of each categorical column; one more index, 0, stands for unknown
    /// and missing. Comes from the data.
    #[option(range = positive)]
    pub cardinalities: Vec<i64>,
    /// Number of residual blocks; each is a stage.
    #[option(default = 2, range = positive, search = [1, 2, 3])]
    pub n_blocks: i64,
    /// Width of what flows between the blocks.
    #[option(default = 64, range = positive, search = [16, 32, 64, 128])]
    pub d_block: i64,
    /// Hidden width of a block over `d_block`, rounded down.
    #[option(default = 2.0, range = above_zero, rule = "at least one hidden unit")]
    pub d_hidden_multiplier: f64,
    /// Dropout probability of the hidden units (the reference's `dropout1`).
    #[option(default = 0.3, range = probability, search = [0.1, 0.3, 0.5])]
    pub hidden_dropout_p: f64,
    /// Dropout probability of the residual branches (the reference's `dropout2`).
    #[option(default = 0.0, range = probability)]
    pub residual_dropout_p: f64,
    /// Whether the pooled vector passes the reference's output norm and ReLU, as it does there
    /// before the output layer.
    #[option(default = true)]
    pub output_norm: bool,
    /// Width of the embedding of each categorical column.
    #[option(default = 8, range = positive)]
    pub d_embed: i64,
    /// Whether the network also sees which numbers are missing.
    #[option(default = false)]
    pub missing_indicator: bool,
    /// Width of the periodic embedding of each numeric column, which stands beside the number; 0: none.
    #[option(unset = "4 up to 512 numeric columns, else 0", range = 0.., search = [0, 4], source = "RealMLP")]
    pub d_periodic: Option<i64>,
    /// Frequencies of a periodic embedding.
    #[option(default = 16, range = positive)]
    pub n_frequencies: i64,
    /// Standard deviation of the frequencies that training starts from.
    #[option(default = 0.1, range = above_zero, source = "RealMLP")]
    pub frequency_scale: f64,
}

impl TabularResNetConfig {
    /// Sets both dropout probabilities.
    #[must_use]
    pub fn with_dropout_p(mut self, hidden: f64, residual: f64) -> Self {
        self.hidden_dropout_p = hidden;
        self.residual_dropout_p = residual;
        self
    }

    /// Hidden width of a block.
    pub fn d_hidden(&self) -> i64 {
        (self.d_block as f64 * self.d_hidden_multiplier) as i64
    }

    /// What is read of a row.
    fn columns(&self) -> Columns<'_> {
        Columns {
            n_numeric: self.n_numeric,
            cardinalities: &self.cardinalities,
            d_embed: self.d_embed,
            missing_indicator: self.missing_indicator,
            periodic: Periodic {
                d: self.d_periodic,
                n_frequencies: self.n_frequencies,
                scale: self.frequency_scale,
            },
        }
    }
}

impl Config for TabularResNetConfig {
    type Module = TabularResNet;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("TabularResNetConfig");
        self.check_options(check)?;
        columns::validate(check, self.n_numeric, &self.cardinalities)?;
        check.ensure(
            (1..=MAX_SIZE).contains(&self.d_hidden()),
            "d_hidden_multiplier",
            format!("from 1 to {MAX_SIZE} hidden units"),
            self.d_hidden_multiplier,
        )?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<TabularResNet> {
        self.validate()?;
        let vs = vs.borrow();
        let columns = self.columns();
        Ok(TabularResNet {
            columns: columns.init(vs),
            input_projection: linear(vs / "input_projection", columns.width(), self.d_block),
            blocks: (0..self.n_blocks)
                .map(|i| Block::new(&(vs / "blocks" / i), self))
                .collect(),
            output_norm: self
                .output_norm
                .then(|| batch_norm1d(vs / "output" / "normalization", self.d_block)),
            config: self.clone(),
        })
    }
}

/// `x + linear(dropout(relu(linear(norm(x)))))`.
#[derive(Debug)]
struct Block {
    normalization: BatchNorm,
    linear1: nn::Linear,
    linear2: nn::Linear,
}

impl Block {
    fn new(vs: &nn::Path, config: &TabularResNetConfig) -> Self {
        Self {
            normalization: batch_norm1d(vs / "normalization", config.d_block),
            linear1: linear(vs / "linear1", config.d_block, config.d_hidden()),
            linear2: linear(vs / "linear2", config.d_hidden(), config.d_block),
        }
    }
}

/// Residual blocks over one vector a row. Each block is a stage; a row is one token.
#[derive(Debug)]
pub struct TabularResNet {
    columns: SideBySide,
    input_projection: nn::Linear,
    blocks: Vec<Block>,
    output_norm: Option<BatchNorm>,
    config: TabularResNetConfig,
}

impl Encoder for TabularResNet {
    type Input = TabularInput;
    type State = Vectors;

    fn embed(&self, input: &TabularInput, _mode: Mode) -> Result<Vectors> {
        let (n, cards) = (self.config.n_numeric, &self.config.cardinalities);
        let like = &self.input_projection.ws;
        columns::check_input(MODULE, input, n, cards, like)?;
        let state = self.columns.forward(input, like);
        let x = self.input_projection.forward(&state.x);
        Ok(state.with(x))
    }

    fn n_stages(&self) -> usize {
        self.blocks.len()
    }

    fn stage(&self, i: usize, state: Vectors, mode: Mode) -> Result<Vectors> {
        let block = columns::stage(MODULE, &self.blocks, i)?;
        let (hidden_p, residual_p) = (self.config.hidden_dropout_p, self.config.residual_dropout_p);
        let norm = &block.normalization;
        let normal = norm.forward(&state.x, state.present.as_ref(), mode)?;
        let hidden = dropout(&block.linear1.forward(&normal).relu(), hidden_p, mode);
        let branch = dropout(&block.linear2.forward(&hidden), residual_p, mode);
        let x = &state.x + branch;
        Ok(state.with(x))
    }

    fn tokens(&self, state: &Vectors) -> Result<Tokens> {
        Ok(state.tokens())
    }

    fn d_at(&self, _depth: usize) -> i64 {
        self.config.d_block
    }

    fn pool(&self, state: Vectors, mode: Mode) -> Result<Encoded> {
        let tokens = state.tokens();
        let Some(norm) = &self.output_norm else {
            return Ok(state.pool());
        };
        // Absent rows are zero behind the norm, and stay so.
        let pooled = norm.forward(&state.x, state.present.as_ref(), mode)?;
        Ok(Encoded {
            pooled: pooled.relu(),
            tokens,
        })
    }

    fn d_out(&self) -> i64 {
        self.config.d_block
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Tensor, no_grad};

    #[test]
    fn blocks_that_add_nothing_leave_the_projection() {
        let vs = nn::VarStore::new(Device::Cpu);
        let config = TabularResNetConfig::new(2, [])
            .with_d_block(4)
            .with_d_periodic(0)
            .with_output_norm(false);
        let net = config.init(vs.root()).unwrap();
        for block in &net.blocks {
            let parts = [&block.linear2.ws, block.linear2.bs.as_ref().unwrap()];
            let _zeros = no_grad(|| parts.map(|t| t.shallow_clone().fill_(0.0)));
        }
        let x = Tensor::from_slice(&[0.5_f32, -1.0, 2.0, 0.0]).view([2, 2]);
        let expected = net.input_projection.forward(&x);
        let input = TabularInput::numeric_only(x).unwrap();
        let pooled = net.encode(&input, Mode::Train).unwrap().pooled;
        assert_eq!(pooled, expected);
    }

    #[test]
    fn one_row_is_too_few_for_the_statistics_of_a_batch() {
        let vs = nn::VarStore::new(Device::Cpu);
        let net = TabularResNetConfig::new(1, []).init(vs.root()).unwrap();
        let one = TabularInput::numeric_only(Tensor::from_slice(&[1.0_f32]).view([1, 1])).unwrap();
        let error = net.encode(&one, Mode::Train).unwrap_err();
        assert!(
            matches!(error, midfuse_core::Error::TooFewRows { got: 1, .. }),
            "{error}"
        );
        assert!(net.encode(&one, Mode::Eval).is_ok());
    }

    #[test]
    fn config_edges() {
        let config = TabularResNetConfig::new(3, [2, 5]).with_d_embed(4);
        let json = serde_json::to_string(&config).unwrap();
        let back: TabularResNetConfig = serde_json::from_str(&json).unwrap();
        assert_eq!(back, config);
        let good = || TabularResNetConfig::new(2, []);
        let cases = [
            (TabularResNetConfig::new(0, []), "n_numeric"),
            (TabularResNetConfig::new(1, [0]), "cardinalities[0]"),
            (good().with_n_blocks(0), "n_blocks"),
            (good().with_d_block(0), "d_block"),
            (
                good().with_d_hidden_multiplier(0.001),
                "d_hidden_multiplier",
            ),
            (good().with_dropout_p(1.0, 0.0), "hidden_dropout_p"),
            (good().with_dropout_p(0.0, -0.5), "residual_dropout_p"),
            (good().with_d_embed(0), "d_embed"),
        ];
        for (config, field) in cases {
            let error = config.validate().unwrap_err().to_string();
            let prefix = format!("TabularResNetConfig.{field}:");
            assert!(error.starts_with(&prefix), "{error}");
        }
    }
}
