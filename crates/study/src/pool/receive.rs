//! Taking what a worker sends back: its outcome is checked, its files are fetched.

use midfuse_wire::{ContentHash, ContentStore, Cost, JobSpec, Outcome};

use super::Lost;
use crate::store::{Store, Stored};
use crate::{Error, Result};

/// What a worker sends back of a job.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) outcome: Outcome,
    pub(super) cost: Cost,
    pub(super) files: Option<ContentHash>,
}

/// Makes it the result of the job `key`; files of the model leave the store that workers see, because
/// other workers are scored on rows that this model was fitted on. A message if it does not fit the
/// job or cannot be stored.
///
/// # Errors
/// [`Lost::Died`] if the files are not what the worker said: another one may do better.
pub(super) fn receive(
    (key, spec): (&str, &JobSpec),
    done: &Done,
    content: &ContentStore,
    store: &Store,
) -> std::result::Result<std::result::Result<Stored, String>, Lost> {
    if let Err(message) = fits(spec, done) {
        return Ok(Err(message));
    }
    let stored = |stored: Result<Stored>| Ok(stored.map_err(|error: Error| error.to_string()));
    let attempt = match store.attempt() {
        Ok(attempt) => attempt,
        Err(error) => return stored(Err(error)),
    };
    if let Some(files) = done.files
        && let Err(error) = content.take(files, &attempt.files())
    {
        // The same job on two workers at once makes the same files, and one of them takes them.
        return match store.find(key) {
            Ok(Some(found)) => stored(Ok(found)),
            Ok(None) => Err(Lost::Died(format!("files of a job: {error}"))),
            Err(error) => stored(Err(error)),
        };
    }
    stored(store.commit(key, &attempt, &done.outcome, &done.cost))
}

/// A worker may be anybody's: as many scores as were asked for, all of them finite, and a model where
/// one is to be kept.
fn fits(spec: &JobSpec, done: &Done) -> std::result::Result<(), String> {
    let (width, scores) = (spec.task.n_scores(), &done.outcome.scores);
    if scores.len() != spec.predict.len() || scores.iter().any(|row| row.len() != width) {
        return Err(format!(
            "the worker returned {} rows of scores, expected {} rows of {width}",
            scores.len(),
            spec.predict.len()
        ));
    }
    // A log-probability of zero is minus infinity: hostile to the mean, but honest; NaN is not.
    if scores
        .iter()
        .flatten()
        .any(|score| score.is_nan() || *score == f64::INFINITY)
    {
        return Err("the worker returned a score that is not a number".to_owned());
    }
    match (spec.keep_model, done.files) {
        (true, None) => Err(
            "the worker returned no files of a model that it was to keep; it puts them into the store and names their tree as `files`"
                .to_owned(),
        ),
        (false, Some(_)) => {
            Err("the worker returned files of a model that it was not to keep".to_owned())
        }
        (true, Some(_)) | (false, None) => Ok(()),
    }
}
