//! Points of the ROC curve.
#![expect(clippy::float_cmp, reason = "ties are scores that are exactly equal")]

use serde::{Deserialize, Serialize};

use super::auc::both_classes;
use super::{MetricError, check};

/// One point of a ROC curve: what calling every score of at least `threshold` positive gives.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RocPoint {
    /// Share of negative rows that are called positive.
    pub false_positive_rate: f64,
    /// Share of positive rows that are called positive.
    pub true_positive_rate: f64,
    /// The threshold; infinite at the first point, where no row is called positive (JSON: `null`).
    #[serde(with = "infinite_as_null")]
    pub threshold: f64,
}

/// ROC curve, from (0, 0) to (1, 1), one point per distinct score less those on a straight line
/// between their neighbours; scikit-learn's `roc_curve` with `drop_intermediate`.
///
/// # Errors
/// As [`auc`](super::auc).
pub fn roc_curve(
    positive: &[bool],
    scores: &[f64],
    weights: Option<&[f64]>,
) -> Result<Vec<RocPoint>, MetricError> {
    let (steps, hits, alarms) = steps(positive, scores, weights)?;
    let steps = without_collinear(steps);
    let start = RocPoint {
        false_positive_rate: 0.0,
        true_positive_rate: 0.0,
        threshold: f64::INFINITY,
    };
    let points = steps
        .into_iter()
        .map(|(threshold, step_hits, step_alarms)| RocPoint {
            false_positive_rate: step_alarms / alarms,
            true_positive_rate: step_hits / hits,
            threshold,
        });
    Ok(std::iter::once(start).chain(points).collect())
}

/// A distinct score with the weight of the positive and of the negative rows at or above it.
type Step = (f64, f64, f64);

/// One step per distinct score, from the highest down, and the weight of each class.
fn steps(
    positive: &[bool],
    scores: &[f64],
    weights: Option<&[f64]>,
) -> Result<(Vec<Step>, f64, f64), MetricError> {
    check::same_length("scores", positive.len(), scores.len())?;
    check::weights(weights, positive.len())?;
    check::finite("score", scores)?;
    let mut rows: Vec<(f64, bool, f64)> = scores
        .iter()
        .zip(positive)
        .zip(check::each_weight(weights))
        .map(|((&score, &positive), weight)| (score, positive, weight))
        .filter(|row| row.2 > 0.0)
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut hits, mut alarms) = (0.0, 0.0);
    let mut steps = Vec::new();
    for tied in rows.chunk_by(|a, b| a.0 == b.0) {
        for row in tied {
            if row.1 {
                hits += row.2;
            } else {
                alarms += row.2;
            }
        }
        steps.extend(tied.first().map(|row| (row.0, hits, alarms)));
    }
    both_classes("roc curve", hits, alarms, positive.len())?;
    Ok((steps, hits, alarms))
}

/// What a threshold on the scores does to the rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OperatingPoint {
    /// Lowest score that is called positive; infinite where no row is (JSON: `null`).
    #[serde(with = "infinite_as_null")]
    pub threshold: f64,
    /// Share of positive rows that are called positive.
    pub sensitivity: f64,
    /// Share of negative rows that are not.
    pub specificity: f64,
}

/// The threshold that finds most positive rows while at least `specificity` of the negative rows, in
/// [0, 1], are left alone; of several such thresholds the highest.
///
/// # Errors
/// [`MetricError::Setting`] for a specificity outside [0, 1]; otherwise as [`roc_curve`].
pub fn operating_point(
    positive: &[bool],
    scores: &[f64],
    specificity: f64,
) -> Result<OperatingPoint, MetricError> {
    if !(0.0..=1.0).contains(&specificity) {
        return Err(MetricError::Setting {
            metric: "sensitivity at a specificity",
            what: "the specificity",
            expected: "between 0 and 1",
            got: specificity.to_string(),
        });
    }
    // Not the points of the curve: those on a straight line are left out there.
    let (steps, hits, alarms) = steps(positive, scores, None)?;
    // Rates are counts over counts: a rounding must not cost a row.
    let allowed = (1.0 - specificity + 1e-12) * alarms;
    let none = (f64::INFINITY, 0.0, 0.0);
    let best = steps
        .into_iter()
        .take_while(|step| step.2 <= allowed)
        .fold(none, |best, step| if step.1 > best.1 { step } else { best });
    Ok(OperatingPoint {
        threshold: best.0,
        sensitivity: best.1 / hits,
        specificity: 1.0 - best.2 / alarms,
    })
}

