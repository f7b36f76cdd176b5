//! Model selection: the trial with the best mean score over the inner folds, and how long it trains.

use midfuse_metrics::metric::Metric;

use super::curve::{curves, ends};
use super::inner::InnerRun;
use super::length::{Length, choose, score_at};
use crate::run::context::Context;

/// What the inner folds say of one trial.
#[derive(Debug, Clone)]
pub(crate) struct InnerResult {
    /// Mean inner score, at the chosen length where one is chosen; NaN where it failed on a fold.
    pub(crate) score: f64,
    /// The score of each inner fold; empty where one failed.
    pub(crate) of_folds: Vec<f64>,
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
                    of_folds: Vec::new(),
                    limit: 0,
                    length: None,
                };
            };
            let curves = curves(context, &ran);
            let length = choose(&curves, context.metric);
            let of_folds: Vec<f64> = match length {
                Some(length) => {
                    let curves = curves.iter();
                    curves.map(|curve| score_at(curve, length.epochs)).collect()
                }
                None => ends(context, &ran),
            };
            let mean = || of_folds.iter().sum::<f64>() / of_folds.len() as f64;
            InnerResult {
                score: length.map_or_else(mean, |length| length.score),
                of_folds,
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

/// Standard errors by which a setting has to lead.
pub(super) const LEAD: f64 = 2.0;

/// The setting to refit, of `[setting][fold]` scores and their means: the study file's own, the first, or the
/// best of those that lead it by more than two standard errors of their lead over the folds. What is written
/// down, or is the default, was thought of before there were data; of several that were drawn the
/// best is often the luckiest. `own`: whether the first is the file's.
pub(in crate::run) fn chosen_trial(
    means: &[f64],
    of_folds: &[&[f64]],
    own: bool,
    metric: Metric,
) -> Option<usize> {
    let first = of_folds.first().filter(|_| own);
    let Some(first) = first.filter(|_| means.first().is_some_and(|mean| !mean.is_nan())) else {
        return best(means, metric);
    };
    // The first itself comes before all that are worse or failed.
    let is_ahead = |other: &&[f64]| leads(other, first, LEAD);
    let mut order = order(means, metric).into_iter();
    order.find(|&at| at == 0 || of_folds.get(at).is_some_and(is_ahead))
}

/// Whether the mean distance of paired scores is more than so many of its standard errors; with a single
/// pair, which has none, any distance is.
pub(super) fn leads(scores: &[f64], of: &[f64], errors: f64) -> bool {
    let distances: Vec<f64> = scores.iter().zip(of).map(|(a, b)| a - b).collect();
    let n = distances.len() as f64;
    let mean = distances.iter().sum::<f64>() / n;
    let squares: f64 = distances.iter().map(|d| (d - mean).powi(2)).sum();
    let variance = squares / (n - 1.0) / n;
    variance.is_nan() || mean.abs() > errors * variance.sqrt()
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
    fn the_setting_of_the_file_stays_unless_another_clearly_leads() {
        let own: &[f64] = &[0.70, 0.72];
        // Leads of .05 and .03: .04 with an error of .01. Of .05 and .01: .03 with one of .02.
        let (clear, lucky): (&[f64], &[f64]) = (&[0.75, 0.75], &[0.75, 0.73]);
        let choose = |other: &[f64], first: f64, own_first| {
            let means = [first, other.iter().sum::<f64>() / 2.0];
            chosen_trial(&means, &[own, other], own_first, Metric::Auc)
        };
        assert_eq!(choose(clear, 0.71, true), Some(1));
        assert_eq!(choose(lucky, 0.71, true), Some(0));
        let three = [0.71, 0.75, 0.74];
        let of_three = [own, &[0.79, 0.71], lucky, clear];
        assert_eq!(
            chosen_trial(&three, &of_three[..3], true, Metric::Auc),
            Some(0)
        );
        let four = [0.71, 0.75, 0.74, 0.75];
        assert_eq!(chosen_trial(&four, &of_three, true, Metric::Auc), Some(3));
        // Of a grid every point is as good as the first; and one that failed is no choice.
        assert_eq!(choose(lucky, 0.71, false), Some(1));
        assert_eq!(choose(lucky, f64::NAN, true), Some(1));
        let one: [&[f64]; 2] = [&[0.70], &[0.71]];
        assert_eq!(
            chosen_trial(&[0.70, 0.71], &one, true, Metric::Auc),
            Some(1)
        );
        assert_eq!(
            chosen_trial(&[0.3, 0.4], &one, true, Metric::LogLoss),
            Some(0)
        );
    }

    #[test]
    fn the_best_follows_the_direction_of_the_metric() {
        assert_eq!(best(&[0.3, 0.1, f64::NAN, 0.1], Metric::LogLoss), Some(1));
        assert_eq!(best(&[0.3, 0.1, f64::NAN, 0.3], Metric::Accuracy), Some(0));
        assert_eq!(best(&[f64::NAN], Metric::Accuracy), None);
    }
}
