//! A multilayer perceptron over the columns of a table.
//!
//! **Paper.** Gorishniy et al., "Revisiting deep learning models for tabular data", NeurIPS 2021,
//! section 3.1.
//!
//! **Reference implementation.** `MLP` of `rtdl_revisiting_models` 0.0.2 without its output layer
//! (`d_out=None`), over numeric columns and flattened `CategoricalEmbeddings(bias=False)`: the same
//! names (`blocks.{i}.linear.weight`, `cat_embeddings.embeddings.{k}.weight`) and numbers.
//!
//! - `NOTE[DIFF]` The network includes the embeddings of categorical columns, and optionally one
//!   indicator per numeric column that says whether the number was missing; the reference takes one
//!   vector of numbers.
//! - `NOTE[DIFF]` Of up to 512 numeric columns each has a [periodic embedding](crate::PeriodicEmbeddings)
//!   beside its number, as in RealMLP (Holzmueller et al., NeurIPS 2024); the reference has none, which
//!   is `d_periodic = 0`.
//! - `NOTE[DIFF]` A missing number enters as 0, the mean of a standardised column; the reference
//!   would give NaN. An absent row gives zeros.

use std::borrow::Borrow;

use midfuse_core::{Config, Encoded, Encoder, Mode, Options, Result, Tokens, Validate, options};
use midfuse_nn::{dropout, linear};
use serde::{Deserialize, Serialize};
use tch::Tensor;
use tch::nn::{self, Module};

use crate::vectors::{Columns, Periodic, SideBySide, Vectors};
use crate::{TabularInput, columns};

const MODULE: &str = "Mlp";

/// Config of [`Mlp`].
///
/// Widths and dropout lie within the search space of the paper's table 15.
#[options(new = "Two blocks of width 128 with dropout 0.1.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MlpConfig {
    /// Number of numeric columns. Comes from the data.
    #[option(range = 0.., rule = "at least one numeric or categorical column")]
    pub n_numeric: i64,
    /// Number of known categories of each categorical column; one more index, 0, stands for unknown
    /// and missing. Comes from the data.
    #[option(range = positive)]
    pub cardinalities: Vec<i64>,
    /// Number of blocks (linear, ReLU, dropout); each is a stage. With 0 the columns are what is
    /// pooled: a linear head behind it is a linear model, or with embedded numbers an additive one.
    #[option(default = 2, range = 0.., search = [0, 1, 2])]
    pub n_blocks: i64,
    /// Width of the blocks.
    #[option(default = 128, range = positive, search = [16, 32, 64, 128, 256])]
    pub d_block: i64,
    /// Dropout probability in the blocks.
    #[option(default = 0.1, range = probability, search = [0.0, 0.1, 0.3, 0.5])]
    pub dropout_p: f64,
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

