//! Whoever gives the results of jobs: a pool of workers, or the store alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use midfuse_wire::JobSpec;

use crate::Result;
use crate::pool::Pool;
use crate::store::{Store, Stored};

/// A job that failed says why.
pub(crate) type Ran = std::result::Result<Stored, String>;

/// Gives the results of jobs, in their order; called from many threads.
pub(crate) trait Execute: Sync {
    /// Runs or looks up; a job comes with its name for people.
    ///
    /// # Errors
    /// [`crate::Error::Interrupted`] after a stop; [`crate::Error::Io`] from the store.
    fn execute(&self, jobs: Vec<(String, JobSpec)>) -> Result<Vec<Ran>>;
}

impl Execute for Pool {
    fn execute(&self, jobs: Vec<(String, JobSpec)>) -> Result<Vec<Ran>> {
        self.run(jobs)
    }
}

/// Looks results up and runs nothing: for `--status`.
#[derive(Debug)]
pub(crate) struct LookUp {
    store: Arc<Store>,
    found: AtomicUsize,
}

impl LookUp {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            found: AtomicUsize::new(0),
        }
    }

    /// Jobs that were found so far.
    pub(crate) fn found(&self) -> usize {
        self.found.load(Ordering::Relaxed)
    }
}

impl Execute for LookUp {
    fn execute(&self, jobs: Vec<(String, JobSpec)>) -> Result<Vec<Ran>> {
        jobs.iter()
            .map(|(_, spec)| {
                let found = self.store.find(&self.store.key(spec)?)?;
                if found.is_some() {
                    self.found.fetch_add(1, Ordering::Relaxed);
                }
                Ok(found.ok_or_else(|| "not run yet".to_owned()))
            })
            .collect()
    }
}
