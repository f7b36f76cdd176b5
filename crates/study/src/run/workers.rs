//! Getting workers ready: the stripped cohort, the handshake, the check of every model section.

use std::path::{Path, PathBuf};

use midfuse_eval::job::{Reply, Request};
use serde_json::Value;
use tempfile::TempDir;

use super::blind::Blind;
use super::open::Opened;
use crate::pool::{Hello, Lost, Process, Stop, WorkerCommand};
use crate::{Error, Result};
use midfuse_base::with_nearest;

/// A stripped cohort in a folder of its own, and what the worker said about it.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) hello: Hello,
    /// Model sections with every default filled in: `[arm][trial]`.
    pub(crate) resolved: Vec<Vec<Value>>,
    folder: TempDir,
}

impl Ready {
    /// Writes the stripped cohort near `out` and lets a worker check every model section, before
    /// anything is written to `out`.
    ///
    /// # Errors
    /// [`Error::Worker`] if the worker cannot be used; [`Error::StudyFile`] if it refuses a model
    /// section; [`Error::Data`].
    pub(crate) fn new(
        opened: &Opened,
        blind: &Blind,
        out: &Path,
        command: &WorkerCommand,
        stop: &Stop,
    ) -> Result<Self> {
        let near = existing_ancestor(out);
        let folder = tempfile::Builder::new()
            .prefix(".midfuse-")
            .tempdir_in(&near)
            .map_err(Error::io(&near))?;
        let cohort = folder.path().join("cohort");
        opened.cohort.write_stripped(&cohort, blind)?;
        let (hello, resolved) = validate(opened, &cohort, command, stop)?;
        Ok(Self {
            hello,
            resolved,
            folder,
        })
    }

    /// The stripped cohort.
    pub(crate) fn cohort(&self) -> PathBuf {
        self.folder.path().join("cohort")
    }

    /// Moves the stripped cohort below `scratch`, where it goes away with the store.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn settle(&self, scratch: &Path) -> Result<PathBuf> {
        let to = scratch.join("cohort");
        std::fs::rename(self.cohort(), &to).map_err(Error::io(&to))?;
        std::path::absolute(&to).map_err(Error::io(&to))
    }
}

fn validate(
    opened: &Opened,
    cohort: &Path,
    command: &WorkerCommand,
    stop: &Stop,
) -> Result<(Hello, Vec<Vec<Value>>)> {
    let lost = |lost: Lost| match lost {
        Lost::Stopped => Error::Interrupted,
        Lost::Died(message) => Error::Worker(message),
    };
    let cohort = std::path::absolute(cohort).map_err(Error::io(cohort))?;
    let mut worker = Process::start(command, &cohort, stop).map_err(lost)?;
    let mut resolved = Vec::new();
    for arm in &opened.arms {
        let mut of_arm = Vec::new();
        for trial in &arm.trials {
            let request = Request::Validate {
                task: opened.cohort.task.clone(),
                model: trial.model.clone(),
            };
            match worker.ask(&request, stop).map_err(lost)? {
                Reply::Valid { resolved, .. } => of_arm.push(resolved),
                Reply::Failed { message } => {
                    return Err(Error::StudyFile(format!(
                        "strategy `{}`: {}",
                        arm.name,
                        with_nearest(&message)
                    )));
                }
                other => {
                    return Err(Error::Worker(format!(
                        "the worker answered out of turn: {other:?}"
                    )));
                }
            }
        }
        resolved.push(of_arm);
    }
    Ok((worker.hello.clone(), resolved))
}

/// The folder itself, or the nearest one above it that exists.
fn existing_ancestor(out: &Path) -> PathBuf {
    let absolute = std::path::absolute(out).unwrap_or_else(|_| out.to_path_buf());
    absolute
        .ancestors()
        .find(|folder| folder.is_dir())
        .map_or_else(std::env::temp_dir, Path::to_path_buf)
}
