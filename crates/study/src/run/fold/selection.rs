//! Model selection: the trial with the best mean score over the inner folds, and how long it trains.

use midfuse_metrics::metric::Metric;

use super::inner::InnerRun;
use super::length::{Length, choose};

/// What the inner folds say of one trial.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InnerResult {
    /// Mean inner score, at the chosen length where one is chosen; NaN where it failed on a fold.
    pub(crate) score: f64,
    /// How long to train, where the inner folds choose that.
    pub(crate) length: Option<Length>,
}

/// What the inner folds say of each trial.
pub(super) fn inner_results(
    folds: &[&Vec<InnerRun>],
    trials: usize,
    metric: Metric,
) -> Vec<InnerResult> {
    (0..trials)
        .map(|trial| {
            let of_trial = folds.iter().map(|ran| ran.get(trial)?.as_ref().ok());
            let Some(ran) = of_trial.collect::<Option<Vec<_>>>() else {
                let (score, length) = (f64::NAN, None);
                return InnerResult { score, length };
            };
            let curves: Vec<_> = ran.iter().map(|inner| inner.curve.as_slice()).collect();
            let length = choose(&curves, metric);
            let mean = || ran.iter().map(|inner| inner.score).sum::<f64>() / ran.len() as f64;
            let score = length.map_or_else(mean, |length| length.score);
            InnerResult { score, length }
        })
        .collect()
}

/// The best of several means; the first of equal ones; NaN is never chosen.
pub(in crate::run) fn best(means: &[f64], metric: Metric) -> Option<usize> {
    let better = |a: f64, b: f64| {
        if metric.greater_is_better() {
            a > b
        } else {
            a < b
        }
    };
    means
        .iter()
        .enumerate()
        .filter(|(_, mean)| !mean.is_nan())
        .fold(None, |best, (i, &mean)| match best {
            Some((_, top)) if !better(mean, top) => best,
            _ => Some((i, mean)),
        })
        .map(|(i, _)| i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_follows_the_direction_of_the_metric() {
        assert_eq!(best(&[0.3, 0.1, f64::NAN, 0.1], Metric::LogLoss), Some(1));
        assert_eq!(best(&[0.3, 0.1, f64::NAN, 0.3], Metric::Accuracy), Some(0));
        assert_eq!(best(&[f64::NAN], Metric::Accuracy), None);
    }
}
