//! The lines of JSON between a coordinator and a worker.

use midfuse_base::Task;
use midfuse_base::catalogue::Catalogue;
use serde::{Deserialize, Serialize};

use crate::{ContentHash, Cost, JobSpec, Memory, Outcome, StoreError};

/// Version of the protocol; a worker of another version is refused.
///
/// 5: predictions pass through a map that the job states. 4: a job is traced. 3: a worker describes what it knows in a catalogue. 2: data and files go by content hash, a failure
/// says its kind. 1: both went by path.
pub const PROTOCOL_VERSION: u32 = 6;

/// What a coordinator asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "request")]
pub enum Request {
    /// Shake hands; always first.
    Hello {
        /// [`PROTOCOL_VERSION`] of the coordinator.
        protocol: u32,
    },
    /// Say what a study file can name.
    Describe,
    /// Open a stripped cohort that lies in the store.
    Open {
        /// Names its tree.
        data: ContentHash,
    },
    /// Check an opaque model section against the opened cohort, without training.
    Validate {
        /// What is predicted.
        task: Task,
        /// The section, as in [`JobSpec::model`].
        model: serde_json::Value,
        /// Rows that a job of it predicts at once.
        #[serde(default = "predict_batch")]
        predict_batch: usize,
    },
    /// Run a job on the opened cohort.
    Run {
        /// The job.
        spec: Box<JobSpec>,
    },
}

/// That of a job, where a request does not say.
fn predict_batch() -> usize {
    JobSpec::PREDICT_BATCH
}

/// What a worker answers, one reply per request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "reply")]
pub enum Reply {
    /// To [`Request::Hello`].
    Hello {
        /// [`PROTOCOL_VERSION`] of the worker.
        protocol: u32,
        /// Version of the worker program.
        version: String,
        /// Version of libtorch.
        libtorch: String,
    },
    /// To [`Request::Describe`].
    Described {
        /// Encoders, strategies and the rest of what it knows, its user's own among them.
        catalogue: Box<Catalogue>,
    },
    /// To [`Request::Open`].
    Opened {
        /// Rows in the cohort.
        rows: usize,
    },
    /// To [`Request::Validate`]: the section is valid.
    Valid {
        /// Trainable parameters of the model.
        n_parameters: u64,
        /// The section with every default filled in, for the record.
        resolved: serde_json::Value,
        /// What the largest job of it takes, where the worker can tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        memory: Option<Box<Memory>>,
    },
    /// To [`Request::Run`].
    Done {
        /// The deterministic result.
        outcome: Box<Outcome>,
        /// What it cost.
        cost: Cost,
        /// Tree in the store with the files of the fitted model; there if and only if the job keeps
        /// its model. The coordinator takes it out of the store.
        files: Option<ContentHash>,
    },
    /// The request could not be served.
    Failed {
        /// Of which kind; a worker of protocol 1 does not say.
        #[serde(default)]
        kind: FailureKind,
        /// One line that says what, where and how to mend it.
        message: String,
        /// All that a library said, where it is more than a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
}

/// Why a request could not be served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The coordinator speaks another version of the protocol.
    Version,
    /// The request is malformed, out of turn, or cannot be served as it is.
    Request,
    /// The worker's store does not hold what the request names.
    Missing,
    /// What the worker's store holds is not what its name says.
    Differs,
    /// The job was understood and failed.
    #[default]
    Job,
}

impl From<&StoreError> for FailureKind {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Missing { .. } => Self::Missing,
            StoreError::Differs { .. } => Self::Differs,
            StoreError::NoStore { .. }
            | StoreError::Occupied { .. }
            | StoreError::Name(_)
            | StoreError::Io { .. } => Self::Request,
        }
    }
}
