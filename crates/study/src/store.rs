//! The job store: each result is written once, atomically, under its key; resuming is a look-up.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use midfuse_wire::{Cost, JobSpec, Outcome};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::pool::errors_of;
use crate::{CorruptError, Error, Result, UsageError};
use midfuse_base::hex;

const OUTCOME: &str = "outcome.json";
const COST: &str = "cost.json";
const FILES: &str = "files";

/// Results of jobs below one output folder, held by one coordinator at a time.
#[derive(Debug)]
pub(crate) struct Store {
    jobs: PathBuf,
    scratch: PathBuf,
    errors: PathBuf,
    context: String,
    attempts: AtomicU64,
    // Released when the file closes, also when the process is killed; `None` for looking only.
    lock: Option<File>,
}

/// What the store holds about a job.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    /// The deterministic result.
    pub(crate) outcome: Outcome,
    /// What it cost when it ran.
    pub(crate) cost: Cost,
    /// Folder with the files of the saved model; exists where the job keeps one.
    pub(crate) files: PathBuf,
}

/// A result that is being put together.
#[derive(Debug)]
pub(crate) struct Attempt {
    folder: PathBuf,
}

impl Attempt {
    /// Where the files of the saved model go; does not exist yet.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.join(FILES)
    }
}

impl Store {
    /// Opens the store below `out`, made if need be, for this process alone.
    ///
    /// # Errors
    /// [`Error::Usage`] if another process holds the store; [`Error::Io`].
    pub(crate) fn open(out: &Path) -> Result<Self> {
        // Workers run in a folder of their own, so a relative path would mean another place to them.
        let out = &std::path::absolute(out).map_err(Error::io(out))?;
        let (jobs, scratch) = (out.join("jobs"), out.join("scratch"));
        fs::create_dir_all(&jobs).map_err(Error::io(&jobs))?;
        let path = jobs.join("lock");
        let lock = File::create(&path).map_err(Error::io(&path))?;
        lock.try_lock()
            .map_err(|_| UsageError::InUse { out: out.clone() })?;
        // What a killed run left half-done is of no use: its jobs run again.
        if scratch.exists() {
            fs::remove_dir_all(&scratch).map_err(Error::io(&scratch))?;
        }
        fs::create_dir_all(&scratch).map_err(Error::io(&scratch))?;
        Ok(Self {
            jobs,
            scratch,
            errors: errors_of(out),
            context: String::new(),
            attempts: AtomicU64::new(0),
            lock: Some(lock),
        })
    }

    /// The store below `out` for looking only; another process may be at work in it.
    pub(crate) fn look(out: &Path) -> Self {
        let (jobs, scratch) = (out.join("jobs"), out.join("scratch"));
        Self {
            jobs,
            scratch,
            errors: errors_of(out),
            context: String::new(),
            attempts: AtomicU64::new(0),
            lock: None,
        }
    }

    /// Sets where what workers say at length goes, if not below the folder of the store.
    #[must_use]
    pub(crate) fn with_errors_of(mut self, out: &Path) -> Self {
        self.errors = errors_of(out);
        self
    }

    /// Where what workers say at length goes.
    pub(crate) fn errors(&self) -> &Path {
        &self.errors
    }

    /// Sets what decides results beside the jobs themselves: the worker. Under another context
    /// nothing is found.
    #[must_use]
    pub(crate) fn with_context(mut self, context: &str) -> Self {
        context.clone_into(&mut self.context);
        self
    }

    /// Folder for files that only live while this store is open.
    pub(crate) fn scratch(&self) -> &Path {
        &self.scratch
    }

    /// Key of a job: the hash of its id and of the context.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the job cannot be written as JSON.
    pub(crate) fn key(&self, spec: &JobSpec) -> Result<String> {
        let id = spec.id().map_err(|source| CorruptError::JobId { source })?;
        let digest = Sha256::new()
            .chain_update(&self.context)
            .chain_update(&id.0)
            .finalize();
        Ok(hex(&digest))
    }

