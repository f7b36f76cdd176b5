//! The lines of JSON between a coordinator and a worker: one request per line on the worker's
//! standard input, one reply per line on its standard output. A worker ends when its input closes.

use std::path::PathBuf;

use midfuse_base::Task;
use midfuse_base::catalogue::Catalogue;
use serde::{Deserialize, Serialize};

use super::{Cost, JobSpec, Outcome};

/// Version of the protocol; a worker of another version is refused.
pub const PROTOCOL_VERSION: u32 = 2;

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
    /// Open the stripped cohort that the coordinator wrote.
    Open {
        /// Its folder.
        cohort: PathBuf,
    },
    /// Check an opaque model section against the opened cohort, without training.
    Validate {
        /// What is predicted.
        task: Task,
        /// The section, as in [`JobSpec::model`].
        model: serde_json::Value,
    },
    /// Run a job. Files (the saved model) go to `out`, written atomically.
    Run {
        /// The job.
        spec: Box<JobSpec>,
        /// Folder of this job's files; exists.
        out: PathBuf,
    },
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
    },
    /// To [`Request::Run`].
    Done {
        /// The deterministic result.
        outcome: Box<Outcome>,
        /// What it cost.
        cost: Cost,
    },
    /// The request could not be served: one line that says what, where and how to mend it.
    Failed {
        /// The message.
        message: String,
    },
}
