//! What a worker is asked to do.

use std::collections::BTreeSet;

use midfuse_base::{Seed, Targets, Task, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::view::FitRows;

/// Everything that decides the result of a job; its hash is the job's id, so resuming is a look-up.
///
/// The wire form of a [`Job`](super::Job), which alone can make one; a worker reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct JobSpec {
    /// What is predicted.
    pub task: Task,
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
    /// Whether the worker saves the fitted model.
    pub keep_model: bool,
}

/// SHA-256 over the canonical JSON of a [`JobSpec`], in hex.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub String);

impl JobSpec {
    /// The rows that transforms may be fitted on: those of `fit` that decide no stopping.
    pub fn fit_rows(&self) -> FitRows<'_> {
        let stop: BTreeSet<usize> = self.stop.iter().copied().collect();
        let fit = self
            .fit
            .iter()
            .enumerate()
            .filter(|(position, _)| !stop.contains(position));
        FitRows::new(fit.map(|(_, id)| id.clone()).collect(), None)
    }

    /// The job's id.
    ///
    /// # Errors
    /// If the opaque model section cannot be written as JSON (a map with keys that are not strings).
    pub fn id(&self) -> Result<JobId, serde_json::Error> {
        let bytes = serde_json::to_vec(self)?;
        Ok(JobId(hex(&Sha256::digest(&bytes))))
    }
}
