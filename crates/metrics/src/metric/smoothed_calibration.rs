//! The reliability diagram without bins: a local regression of the outcome on the probability.

use serde::{Deserialize, Serialize};

use super::calibration_curve::check_probabilities;
use super::{MetricError, check};

/// One point of a smoothed calibration curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SmoothedPoint {
    /// Predicted probability.
    pub predicted: f64,
    /// Share of positive rows around it, in [0, 1].
    pub observed: f64,
}

/// Observed share of positives as a smooth function of the predicted probability, at `at`: loess,
/// that is local lines with tricube weights over the nearest `span` of the rows (Cleveland 1979;
/// Austin and Steyerberg 2014 take a span of 0.75), cut to [0, 1].
///
/// Where the nearest rows all have the same probability, their plain share is taken.
///
/// # Errors
/// [`MetricError::Setting`] for a span outside (0, 1]; [`MetricError::NotAProbability`] outside
/// [0, 1]; [`MetricError::Length`]; [`MetricError::TooFewRows`] under two rows.
pub fn smoothed_calibration(
    positive: &[bool],
    probabilities: &[f64],
    span: f64,
    at: &[f64],
) -> Result<Vec<SmoothedPoint>, MetricError> {
    check::rows("smoothed calibration", 2, positive.len())?;
    check::same_length("probabilities", positive.len(), probabilities.len())?;
    check_probabilities(probabilities)?;
    if !(span > 0.0 && span <= 1.0) {
        return Err(MetricError::Setting {
            metric: "smoothed calibration",
            what: "the span",
            expected: "above 0 and at most 1",
            got: span.to_string(),
        });
    }
    let mut rows: Vec<(f64, f64)> = probabilities
        .iter()
        .zip(positive)
        .map(|(&p, &positive)| (p, f64::from(u8::from(positive))))
        .collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    // As many rows as statsmodels' lowess takes.
    let nearest = ((span * rows.len() as f64 + 1e-10) as usize).clamp(2, rows.len());
    Ok(at
        .iter()
        .map(|&predicted| SmoothedPoint {
            predicted,
            observed: local_line(&rows, nearest, predicted).clamp(0.0, 1.0),
        })
        .collect())
}

/// The value at `x` of the weighted line through the `nearest` rows of `rows`, sorted by x.
fn local_line(rows: &[(f64, f64)], nearest: usize, x: f64) -> f64 {
    let start = window(rows, nearest, x);
    let near = rows.get(start..start + nearest).unwrap_or(rows);
    let radius = near.iter().map(|row| (row.0 - x).abs()).fold(0.0, f64::max);
    let weight = |row: &(f64, f64)| {
        let distance = (row.0 - x).abs() / radius;
        // A radius of 0: every row lies at x.
        if radius > 0.0 {
            (1.0 - distance.powi(3)).max(0.0).powi(3)
        } else {
            1.0
        }
    };
    let total: f64 = near.iter().map(weight).sum();
    let mean = |of: fn(&(f64, f64)) -> f64| {
        near.iter().map(|row| weight(row) * of(row)).sum::<f64>() / total
    };
    if total <= 0.0 {
        // All rows lie on the edge of the window, where weights vanish.
        return near.iter().map(|row| row.1).sum::<f64>() / near.len() as f64;
    }
    let (mean_x, mean_y) = (mean(|row| row.0), mean(|row| row.1));
    let (mut sxx, mut sxy) = (0.0, 0.0);
    for row in near {
        let w = weight(row) / total;
        sxx += w * (row.0 - mean_x).powi(2);
        sxy += w * (row.0 - mean_x) * (row.1 - mean_y);
    }
    // Nearly one x: a line through it would be noise.
    let spread = rows.last().map_or(0.0, |row| row.0) - rows.first().map_or(0.0, |row| row.0);
    if sxx.sqrt() > 1e-3 * spread {
        mean_y + (x - mean_x) * sxy / sxx
    } else {
        mean_y
    }
}

/// First of the `nearest` rows around `x`: the window whose farther end is nearest.
fn window(rows: &[(f64, f64)], nearest: usize, x: f64) -> usize {
    let distance = |at: usize| rows.get(at).map_or(f64::INFINITY, |row| (row.0 - x).abs());
    let (mut low, mut high) = (0, rows.len() - nearest);
    // The best start is the first whose next window would not come nearer.
    while low < high {
        let middle = usize::midpoint(low, high);
        let moves = rows.get(middle).is_some_and(|row| row.0 < x)
            && distance(middle) > distance(middle + nearest);
        if moves {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_rows() {
        let positive = [
            true, true, true, true, true, false, false, false, false, false,
        ];
        let p = [0.9, 0.8, 0.7, 0.6, 0.3, 0.65, 0.4, 0.2, 0.1, 0.35];
        let at = [0.1, 0.25, 0.5, 0.62, 0.9];
        let curve = smoothed_calibration(&positive, &p, 0.75, &at).unwrap();
        // statsmodels 0.15.0, lowess with frac = 0.75, it = 0 and xvals; the last is cut to 1 here.
        let want = [0.067_752_92, 0.203_937_94, 0.415_910_53, 0.604_630_89, 1.0];
        for (point, want) in curve.iter().zip(want) {
            assert!((point.observed - want).abs() < 1e-8, "{point:?} {want}");
        }
    }

    #[test]
    fn a_span_of_everything_on_a_line_gives_the_line() {
        // Outcomes 0, 1, 0, 1 at mirrored probabilities: the local line at the middle is one half.
        let curve = smoothed_calibration(
            &[false, true, false, true],
            &[0.2, 0.2, 0.8, 0.8],
            1.0,
            &[0.5],
        )
        .unwrap();
        assert!((curve[0].observed - 0.5).abs() < 1e-12);
    }

    #[test]
    fn equal_probabilities_give_their_share() {
        let curve =
            smoothed_calibration(&[true, false, true, true], &[0.4; 4], 0.75, &[0.4, 0.9]).unwrap();
        // Three of the four rows are nearest; which of equal ones does not matter to the smoothing.
        assert!(
            curve
                .iter()
                .all(|point| (0.0..=1.0).contains(&point.observed))
        );
    }

    #[test]
    fn bad_settings_are_refused() {
        assert!(smoothed_calibration(&[true, false], &[0.1, 0.2], 0.0, &[]).is_err());
        assert!(smoothed_calibration(&[true], &[0.1], 0.5, &[]).is_err());
        assert!(smoothed_calibration(&[true, false], &[0.1, 1.2], 0.5, &[]).is_err());
    }
}
