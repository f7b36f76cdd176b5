//! What every strategy may spend.

use midfuse_base::{Choices, options};
use serde::{Deserialize, Serialize};

/// What every strategy may spend: the same number of trials and epochs for all.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Distinct settings tried per strategy and outer fold.
    #[option(default = 3, range = 1.., rule = "at most 10,000")]
    pub trials: usize,
    /// Epoch limit of every training.
    #[option(default = 60, range = 1..)]
    pub epochs: usize,
    /// Trainings of the chosen setting on all training rows of an outer fold, each from another seed; what
    /// is predicted is the mean of their outputs.
    #[option(default = 1, range = 1.., rule = "at most 100")]
    pub refits: usize,
    /// How trials come out of the search space.
    #[option(default = Draw::Random)]
    pub draw: Draw,
    /// Intra-op threads of a job: part of the result, because sums differ with it.
    #[option(default = 1, range = 1..)]
    pub threads: usize,
    /// Rows per prediction batch: part of the result as well.
    #[option(default = 256, range = 1..)]
    pub predict_batch: usize,
}

impl Budget {
    /// Whether a strategy without a search space is tried with settings of the default one: a single
    /// trial is that of the file, and a grid takes lists.
    pub(crate) fn draws_default_space(&self) -> bool {
        match self.draw {
            Draw::Random | Draw::Halving => self.trials > 1,
            Draw::Grid => false,
        }
    }
}

/// How trials come out of the search space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum Draw {
    /// Distinct random points, drawn from the seed and the name of the strategy.
    Random,
    /// Points as for `random`; all are tried for a share of the epochs, the best third for three times
    /// as many, and so on.
    Halving,
    /// All points of a grid of lists, which must hold exactly `trials` points.
    Grid,
}
