//! What a worker gives back.

use midfuse_base::{Epoch, Stopped};
use serde::{Deserialize, Serialize};

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
    /// Scores as training went on, where `JobSpec::trace` asks for them; empty where nothing trains
    /// by epochs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<Traced>,
}

/// What a model under training predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Traced {
    /// Epochs that it was trained for; 0: not at all.
    pub epochs: usize,
    /// As [`Outcome::scores`].
    pub scores: Vec<Vec<f64>>,
}

/// What a job cost: differs from run to run, so it lives in a file of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Wall-clock seconds of the whole job.
    pub seconds: f64,
    /// Highest resident set of the worker process so far, in bytes.
    pub peak_rss_bytes: u64,
}
