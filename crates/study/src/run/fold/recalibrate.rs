//! Maps of predictions, fitted on what the models of the inner folds say of rows that they have not
//! seen: the one that predictions of a refit pass through, and the one that settings and lengths are
//! compared behind.

use std::borrow::Cow;

use midfuse_base::{Recalibration, RecalibrationMethod};
use midfuse_metrics::recalibrate::{OutOfFold, recalibrate};

use super::inner::{InnerRun, InnerScore};
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
    let scores: Vec<_> = ran.iter().map(|inner| inner.scores_at(epochs)).collect();
    fitted(context, &ran, &scores, context.recalibration)
}

/// The scores of each fold behind a temperature that was fitted on the other folds: what models are
/// compared by, so that one that is too sure of itself is not taken for one that knows less. One that was
/// fitted on the fold itself would let noise look like knowledge. They stay as they are where the study
/// asks for no map, with one fold or too few units, and where they are not probabilities: no ranking of
/// survivals knows a scale.
pub(super) fn tempered<'a>(
    context: &Context<'_>,
    ran: &[&InnerScore],
    scores: &[&'a [Vec<f64>]],
) -> Vec<Cow<'a, [Vec<f64>]>> {
    let method = match context.recalibration {
        _ if context.task.classes().is_empty() => RecalibrationMethod::None,
        RecalibrationMethod::None => RecalibrationMethod::None,
        // A temperature for every map: a curve needs more rows than an inner fold has.
        RecalibrationMethod::Temperature
        | RecalibrationMethod::Vector
        | RecalibrationMethod::Isotonic => RecalibrationMethod::Temperature,
    };
    let of_fold = |(i, &scores_of_fold): (usize, &&'a [Vec<f64>])| {
        let (ran, scores) = (without(ran, i), without(scores, i));
        match fitted(context, &ran, &scores, method) {
            None => Cow::Borrowed(scores_of_fold),
            Some(by) => {
                let rows = scores_of_fold.iter();
                rows.map(|row| by.log_probabilities(row)).collect()
            }
        }
    };
    scores.iter().enumerate().map(of_fold).collect()
}

/// All but the one at this position.
fn without<T: Copy>(all: &[T], position: usize) -> Vec<T> {
    let others = all.iter().enumerate().filter(|(i, _)| *i != position);
    others.map(|(_, one)| *one).collect()
}

fn fitted(
    context: &Context<'_>,
    ran: &[&InnerScore],
    scores: &[&[Vec<f64>]],
    method: RecalibrationMethod,
) -> Option<Recalibration> {
    let folds = ran.iter().zip(scores);
    let rows: Vec<OutOfFold<'_>> = folds
        .map(|(inner, scores)| OutOfFold {
            targets: &inner.predictions.targets,
            scores,
            groups: inner.predictions.unit_codes(),
        })
        .collect();
    recalibrate(context.task, method, &rows, context.unit)
}
