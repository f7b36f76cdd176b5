//! AUC of more than two classes: one against the rest, and one against one.

use serde::{Deserialize, Serialize};

use super::definition::{Definition, Direction, Scorer};
use super::{MetricError, auc, check};

/// Registered as `auc-ovr`.
pub(super) const AUC_OVR: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: true,
    scorer: Scorer::Classes(|of| {
        let average = ClassAverage::Macro;
        auc_ovr(
            of.targets,
            of.probabilities,
            of.n_classes,
            average,
            of.weights,
        )
    }),
};

/// Registered as `auc-ovr-weighted`.
pub(super) const AUC_OVR_WEIGHTED: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: true,
    scorer: Scorer::Classes(|of| {
        let average = ClassAverage::Weighted;
        auc_ovr(
            of.targets,
            of.probabilities,
            of.n_classes,
            average,
            of.weights,
        )
    }),
};

/// Registered as `auc-ovo`.
pub(super) const AUC_OVO: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: false,
    scorer: Scorer::Classes(|of| {
        auc_ovo(
            of.targets,
            of.probabilities,
            of.n_classes,
            ClassAverage::Macro,
        )
    }),
};

/// Registered as `auc-ovo-weighted`.
pub(super) const AUC_OVO_WEIGHTED: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: false,
    scorer: Scorer::Classes(|of| {
        auc_ovo(
            of.targets,
            of.probabilities,
            of.n_classes,
            ClassAverage::Weighted,
        )
    }),
};

/// How AUCs of several classes become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassAverage {
    /// Every class (or pair of classes) counts the same.
    Macro,
    /// By the share of rows in the class (or pair).
    Weighted,
}

/// AUC of each class against the rest, averaged; scikit-learn's
/// `roc_auc_score(multi_class="ovr")`.
///
/// `probabilities` is `[rows, n_classes]`, row-major. A class without rows weighs nothing in
/// [`ClassAverage::Weighted`].
///
/// # Errors
/// [`MetricError::ClassAbsent`] for [`ClassAverage::Macro`] unless every class has rows;
/// [`MetricError::OneClass`] unless two have; [`MetricError::Length`],
/// [`MetricError::NonFinite`], [`MetricError::Weight`], [`MetricError::UnknownClass`].
pub fn auc_ovr(
    targets: &[usize],
    probabilities: &[f64],
    n_classes: usize,
    average: ClassAverage,
    weights: Option<&[f64]>,
) -> Result<f64, MetricError> {
    let seen = seen_classes("auc-ovr", targets, probabilities, n_classes, weights)?;
    let absent = seen.iter().position(|&seen| !seen);
    if let (ClassAverage::Macro, Some(class)) = (average, absent) {
        return Err(MetricError::ClassAbsent {
            metric: "auc-ovr",
            class,
        });
    }
    let (mut sum, mut total) = (0.0, 0.0);
    for (class, _) in seen.iter().enumerate().filter(|(_, seen)| **seen) {
        let positive: Vec<bool> = targets.iter().map(|&target| target == class).collect();
        let scores = column(probabilities, n_classes, class);
        let share = match average {
            ClassAverage::Macro => 1.0,
            ClassAverage::Weighted => positive
                .iter()
                .zip(check::each_weight(weights))
                .filter(|(positive, _)| **positive)
                .map(|(_, weight)| weight)
                .sum(),
        };
        sum += share * auc(&positive, &scores, weights)?;
        total += share;
    }
    Ok(sum / total)
}

