//! How long to train: the number of epochs with the best score on the inner folds.

use midfuse_metrics::metric::Metric;

use super::selection::{LEAD, leads};

/// The score of a model that was trained for some epochs, on one inner fold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) epochs: usize,
    /// By the metric of the study; NaN where the rows do not allow it.
    pub(super) score: f64,
    /// By the loss of the task; NaN where it is undefined.
    pub(super) loss: f64,
}

/// A chosen length of training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Length {
    /// Epochs; 0: no training is better than any.
    pub(crate) epochs: usize,
    /// Whether the limit held it back: it is the longest that was tried, and leads one of nine tenths of it by
    /// more than two standard errors over the folds. The last epochs of a schedule that ends at a learning rate of
    /// zero are often the best by a hair, and then more epochs would change nothing.
    pub(crate) is_held_back: bool,
    /// The smoothed mean score of that length.
    pub(crate) score: f64,
}

impl Length {
    /// Epochs that a refit trains for: one where none is chosen.
    pub(super) fn trained(self) -> usize {
        self.epochs.max(1)
    }
}

/// Epochs on either side that a score is averaged over, per epoch of the limit: what one epoch
/// gains over the next on a few rows is luck.
const SMOOTHED: usize = 30;

/// The length with the best mean score over the folds, smoothed over epochs; of equal ones that with
/// the lowest loss, then the shortest. `None` without a curve or with a fold whose curve differs in
/// its epochs.
pub(super) fn choose(folds: &[Vec<Point>], metric: Metric) -> Option<Length> {
    let first = folds.first()?;
    let axis = || first.iter().map(|point| point.epochs);
    let same = |fold: &Vec<Point>| fold.iter().map(|point| point.epochs).eq(axis());
    if first.is_empty() || !folds.iter().all(same) {
        return None;
    }
    let limit = first.last()?.epochs;
    let mean = |value: fn(&Point) -> f64| -> Vec<f64> {
        let at = |i: usize| {
            let values = folds.iter().filter_map(|fold| fold.get(i)).map(value);
            values.sum::<f64>() / folds.len() as f64
        };
        smoothed(&(0..first.len()).map(at).collect::<Vec<_>>(), limit)
    };
    let (scores, losses) = (mean(|point| point.score), mean(|point| point.loss));
    let sign = if metric.greater_is_better() {
        1.0
    } else {
        -1.0
    };
    let mut best: Option<(f64, f64, Length)> = None;
    for ((&score, &loss), epochs) in scores.iter().zip(&losses).zip(axis()) {
        let gain = sign * score;
        if gain.is_nan() {
            continue;
        }
        let better = match &best {
            None => true,
            Some((top, least, _)) => gain > *top || (gain >= *top && loss < *least),
        };
        if better {
            let length = Length {
                epochs,
                is_held_back: false,
                score,
            };
            best = Some((gain, loss, length));
        }
    }
    let (_, _, mut length) = best?;
    length.is_held_back = length.epochs == limit && still_rises(folds, limit);
    Some(length)
}

/// Whether training to the limit leads training for nine tenths of it by more than two standard errors: before, a
/// schedule that falls to zero has a learning rate that is still to fall.
fn still_rises(folds: &[Vec<Point>], limit: usize) -> bool {
    let at = |epochs: usize| -> Vec<f64> {
        let of_folds = folds.iter();
        of_folds.map(|fold| score_at(fold, epochs)).collect()
    };
    leads(&at(limit), &at(limit * 9 / 10), LEAD)
}

/// The smoothed score of one fold after training for so long; NaN where it was not traced.
pub(super) fn score_at(fold: &[Point], epochs: usize) -> f64 {
    let limit = fold.last().map_or(0, |point| point.epochs);
    let scores: Vec<f64> = fold.iter().map(|point| point.score).collect();
    let at = fold.iter().position(|point| point.epochs == epochs);
    let score = at.and_then(|at| smoothed(&scores, limit).get(at).copied());
    score.unwrap_or(f64::NAN)
}

