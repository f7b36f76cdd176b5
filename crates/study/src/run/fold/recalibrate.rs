//! The map that predictions of a refit pass through: fitted on what the models of the inner folds
//! say of rows that they have not seen.

use midfuse_base::Recalibration;
use midfuse_metrics::recalibrate::{OutOfFold, recalibrate};

use super::inner::InnerRun;
use super::length::Length;
use crate::run::context::Context;

/// The map of a trial at its length; `None` where the study asks for none, where a fold failed, and
/// where there are too few units.
pub(super) fn recalibration(
    context: &Context<'_>,
    folds: &[&Vec<InnerRun>],
    trial: usize,
    length: Option<Length>,
) -> Option<Recalibration> {
    let of_trial = folds.iter().map(|ran| ran.get(trial)?.as_ref().ok());
    let ran = of_trial.collect::<Option<Vec<_>>>()?;
    let epochs = length.map(Length::trained);
    let rows: Vec<OutOfFold<'_>> = ran
        .iter()
        .map(|inner| OutOfFold {
            targets: &inner.predictions.targets,
            scores: inner.scores_at(epochs),
            groups: inner.predictions.unit_codes(),
        })
        .collect();
    recalibrate(context.task, context.recalibration, &rows, context.unit)
}
