//! What a worker gives back.

use serde::{Deserialize, Serialize};

/// Why training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    /// The loss on the stopping rows had not improved for `patience` epochs.
    Early,
    /// The epoch limit was reached; with stopping rows, the model might have gone on improving.
    EpochLimit,
}

/// One line of the learning curve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Mean training loss per row over the epoch.
    pub train_loss: f64,
    /// Mean loss on the stopping rows after the epoch; `None` without stopping rows.
    pub stop_loss: Option<f64>,
}

/// The deterministic result of a job: the same bits whoever runs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// One list of scores per row of `JobSpec::predict`, in its order: log-probabilities in the
    /// order of the classes, or one predicted value.
    pub scores: Vec<Vec<f64>>,
    /// Learning curve, one entry per epoch that ran.
    pub epochs: Vec<Epoch>,
    /// Epoch (from 0) whose weights were kept.
    pub best_epoch: usize,
    /// Why training ended.
    pub stopped: Stopped,
    /// Trainable parameters.
    pub n_parameters: u64,
    /// Floating-point operations of one forward pass of one row.
    pub flops_per_row: u64,
    /// SHA-256 over the saved model's weights, in hex.
    pub model_sha256: String,
}

/// What a job cost: differs from run to run, so it lives in a file of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Wall-clock seconds of the whole job.
    pub seconds: f64,
    /// Highest resident set of the worker process so far, in bytes.
    pub peak_rss_bytes: u64,
}
