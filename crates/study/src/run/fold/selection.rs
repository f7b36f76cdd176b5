//! Model selection: the trial with the best mean score over the inner folds, and how long it trains.

use midfuse_metrics::metric::Metric;

use super::curve::{curves, ends};
use super::inner::InnerRun;
use super::length::{Length, choose};
use crate::run::context::Context;

/// What the inner folds say of one trial.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InnerResult {
    /// Mean inner score, at the chosen length where one is chosen; NaN where it failed on a fold.
    pub(crate) score: f64,
    /// Epochs that it was given at most: those of the budget, unless it was left behind by others.
    pub(crate) limit: usize,
    /// How long to train, where the inner folds choose that.
    pub(crate) length: Option<Length>,
}

/// What the inner folds say of each trial.
pub(super) fn inner_results(
    context: &Context<'_>,
    folds: &[&Vec<InnerRun>],
    trials: usize,
) -> Vec<InnerResult> {
    (0..trials)
        .map(|trial| {
            let of_trial = folds.iter().map(|ran| ran.get(trial)?.as_ref().ok());
            let Some(ran) = of_trial.collect::<Option<Vec<_>>>() else {
                return InnerResult {
                    score: f64::NAN,
                    limit: 0,
                    length: None,
                };
            };
            let length = choose(&curves(context, &ran), context.metric);
            let at_end = || {
                let ends = ends(context, &ran);
                ends.iter().sum::<f64>() / ends.len() as f64
            };
            let score = length.map_or_else(at_end, |length| length.score);
            InnerResult {
                score,
                limit: 0,
                length,
            }
        })
        .collect()
}

/// Positions of several means, the best first; the first of equal ones, and NaN last.
pub(super) fn order(means: &[f64], metric: Metric) -> Vec<usize> {
    let loss = |at: usize| {
        let mean = means.get(at).copied().unwrap_or(f64::NAN);
        let loss = if metric.greater_is_better() {
            -mean
        } else {
            mean
        };
        // -0 is 0.
        (mean.is_nan(), loss + 0.0)
    };
    let mut order: Vec<usize> = (0..means.len()).collect();
    order.sort_by(|&a, &b| {
        let ((a_nan, a), (b_nan, b)) = (loss(a), loss(b));
        a_nan.cmp(&b_nan).then(a.total_cmp(&b))
    });
    order
}

/// The best of several means; the first of equal ones; NaN is never chosen.
pub(in crate::run) fn best(means: &[f64], metric: Metric) -> Option<usize> {
    let first = order(means, metric).into_iter().next();
    first.filter(|&at| means.get(at).is_some_and(|mean| !mean.is_nan()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_follows_the_direction_of_the_metric() {
        let means = [0.3, f64::NAN, 0.1, 0.3, 0.2];
        assert_eq!(order(&means, Metric::Auc), [0, 3, 4, 2, 1]);
        assert_eq!(order(&means, Metric::LogLoss), [2, 4, 0, 3, 1]);
    }

    #[test]
    fn the_best_follows_the_direction_of_the_metric() {
        assert_eq!(best(&[0.3, 0.1, f64::NAN, 0.1], Metric::LogLoss), Some(1));
        assert_eq!(best(&[0.3, 0.1, f64::NAN, 0.3], Metric::Accuracy), Some(0));
        assert_eq!(best(&[f64::NAN], Metric::Accuracy), None);
    }
}
