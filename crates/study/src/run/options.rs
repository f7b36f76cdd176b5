//! How a study is run: nothing of this changes its results but the device.

use std::path::PathBuf;
use std::sync::Arc;

use midfuse_base::{Seed, options};

use crate::pool::{Stop, WorkerCommand};
use crate::watch::{Silent, Watch};

/// How a study is run: nothing of this changes its results but the device.
#[options(new = "One worker process on the CPU, silent.", builder)]
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder of the results.
    pub out: PathBuf,
    /// Worker processes.
    #[option(default = 1)]
    pub workers: usize,
    /// The worker program.
    pub worker: WorkerCommand,
    /// Folder of the store of content that workers see. A store of its own is for workers on other
    /// machines that share the folder; what lies in it may be removed when no study runs.
    #[option(unset = "one below `out` that goes away at the end")]
    pub store: Option<PathBuf>,
    /// Device of every job: `"cpu"` or `"cuda:0"`.
    #[option(default = "cpu")]
    pub device: String,
    /// Runs jobs in a random order; the results do not change.
    #[option(default = None)]
    pub shuffle: Option<Seed>,
    /// Asks the study to stop.
    #[option(default = Stop::default())]
    pub stop: Stop,
    /// Listens to it.
    #[option(default = Arc::new(Silent))]
    pub watch: Arc<dyn Watch>,
}
