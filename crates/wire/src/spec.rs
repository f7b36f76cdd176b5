//! What a worker is asked to do.

use midfuse_base::{Recalibration, Seed, Targets, Task, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ContentHash;

/// Everything that decides the result of a job; its hash is the job's id, so resuming is a look-up.
///
/// The wire form of a job: a coordinator gets one from `midfuse_eval::job::Job`, whose rows and
/// targets are those of views, and a worker reads one from a request. It cannot be written as a
/// literal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct JobSpec {
    /// What is predicted.
    pub task: Task,
    /// Names the stripped cohort that the rows lie in.
    pub data: ContentHash,
    /// Encoders, strategy and training section: opaque here, known to the worker.
    pub model: serde_json::Value,
    /// Seed of initial weights, dropout and shuffling.
    pub seed: Seed,
    /// Ids of the rows whose targets the worker is handed.
    pub fit: Vec<String>,
    /// Targets of `fit`, in its order.
    pub targets: Targets,
    /// Positions in `fit` that only decide when to stop; never an optimiser step, never a fitted
    /// transform. Empty: train for the full number of epochs.
    pub stop: Vec<usize>,
    /// Ids of the rows to predict. Their targets stay with the coordinator.
    pub predict: Vec<String>,
    /// Intra-op threads: part of the job, because sums differ with it.
    pub threads: usize,
    /// Rows per prediction batch: part of the job, because predictions differ by 1e-6 with it.
    pub predict_batch: usize,
    /// `"cpu"` or `"cuda:0"`.
    pub device: String,
    /// Whether the worker keeps the fitted model and returns its files.
    pub keep_model: bool,
    /// Whether the worker also predicts before the first epoch and after each.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trace: bool,
    /// The map that predictions pass through, of the rows to predict and of the saved model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recalibration: Option<Recalibration>,
}

/// SHA-256 over the canonical JSON of a [`JobSpec`], in hex.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub String);

impl JobSpec {
    /// For `midfuse_eval::job::Job` alone, which takes rows and targets out of views of one fold.
    ///
    /// Rust has no friends among crates, so this is public, hidden, and forbidden by `clippy.toml`
    /// everywhere but there: what calls it vouches that the targets are those of train rows.
    #[doc(hidden)]
    pub fn of_views(
        task: Task,
        data: ContentHash,
        model: serde_json::Value,
        seed: Seed,
        (fit, targets): (Vec<String>, Targets),
        predict: Vec<String>,
    ) -> Self {
        Self {
            task,
            data,
            model,
            seed,
            fit,
            targets,
            stop: Vec::new(),
            predict,
            threads: 1,
            predict_batch: 256,
            device: "cpu".to_owned(),
            keep_model: false,
            trace: false,
            recalibration: None,
        }
    }

    /// The job's id; it covers the data, by their hash.
    ///
    /// # Errors
    /// If the opaque model section cannot be written as JSON (a map with keys that are not strings).
    pub fn id(&self) -> Result<JobId, serde_json::Error> {
        let bytes = serde_json::to_vec(self)?;
        Ok(JobId(hex(&Sha256::digest(&bytes))))
    }
}