/// AUC of each pair of classes among their rows, averaged (Hand and Till 2001, section 2);
/// scikit-learn's `roc_auc_score(multi_class="ovo")`, which takes no weights either.
///
/// `probabilities` is `[rows, n_classes]`, row-major. Pairs with a class that has no row are left
/// out, as there.
///
/// # Errors
/// [`MetricError::OneClass`] unless two classes have rows; [`MetricError::Length`],
/// [`MetricError::NonFinite`], [`MetricError::UnknownClass`].
pub fn auc_ovo(
    targets: &[usize],
    probabilities: &[f64],
    n_classes: usize,
    average: ClassAverage,
) -> Result<f64, MetricError> {
    let seen = seen_classes("auc-ovo", targets, probabilities, n_classes, None)?;
    let columns: Vec<(usize, Vec<f64>)> = (0..n_classes)
        .zip(seen)
        .filter(|(_, seen)| *seen)
        .map(|(class, _)| (class, column(probabilities, n_classes, class)))
        .collect();
    if let [(class, _)] = columns.as_slice() {
        let (class, rows) = (class.to_string(), targets.len());
        return Err(MetricError::OneClass {
            metric: "auc-ovo",
            class,
            rows,
        });
    }
    let (mut sum, mut total) = (0.0, 0.0);
    for (at, (a, scores_a)) in columns.iter().enumerate() {
        for (b, scores_b) in columns.iter().skip(at + 1) {
            let of_pair = |scores: &[f64], class: &usize| {
                let (positive, scores): (Vec<bool>, Vec<f64>) = targets
                    .iter()
                    .zip(scores)
                    .filter(|(target, _)| *target == a || *target == b)
                    .map(|(target, score)| (target == class, *score))
                    .unzip();
                auc(&positive, &scores, None).map(|area| (area, positive.len()))
            };
            let (area_a, rows) = of_pair(scores_a, a)?;
            let (area_b, _) = of_pair(scores_b, b)?;
            let share = match average {
                ClassAverage::Macro => 1.0,
                ClassAverage::Weighted => rows as f64 / targets.len() as f64,
            };
            sum += share * (area_a + area_b) / 2.0;
            total += share;
        }
    }
    Ok(sum / total)
}

fn column(probabilities: &[f64], n_classes: usize, class: usize) -> Vec<f64> {
    probabilities
        .iter()
        .skip(class)
        .step_by(n_classes.max(1))
        .copied()
        .collect()
}

/// Which classes have rows of positive weight; checks the lists on the way.
fn seen_classes(
    metric: &'static str,
    targets: &[usize],
    probabilities: &[f64],
    n_classes: usize,
    weights: Option<&[f64]>,
) -> Result<Vec<bool>, MetricError> {
    check::rows(metric, 2, targets.len())?;
    if n_classes < 2 {
        return Err(MetricError::NotBinary {
            metric,
            n_classes,
            instead: "two classes or more",
        });
    }
    check::same_length(
        "probabilities",
        targets.len().saturating_mul(n_classes),
        probabilities.len(),
    )?;
    check::weights(weights, targets.len())?;
    let mut seen = vec![false; n_classes];
    for (row, (&class, weight)) in targets.iter().zip(check::each_weight(weights)).enumerate() {
        match seen.get_mut(class) {
            Some(seen) => *seen |= weight > 0.0,
            None => {
                return Err(MetricError::UnknownClass {
                    row,
                    class,
                    n_classes,
                });
            }
        }
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_classes_agree_with_the_binary_auc() {
        let targets = [0, 0, 1, 1];
        let probabilities = [0.9, 0.1, 0.6, 0.4, 0.65, 0.35, 0.2, 0.8];
        for average in [ClassAverage::Macro, ClassAverage::Weighted] {
            assert_eq!(
                auc_ovr(&targets, &probabilities, 2, average, None),
                Ok(0.75)
            );
            assert_eq!(auc_ovo(&targets, &probabilities, 2, average), Ok(0.75));
        }
    }

    #[test]
    fn an_absent_class_is_named() {
        let probabilities = [0.5, 0.3, 0.2, 0.2, 0.5, 0.3];
        assert_eq!(
            auc_ovr(&[0, 1], &probabilities, 3, ClassAverage::Macro, None).unwrap_err(),
            MetricError::ClassAbsent {
                metric: "auc-ovr",
                class: 2
            }
        );
    }
}