    /// The result of a job, if there is one. A damaged one counts as missing and is removed.
    ///
    /// # Errors
    /// [`Error::Io`] if a damaged result cannot be removed.
    pub(crate) fn find(&self, key: &str) -> Result<Option<Stored>> {
        let folder = self.jobs.join(key);
        if !folder.exists() {
            return Ok(None);
        }
        if let (Some(outcome), Some(cost)) = (read(&folder.join(OUTCOME)), read(&folder.join(COST)))
        {
            return Ok(Some(Stored {
                outcome,
                cost,
                files: folder.join(FILES),
            }));
        }
        if self.lock.is_some() {
            fs::remove_dir_all(&folder).map_err(Error::io(&folder))?;
        }
        Ok(None)
    }

    /// A fresh folder for one attempt at a job.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn attempt(&self) -> Result<Attempt> {
        let number = self.attempts.fetch_add(1, Ordering::Relaxed);
        let folder = self
            .scratch
            .join(format!("{}-{number}", std::process::id()));
        fs::create_dir(&folder).map_err(Error::io(&folder))?;
        Ok(Attempt { folder })
    }

    /// Makes an attempt the result of its job, in one step. A result that is there already stays.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn commit(
        &self,
        key: &str,
        attempt: &Attempt,
        outcome: &Outcome,
        cost: &Cost,
    ) -> Result<Stored> {
        write_synced(&attempt.folder.join(OUTCOME), outcome)?;
        write_synced(&attempt.folder.join(COST), cost)?;
        let folder = self.jobs.join(key);
        if let Err(error) = fs::rename(&attempt.folder, &folder)
            && !folder.join(OUTCOME).exists()
        {
            return Err(Error::io(&folder)(error));
        }
        Ok(Stored {
            outcome: outcome.clone(),
            cost: cost.clone(),
            files: folder.join(FILES),
        })
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if self.lock.is_some() {
            let _ = fs::remove_dir_all(&self.scratch);
        }
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn write_synced(path: &Path, value: &impl serde::Serialize) -> Result<()> {
    let mut file = File::create(path).map_err(Error::io(path))?;
    let text = serde_json::to_vec(value).map_err(|source| CorruptError::Json {
        what: "the result of a job",
        source,
    })?;
    file.write_all(&text)
        .and_then(|()| file.sync_all())
        .map_err(Error::io(path))
}

#[cfg(test)]
mod tests {
    use midfuse_wire::Stopped;

    use super::*;

    fn result() -> (Outcome, Cost) {
        let outcome = Outcome {
            scores: vec![vec![-0.1, -2.3]],
            epochs: Vec::new(),
            best_epoch: 0,
            stopped: Stopped::EpochLimit,
            n_parameters: 3,
            flops_per_row: 4,
            model_sha256: "00".to_owned(),
            trace: Vec::new(),
        };
        (
            outcome,
            Cost {
                seconds: 0.5,
                peak_rss_bytes: 7,
            },
        )
    }

    #[test]
    fn what_is_committed_is_found_again_and_only_once() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let (outcome, cost) = result();
        assert!(store.find("k").unwrap().is_none());
        let first = store.attempt().unwrap();
        fs::create_dir(first.files()).unwrap();
        fs::write(first.files().join("weights"), "w").unwrap();
        store.commit("k", &first, &outcome, &cost).unwrap();
        let other = Outcome {
            n_parameters: 9,
            ..outcome.clone()
        };
        store
            .commit("k", &store.attempt().unwrap(), &other, &cost)
            .unwrap();
        let found = store.find("k").unwrap().unwrap();
        assert_eq!(found.outcome, outcome, "the first result stays");
        assert_eq!(fs::read(found.files.join("weights")).unwrap(), b"w");
    }

    #[test]
    fn a_damaged_result_counts_as_missing() {
        let out = tempfile::tempdir().unwrap();
        let store = Store::open(out.path()).unwrap();
        let (outcome, cost) = result();
        let stored = store
            .commit("k", &store.attempt().unwrap(), &outcome, &cost)
            .unwrap();
        let folder = stored.files.parent().unwrap();
        fs::write(folder.join(OUTCOME), "{\"scores\": [[").unwrap();
        assert!(store.find("k").unwrap().is_none());
        assert!(!folder.exists());
    }

    #[test]
    fn a_second_coordinator_is_refused_until_the_first_is_gone() {
        let out = tempfile::tempdir().unwrap();
        let first = Store::open(out.path()).unwrap();
        let error = Store::open(out.path()).unwrap_err();
        assert!(error.to_string().contains("another midfuse"), "{error}");
        drop(first);
        assert!(Store::open(out.path()).is_ok());
    }
}
