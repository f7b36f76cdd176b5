//! What a study tells while it runs; the program turns it into progress bars or plain lines.

use std::fmt::Debug;

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event<'a> {
    /// The study is planned.
    Planned {
        /// Jobs in all.
        jobs: usize,
        /// Worker processes.
        workers: usize,
    },
    /// A job has its result.
    Done {
        /// The job, for a person.
        label: &'a str,
        /// How long it took when it ran.
        seconds: f64,
        /// True if an earlier run had done it.
        found: bool,
    },
    /// A job failed for good.
    Failed {
        /// The job, for a person.
        label: &'a str,
        /// Why.
        message: &'a str,
    },
    /// A worker died; its job is run again.
    WorkerDied {
        /// The job, for a person.
        label: &'a str,
        /// How it ended.
        message: &'a str,
    },
}

/// Listens to a running study, from many threads.
pub trait Watch: Debug + Send + Sync {
    /// Called for every event.
    fn event(&self, event: &Event<'_>);
}

/// Listens to nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Watch for Silent {
    fn event(&self, _: &Event<'_>) {}
}
