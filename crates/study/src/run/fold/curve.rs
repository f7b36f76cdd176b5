//! What a trial scores on the inner folds: at the end of its training, and as training goes on.

use midfuse_metrics::metric::{Metric, task_metrics};

use super::inner::InnerScore;
use super::length::Point;
use super::recalibrate::tempered;
use crate::run::context::Context;

/// One curve per fold; none has a point where the folds were not traced at the same epochs.
pub(super) fn curves(context: &Context<'_>, ran: &[&InnerScore]) -> Vec<Vec<Point>> {
    let mut curves = vec![Vec::new(); ran.len()];
    let axis = |inner: &InnerScore| inner.traced.iter().map(|at| at.epochs).collect::<Vec<_>>();
    let axes: Vec<Vec<usize>> = ran.iter().map(|inner| axis(inner)).collect();
    let Some(first) = axes
        .first()
        .filter(|first| axes.iter().all(|a| a == *first))
    else {
        return curves;
    };
    let loss = task_metrics(context.task).loss();
    let mut metrics = vec![context.metric, loss];
    // Scored once where they are the same, as by default.
    metrics.dedup();
    for &epochs in first {
        let scores: Vec<_> = ran
            .iter()
            .map(|inner| inner.scores_at(Some(epochs)))
            .collect();
        let points = scored(context, ran, &scores, &metrics);
        for (curve, values) in curves.iter_mut().zip(points) {
            let (Some(&score), Some(&loss)) = (values.first(), values.last()) else {
                continue;
            };
            curve.push(Point {
                epochs,
                score,
                loss,
            });
        }
    }
    curves
}

/// The score of each fold at the end of training.
pub(super) fn ends(context: &Context<'_>, ran: &[&InnerScore]) -> Vec<f64> {
    let scores: Vec<_> = ran.iter().map(|inner| inner.scores_at(None)).collect();
    let ends = scored(context, ran, &scores, &[context.metric]);
    ends.into_iter().flatten().collect()
}

/// `[fold][metric]`. A metric may be undefined on the way, as a rank correlation of equal predictions
/// is: NaN then.
fn scored(
    context: &Context<'_>,
    ran: &[&InnerScore],
    scores: &[&[Vec<f64>]],
    metrics: &[Metric],
) -> Vec<Vec<f64>> {
    let tempered = tempered(context, ran, scores);
    let folds = ran.iter().zip(&tempered);
    folds
        .map(|(inner, scores)| {
            let predictions = inner.predictions.predictions_with(scores).ok();
            let by = |metric: &Metric| {
                let made = predictions.as_ref();
                let score = made.map(|made| metric.score(made, context.unit));
                score.and_then(Result::ok).unwrap_or(f64::NAN)
            };
            metrics.iter().map(by).collect()
        })
        .collect()
}