/// Means over neighbouring epochs. The untrained model, the first entry, stays as it is and out of
/// those of the others; NaN stays NaN.
fn smoothed(values: &[f64], limit: usize) -> Vec<f64> {
    let half = (limit / SMOOTHED).max(1);
    let around = |i: usize, &value: &f64| {
        if i == 0 || value.is_nan() {
            return value;
        }
        let from = i.saturating_sub(half).max(1);
        let near = values.iter().take(i + half + 1).skip(from).copied();
        let near: Vec<f64> = near.filter(|value| !value.is_nan()).collect();
        near.iter().sum::<f64>() / near.len() as f64
    };
    values
        .iter()
        .enumerate()
        .map(|(i, v)| around(i, v))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(scores: &[f64], losses: &[f64]) -> Vec<Point> {
        let points = scores.iter().zip(losses).enumerate();
        points
            .map(|(epochs, (&score, &loss))| Point {
                epochs,
                score,
                loss,
            })
            .collect()
    }

    #[test]
    fn one_lucky_epoch_does_not_decide() {
        // Means of three: epoch 1 (.5 + .9) / 2, 2 (.5 + .9 + .5) / 3, 3 .65, 4 .733, 5 .825, 6 .85.
        let scores = [0.5, 0.5, 0.9, 0.5, 0.55, 0.8, 0.85];
        let lucky = curve(&scores, &[1.0; 7]);
        let chosen = choose(&[lucky], Metric::Auc).unwrap();
        assert_eq!((chosen.epochs, chosen.is_held_back), (6, true));
        assert!((chosen.score - 0.825).abs() < 1e-12);
    }

    #[test]
    fn a_tie_goes_to_the_lower_loss_and_then_to_the_shorter() {
        let tied = curve(&[0.5, 0.8, 0.8, 0.8, 0.8], &[1.0, 0.9, 0.5, 0.5, 0.9]);
        // Smoothed losses .7, .633, .633, .7.
        assert_eq!(choose(&[tied], Metric::Auc).unwrap().epochs, 2);
    }

    #[test]
    fn nothing_learned_is_a_length_of_zero() {
        let worse = curve(&[0.6, 0.7, 0.8], &[0.6, 0.7, 0.8]);
        let chosen = choose(&[worse], Metric::LogLoss).unwrap();
        assert_eq!((chosen.epochs, chosen.is_held_back), (0, false));
    }

    #[test]
    fn a_flat_end_is_not_held_back_and_a_rising_one_is() {
        // The longest is best in both. Its leads over 9 of 10 epochs, smoothed: .013 and -.007; .04 and .047.
        let end = |rise: f64| {
            let scores = [
                0.5,
                0.5,
                0.5,
                0.6,
                0.7,
                0.7,
                0.7,
                0.7,
                0.7,
                0.7 + rise,
                0.7 + rise,
            ];
            curve(&scores, &[1.0; 11])
        };
        let chosen = |a: f64, b: f64| choose(&[end(a), end(b)], Metric::Auc).unwrap();
        let (flat, rising) = (chosen(0.04, -0.02), chosen(0.12, 0.14));
        assert_eq!((flat.epochs, flat.is_held_back), (10, false));
        assert_eq!((rising.epochs, rising.is_held_back), (10, true));
    }

    #[test]
    fn folds_count_alike_and_an_undefined_score_is_never_chosen() {
        let a = curve(&[0.5, 0.9, 0.6], &[1.0; 3]);
        let b = curve(&[0.5, f64::NAN, 0.6], &[1.0; 3]);
        let shorter = b[..2].to_vec();
        assert_eq!(choose(&[a.clone(), b], Metric::Auc).unwrap().epochs, 2);
        assert_eq!(choose(&[a, shorter], Metric::Auc), None);
        assert_eq!(choose(&[Vec::new()], Metric::Auc), None);
    }
}