/// Highest share of positive rows that are found while at least `specificity` of the negative rows
/// are left alone, in [0, 1].
///
/// # Errors
/// As [`operating_point`].
pub fn sensitivity_at_specificity(
    positive: &[bool],
    scores: &[f64],
    specificity: f64,
) -> Result<f64, MetricError> {
    operating_point(positive, scores, specificity).map(|point| point.sensitivity)
}

/// Drops the steps whose two neighbours make the same move; keeps the ends.
fn without_collinear(steps: Vec<Step>) -> Vec<Step> {
    let bends: Vec<bool> = steps
        .windows(3)
        .map(|window| match window {
            [a, b, c] => c.1 - b.1 != b.1 - a.1 || c.2 - b.2 != b.2 - a.2,
            _ => true,
        })
        .collect();
    let last = steps.len().saturating_sub(1);
    steps
        .into_iter()
        .enumerate()
        .filter(|(i, _)| *i == 0 || *i == last || bends.get(i - 1).copied().unwrap_or(true))
        .map(|(_, step)| step)
        .collect()
}

/// JSON has no infinity: the first threshold is written as `null`.
mod infinite_as_null {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature that serde calls"
    )]
    pub(super) fn serialize<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
        if value.is_finite() {
            to.serialize_f64(*value)
        } else {
            to.serialize_none()
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        Ok(Option::<f64>::deserialize(from)?.unwrap_or(f64::INFINITY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_a_small_curve() {
        let curve = roc_curve(&[false, false, true, true], &[0.1, 0.4, 0.35, 0.8], None).unwrap();
        let points: Vec<_> = curve
            .iter()
            .map(|p| (p.false_positive_rate, p.true_positive_rate))
            .collect();
        assert_eq!(
            points,
            [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)]
        );
    }

    #[test]
    fn sensitivity_at_three_specificities() {
        let positive = [false, false, true, true];
        let at = |s| sensitivity_at_specificity(&positive, &[0.1, 0.4, 0.35, 0.8], s);
        assert_eq!((at(1.0), at(0.5), at(0.0)), (Ok(0.5), Ok(1.0), Ok(1.0)));
        assert!(at(1.5).is_err());
    }

    #[test]
    fn tied_scores_on_a_diagonal_keep_their_operating_points() {
        // Each pair of tied rows moves the curve by (1/3, 1/3): a straight line.
        let positive = [true, false, true, false, true, false];
        let scores = [0.9, 0.9, 0.5, 0.5, 0.1, 0.1];
        let point = operating_point(&positive, &scores, 0.6).unwrap();
        assert!((point.sensitivity - 1.0 / 3.0).abs() < 1e-15);
        assert!((point.specificity - 2.0 / 3.0).abs() < 1e-15);
        assert_eq!(point.threshold, 0.9);
        let none = operating_point(&positive, &scores, 0.9).unwrap();
        assert_eq!((none.sensitivity, none.specificity), (0.0, 1.0));
        assert!(none.threshold.is_infinite());
    }

    #[test]
    fn survives_json() {
        let curve = roc_curve(&[false, true], &[0.1, 0.4], None).unwrap();
        let json = serde_json::to_string(&curve).unwrap();
        assert_eq!(serde_json::from_str::<Vec<RocPoint>>(&json).unwrap(), curve);
    }
}
