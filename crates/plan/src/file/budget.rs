//! What every strategy may spend.

use serde::{Deserialize, Serialize};

/// What every strategy may spend: the same number of trials and epochs for all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Budget {
    /// Distinct settings tried per strategy and outer fold. Default 3; at least 1.
    pub trials: usize,
    /// Epoch limit of every training. Default 60; at least 1.
    pub epochs: usize,
    /// How trials come out of the search space. Default `random`.
    pub draw: Draw,
    /// Intra-op threads of a job: part of the result, because sums differ with it. Default 1.
    pub threads: usize,
    /// Rows per prediction batch: part of the result as well. Default 256.
    pub predict_batch: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            trials: 3,
            epochs: 60,
            draw: Draw::Random,
            threads: 1,
            predict_batch: 256,
        }
    }
}

/// How trials come out of the search space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Draw {
    /// Distinct random points, drawn from the seed and the name of the strategy.
    Random,
    /// All points of a grid of lists, which must hold exactly `trials` points.
    Grid,
}
