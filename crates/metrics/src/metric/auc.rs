//! Area under the ROC curve of two classes.
#![expect(clippy::float_cmp, reason = "ties are scores that are exactly equal")]

use super::definition::{Definition, Direction, Scorer};
use super::{MetricError, check};

/// Registered as `auc`.
pub(super) const AUC: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: true,
    scorer: Scorer::TwoClasses {
        score: |of| {
            let (positive, scores) = of.of_class_one();
            auc(&positive, &scores, of.weights)
        },
        instead: "auc-ovr or auc-ovo",
    },
};

/// Probability that a positive row scores above a negative one, ties counting one half; in [0, 1].
///
/// Equals scikit-learn's `roc_auc_score` (the trapezoids under the ROC curve), with weights too.
///
/// # Errors
/// [`MetricError::OneClass`] unless both classes have weight; [`MetricError::NonFinite`] for a score
/// that is NaN or infinite; [`MetricError::Length`], [`MetricError::Weight`].
pub fn auc(positive: &[bool], scores: &[f64], weights: Option<&[f64]>) -> Result<f64, MetricError> {
    check::same_length("scores", positive.len(), scores.len())?;
    check::weights(weights, positive.len())?;
    check::finite("score", scores)?;
    let mut rows: Vec<(f64, bool, f64)> = scores
        .iter()
        .zip(positive)
        .zip(check::each_weight(weights))
        .map(|((&score, &positive), weight)| (score, positive, weight))
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut wins, mut negatives, mut positives) = (0.0, 0.0, 0.0);
    for tied in rows.chunk_by(|a, b| a.0 == b.0) {
        let sum = |of: bool| {
            tied.iter()
                .filter(|row| row.1 == of)
                .map(|row| row.2)
                .sum::<f64>()
        };
        let (tied_positive, tied_negative) = (sum(true), sum(false));
        wins += tied_positive * (negatives + 0.5 * tied_negative);
        negatives += tied_negative;
        positives += tied_positive;
    }
    both_classes("auc", positives, negatives, positive.len())?;
    Ok(wins / (positives * negatives))
}

/// Refuses rows that are all of one class.
pub(super) fn both_classes(
    metric: &'static str,
    positives: f64,
    negatives: f64,
    rows: usize,
) -> Result<(), MetricError> {
    if positives > 0.0 && negatives > 0.0 {
        return Ok(());
    }
    let class = if positives > 0.0 {
        "positive"
    } else {
        "negative"
    };
    Err(MetricError::OneClass {
        metric,
        class: class.to_owned(),
        rows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_count_one_half() {
        let positive = [false, false, true, true];
        assert_eq!(auc(&positive, &[0.1, 0.4, 0.35, 0.8], None), Ok(0.75));
        assert_eq!(auc(&positive, &[0.5; 4], None), Ok(0.5));
        // -0 and 0 are the same score
        assert_eq!(auc(&[true, false], &[-0.0, 0.0], None), Ok(0.5));
    }

    #[test]
    fn one_class_is_refused() {
        assert_eq!(
            auc(&[true, true], &[0.1, 0.2], None).unwrap_err(),
            MetricError::OneClass {
                metric: "auc",
                class: "positive".to_owned(),
                rows: 2
            }
        );
        assert!(auc(&[true, false], &[0.1, 0.2], Some(&[1.0, 0.0])).is_err());
        assert!(auc(&[], &[], None).is_err());
    }

    #[test]
    fn a_score_that_is_not_a_number_is_refused() {
        assert!(matches!(
            auc(&[true, false], &[f64::NAN, 0.2], None),
            Err(MetricError::NonFinite {
                what: "score",
                row: 0,
                ..
            })
        ));
    }
}
