//! Model selection: the trial with the best mean score over the inner folds.

use midfuse_metrics::metric::Metric;

use super::inner::InnerRun;

/// Mean inner score of each trial; NaN where it failed on an inner fold.
pub(super) fn mean_scores(folds: &[&Vec<InnerRun>], trials: usize) -> Vec<f64> {
    (0..trials)
        .map(|trial| {
            let sum: f64 = folds
                .iter()
                .map(|ran| {
                    ran.get(trial)
                        .and_then(|ran| ran.as_ref().ok())
                        .map_or(f64::NAN, |(score, _)| *score)
                })
                .sum();
            sum / folds.len() as f64
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
