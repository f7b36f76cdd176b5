//! What a worker knows.

use midfuse_base::catalogue::Catalogue;

use super::{Lost, Process, Stop, WorkerCommand};
use crate::{Error, Result, WorkerError};

/// Starts a worker, asks it what a study file can name, and ends it.
///
/// # Errors
/// [`Error::Worker`] if it cannot be used; [`Error::Interrupted`] after a stop.
pub fn describe(worker: &WorkerCommand, stop: &Stop) -> Result<Catalogue> {
    Process::describe(worker, stop).map_err(|lost| match lost {
        Lost::Stopped => Error::Interrupted,
        Lost::Died(message) => WorkerError::Died { message }.into(),
    })
}
