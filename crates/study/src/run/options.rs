//! How a study is run: nothing of this changes its results but the device.

use std::path::PathBuf;
use std::sync::Arc;

use midfuse_base::Seed;

use crate::pool::{Stop, WorkerCommand};
use crate::watch::{Silent, Watch};

/// How a study is run: nothing of this changes its results but the device.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder of the results.
    pub out: PathBuf,
    /// Worker processes.
    pub workers: usize,
    /// The worker program.
    pub worker: WorkerCommand,
    /// Folder of the store of content that workers see; `None` for one below `out` that goes away at the
    /// end. A store of its own is for workers on other machines that share the folder; what lies in it
    /// may be removed when no study runs.
    pub store: Option<PathBuf>,
    /// Device of every job: `"cpu"` or `"cuda:0"`.
    pub device: String,
    /// Runs jobs in a random order; the results do not change.
    pub shuffle: Option<Seed>,
    /// Asks the study to stop.
    pub stop: Stop,
    /// Listens to it.
    pub watch: Arc<dyn Watch>,
}

impl Options {
    /// One worker process on the CPU, silent.
    pub fn new(out: impl Into<PathBuf>, worker: WorkerCommand) -> Self {
        Self {
            out: out.into(),
            workers: 1,
            worker,
            store: None,
            device: "cpu".to_owned(),
            shuffle: None,
            stop: Stop::default(),
            watch: Arc::new(Silent),
        }
    }
}
