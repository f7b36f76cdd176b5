//! The linear model on rows that it has not seen.

use midfuse_eval::ledger::Ledger;
use midfuse_eval::predict::{Disclosed, ScoreError, fit};
use midfuse_eval::structure::Structure;
use midfuse_eval::view::{Test, Train, View};

use super::columns::BaselineColumns;
use super::model::{Nested, Scores};
use crate::run::context::Context;
use crate::{EvaluationError, Result};

/// Fits the columns, with the scores of a strategy beside them if there are any, on `train`, and shows what
/// that says of `test`; or why it says nothing. The ledger names it by `place`.
///
/// # Errors
/// [`EvaluationError::Nested`] if the ledger cannot be written.
pub(crate) fn tested<'id, S: Structure>(
    context: &Context<'_>,
    ledger: &Ledger,
    (columns, beside): (&BaselineColumns, Option<&Scores>),
    (train, test): (&View<'id, Train, S>, &View<'id, Test, S>),
    place: &str,
) -> Result<std::result::Result<Disclosed, String>> {
    let learner = Nested::new(context.task, columns, beside);
    let model = fit(&learner, train);
    if let Some(problem) = learner.problem() {
        return Ok(Err(problem.to_owned()));
    }
    let what = format!("{}: {place}", context.file.name);
    let disclosed = model
        .predict(test)
        .and_then(|predictions| predictions.disclose(test, ledger, &what));
    match disclosed {
        Ok(disclosed) => Ok(Ok(disclosed)),
        Err(source @ ScoreError::Ledger(_)) => {
            let place = place.to_owned();
            Err(EvaluationError::Nested { place, source }.into())
        }
        Err(error) => Ok(Err(error.to_string())),
    }
}