impl MlpConfig {
    /// Four blocks of width 512 with dropout 0.2: for ten thousand rows and more.
    pub fn large(n_numeric: i64, cardinalities: impl Into<Vec<i64>>) -> Self {
        Self::new(n_numeric, cardinalities)
            .with_n_blocks(4)
            .with_d_block(512)
            .with_dropout_p(0.2)
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

impl Config for MlpConfig {
    type Module = Mlp;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("MlpConfig");
        self.check_options(check)?;
        columns::validate(check, self.n_numeric, &self.cardinalities)?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<Mlp> {
        self.validate()?;
        let vs = vs.borrow();
        let columns = self.columns();
        let blocks = (0..self.n_blocks)
            .map(|i| {
                let d_in = if i == 0 {
                    columns.width()
                } else {
                    self.d_block
                };
                linear(vs / "blocks" / i / "linear", d_in, self.d_block)
            })
            .collect();
        Ok(Mlp {
            columns: columns.init(vs),
            blocks,
            like: Tensor::empty([0], (vs.kind(), vs.device())),
            config: self.clone(),
        })
    }
}

/// Blocks of linear layer, ReLU and dropout. Each block is a stage; a row is one token.
#[derive(Debug)]
pub struct Mlp {
    columns: SideBySide,
    blocks: Vec<nn::Linear>,
    /// No numbers, in the dtype and on the device of the parameters, of which there may be none.
    like: Tensor,
    config: MlpConfig,
}

impl Encoder for Mlp {
    type Input = TabularInput;
    type State = Vectors;

    fn embed(&self, input: &TabularInput, _mode: Mode) -> Result<Vectors> {
        let like = self.blocks.first().map_or(&self.like, |first| &first.ws);
        let (n, cards) = (self.config.n_numeric, &self.config.cardinalities);
        columns::check_input(MODULE, input, n, cards, like)?;
        Ok(self.columns.forward(input, like))
    }

    fn n_stages(&self) -> usize {
        self.blocks.len()
    }

    fn stage(&self, i: usize, state: Vectors, mode: Mode) -> Result<Vectors> {
        let block = columns::stage(MODULE, &self.blocks, i)?;
        let x = block.forward(&state.x).relu();
        let p = self.config.dropout_p;
        Ok(state.with(dropout(&x, p, mode)))
    }

    fn tokens(&self, state: &Vectors) -> Result<Tokens> {
        Ok(state.tokens())
    }

    fn d_at(&self, depth: usize) -> i64 {
        if depth == 0 {
            self.config.columns().width()
        } else {
            self.config.d_block
        }
    }

    fn pool(&self, state: Vectors, _mode: Mode) -> Result<Encoded> {
        Ok(state.pool())
    }

    fn d_out(&self) -> i64 {
        self.d_at(self.blocks.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind};

    #[test]
    fn missing_number_reads_as_zero_and_as_its_indicator() {
        let config = MlpConfig::new(1, [])
            .with_missing_indicator(true)
            .with_d_periodic(0);
        let vs = nn::VarStore::new(Device::Cpu);
        let mlp = config.init(vs.root()).unwrap();
        let x = Tensor::from_slice(&[f32::NAN, 0.0]).view([2, 1]);
        let input = TabularInput::numeric_only(x).unwrap();
        let tokens = mlp.encode_to(&input, 0, Mode::Eval).unwrap();
        let flat: Vec<f32> = tokens.x.view([-1]).try_into().unwrap();
        assert_eq!(flat, [0.0, 1.0, 0.0, 0.0]);
        let out = mlp.encode(&input, Mode::Eval).unwrap().pooled;
        assert!(out.get(0) != out.get(1));
    }

    #[test]
    fn without_blocks_the_columns_are_what_is_pooled() {
        let config = MlpConfig::new(2, [])
            .with_n_blocks(0)
            .with_d_periodic(0)
            .with_missing_indicator(true);
        let vs = nn::VarStore::new(Device::Cpu);
        let mlp = config.init(vs.root()).unwrap();
        assert!(vs.variables().is_empty());
        assert_eq!((mlp.n_stages(), mlp.d_out()), (0, 4));
        let x = Tensor::from_slice(&[0.5_f32, f32::NAN]).view([1, 2]);
        let input = TabularInput::numeric_only(x).unwrap();
        let pooled = mlp.encode(&input, Mode::Train).unwrap().pooled;
        let flat: Vec<f32> = pooled.view([-1]).try_into().unwrap();
        assert_eq!(flat, [0.5, 0.0, 0.0, 1.0]);
        let of_doubles =
            TabularInput::numeric_only(Tensor::zeros([1, 2], (Kind::Double, Device::Cpu)));
        assert!(mlp.encode(&of_doubles.unwrap(), Mode::Eval).is_err());
    }

    #[test]
    fn numbers_are_embedded_unless_they_are_many() {
        let d_in = |config: MlpConfig| {
            let vs = nn::VarStore::new(Device::Cpu);
            config.init(vs.root()).unwrap().d_at(0)
        };
        assert_eq!(d_in(MlpConfig::new(512, [3])), 512 * 5 + 8);
        assert_eq!(d_in(MlpConfig::new(513, [3])), 513 + 8);
        assert_eq!(d_in(MlpConfig::new(513, []).with_d_periodic(2)), 513 * 3);
        assert_eq!(d_in(MlpConfig::new(0, [3])), 8);
    }

    #[test]
    fn config_edges() {
        let json = serde_json::to_string(&MlpConfig::large(3, [2, 5])).unwrap();
        let back: MlpConfig = serde_json::from_str(&json).unwrap();
        assert_eq!(back, MlpConfig::large(3, [2, 5]));
        let misspelt = r#"{"n_numeric": 3, "cardinalities": [], "d_blok": 2}"#;
        assert!(serde_json::from_str::<MlpConfig>(misspelt).is_err());
        let message = |config: MlpConfig| config.validate().unwrap_err().to_string();
        assert!(message(MlpConfig::new(0, [])).contains("MlpConfig.n_numeric"));
        assert!(message(MlpConfig::new(1, [2, 0])).contains("cardinalities[1]"));
        assert!(message(MlpConfig::new(1, []).with_n_blocks(-1)).contains("n_blocks"));
        assert!(message(MlpConfig::new(1, []).with_d_block(0)).contains("d_block"));
        assert!(message(MlpConfig::new(1, []).with_dropout_p(1.0)).contains("dropout_p"));
        assert!(message(MlpConfig::new(1, []).with_d_embed(0)).contains("d_embed"));
    }

    #[test]
    fn index_above_the_table_is_an_error_that_names_the_column() {
        let vs = nn::VarStore::new(Device::Cpu);
        let mlp = MlpConfig::new(0, [4, 2]).init(vs.root()).unwrap();
        let indices = Tensor::from_slice(&[4_i64, 3]).view([1, 2]);
        let input = TabularInput::new(None, Some(indices), None).unwrap();
        let error = mlp.encode(&input, Mode::Eval).unwrap_err().to_string();
        assert!(error.contains("up to 2 in categorical column 1"), "{error}");
        let numeric = Tensor::zeros([1, 2], (Kind::Float, Device::Cpu));
        let input = TabularInput::numeric_only(numeric).unwrap();
        let error = mlp.encode(&input, Mode::Eval).unwrap_err().to_string();
        assert!(error.contains("0 numeric columns"), "{error}");
    }
}
