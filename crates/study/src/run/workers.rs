//! Getting workers ready: the stripped cohort, the handshake, the check of every model section.

use std::path::{Path, PathBuf};

use midfuse_wire::{ContentHash, ContentStore, Reply, Request};
use serde_json::Value;
use tempfile::TempDir;

use super::blind::Blind;
use super::checked::CheckedStudy;
use super::context::set_refits;
use super::memory::{Memories, Trial, predict_batch};
use super::options::Options;
use crate::pool::{Hello, Lost, Process, Stripped, errors_of, with_file};
use crate::{Error, Result, StudyFileError, WorkerError};
use midfuse_base::with_nearest;

/// Name of the store of content, where it goes away with the run.
const CONTENT: &str = "content";

/// What is done about a job that does not fit into the memory of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// It is refused, at once.
    Needed,
    /// Nothing: no job runs here now.
    Ignored,
}

/// The stripped cohort in a store of content, and what the worker said about it.
#[derive(Debug)]
pub(crate) struct Handshake {
    pub(crate) hello: Hello,
    /// Model sections with every default filled in: `[arm][trial]`.
    pub(crate) resolved: Vec<Vec<Value>>,
    /// What their jobs take.
    pub(crate) memories: Memories,
    stripped: Stripped,
    /// Where the store lies, unless it has a place of its own.
    folder: Option<TempDir>,
}

impl Handshake {
    /// Writes the stripped cohort to the store of the options, or one near `out`, and lets a worker
    /// check every model section, before anything is written to `out`.
    ///
    /// # Errors
    /// [`Error::Worker`] if the worker cannot be used; [`Error::StudyFile`] if it refuses a model
    /// section, or if a job of one does not fit and `room` is needed; [`Error::Data`].
    pub(crate) fn new(
        study: &CheckedStudy,
        blind: &Blind,
        out: &Path,
        options: &Options,
        room: Room,
    ) -> Result<Self> {
        let (store, folder) = if let Some(place) = &options.store {
            (ContentStore::create(place)?, None)
        } else {
            let near = existing_ancestor(out);
            let folder = tempfile::Builder::new()
                .prefix(".midfuse-")
                .tempdir_in(&near)
                .map_err(Error::io(&near))?;
            (
                ContentStore::create(&folder.path().join(CONTENT))?,
                Some(folder),
            )
        };
        let staged = store.stage()?;
        study.cohort.write_stripped(staged.folder(), blind)?;
        let data = staged.commit()?;
        let stripped = Stripped { store, data };
        let (hello, resolved, memories) = validate(study, &stripped, options, room)?;
        Ok(Self {
            hello,
            resolved,
            memories,
            stripped,
            folder,
        })
    }

    /// What a worker says of a model section.
    ///
    /// # Errors
    /// [`Error::Worker`] if it cannot be used; [`Error::Interrupted`].
    pub(crate) fn ask(
        worker: &mut Process,
        study: &CheckedStudy,
        model: &Value,
        options: &Options,
    ) -> Result<Reply> {
        let request = Request::Validate {
            task: study.cohort.task.clone(),
            model: model.clone(),
            predict_batch: predict_batch(study),
        };
        worker.ask(&request, &options.stop).map_err(lost)
    }

    /// The name of the stripped cohort, which jobs give.
    pub(crate) fn data(&self) -> ContentHash {
        self.stripped.data
    }

    /// The stripped cohort for the workers of the pool. A store without a place of its own moves below
    /// `scratch`, and goes away with it.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn settle(&self, scratch: &Path) -> Result<Stripped> {
        if self.folder.is_none() {
            return Ok(self.stripped.clone());
        }
        let to = scratch.join(CONTENT);
        std::fs::rename(self.stripped.store.root(), &to).map_err(Error::io(&to))?;
        Ok(Stripped {
            store: ContentStore::open(&to)?,
            data: self.stripped.data,
        })
    }
}

fn validate(
    study: &CheckedStudy,
    stripped: &Stripped,
    options: &Options,
    room: Room,
) -> Result<(Hello, Vec<Vec<Value>>, Memories)> {
    let mut worker = Process::start(&options.worker, stripped, &options.stop).map_err(lost)?;
    let mut resolved = Vec::new();
    let mut memories = Memories::default();
    for arm in &study.arms {
        let (mut of_arm, mut memory_of_arm) = (Vec::new(), Vec::new());
        for trial in &arm.trials {
            let mut model = trial.model.clone();
            set_refits(&mut model, arm, &study.file.budget);
            match Handshake::ask(&mut worker, study, &model, options)? {
                Reply::Valid {
                    resolved, memory, ..
                } => {
                    if let (Room::Needed, Some(memory)) = (room, &memory) {
                        let trial = Trial {
                            study,
                            options,
                            strategy: &arm.name,
                            model: &model,
                            memory,
                        };
                        trial.must_fit(&mut worker)?;
                    }
                    of_arm.push(resolved);
                    memory_of_arm.push(memory.map(|memory| *memory));
                }
                Reply::Failed {
                    message, detail, ..
                } => {
                    let errors = errors_of(&options.out);
                    return Err(Error::from(StudyFileError::Model {
                        strategy: arm.name.clone(),
                        message: with_file(&errors, with_nearest(&message), detail.as_deref()),
                    }));
                }
                other => {
                    let answer = format!("{other:?}");
                    return Err(WorkerError::OutOfTurn { answer }.into());
                }
            }
        }
        resolved.push(of_arm);
        memories.push(memory_of_arm);
    }
    Ok((worker.hello.clone(), resolved, memories))
}

fn lost(lost: Lost) -> Error {
    match lost {
        Lost::Stopped => Error::Interrupted,
        Lost::Died(message) => WorkerError::Died { message }.into(),
    }
}

/// The folder itself, or the nearest one above it that exists.
fn existing_ancestor(out: &Path) -> PathBuf {
    let absolute = std::path::absolute(out).unwrap_or_else(|_| out.to_path_buf());
    absolute
        .ancestors()
        .find(|folder| folder.is_dir())
        .map_or_else(std::env::temp_dir, Path::to_path_buf)
}
