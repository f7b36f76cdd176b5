//! The Brier score of predicted survival, at a time and over time.

use super::{KaplanMeier, Survival, TimesAndRisks};
use crate::metric::definition::{Definition, Direction, Scorer};
use crate::metric::{MetricError, check};

/// Registered as `integrated-brier`. Its weights belong to the follow-up of all rows together, so it
/// is not a mean of one value per row.
pub(in crate::metric) const INTEGRATED_BRIER: Definition = Definition {
    direction: Direction::Less,
    // Weights of rows that are seldom uncensored may be large.
    range: (0.0, f64::INFINITY),
    averages_rows: false,
    takes_weights: false,
    scorer: Scorer::Survival(TimesAndRisks::integrated_brier),
};

/// Brier score at each time point, weighted by the inverse chance of being uncensored (Graf et al.
/// 1999), estimated on `train`; scikit-survival's `brier_score`.
///
/// `survival[i][j]` is the predicted probability that row `i` is free of the event at `times[j]`.
///
/// # Errors
/// [`MetricError::Setting`] for time points that are not ascending or lie outside the follow-up;
/// [`MetricError::NotAProbability`], [`MetricError::Length`]; [`MetricError::Undefined`] where the
/// chance of being uncensored is unknown, or all rows (of either) are censored.
pub fn survival_brier(
    train: &Survival,
    rows: &Survival,
    survival: &[Vec<f64>],
    times: &[f64],
) -> Result<Vec<f64>, MetricError> {
    let metric = "survival Brier";
    check::same_length("survival", rows.len(), survival.len())?;
    train.check_events(metric, "training rows")?;
    rows.check_events(metric, "rows")?;
    rows.check_times(metric, times)?;
    for (row, of_row) in survival.iter().enumerate() {
        check::same_length("survival of a row", times.len(), of_row.len())?;
        if let Some(&value) = of_row.iter().find(|p| !(0.0..=1.0).contains(*p)) {
            return Err(MetricError::NotAProbability {
                row,
                class: 1,
                value,
            });
        }
    }
    let censoring = KaplanMeier::censoring(train);
    // Where nobody is known to be uncensored, a row weighs nothing, as in scikit-survival.
    let weight = |time: f64| match censoring.at(time) {
        Some(chance) if chance > 0.0 => Ok(1.0 / chance),
        Some(_) => Ok(0.0),
        None => Err(MetricError::Undefined {
            metric,
            reason: format!("time {time} lies past the last training row"),
        }),
    };
    let of_rows: Vec<f64> = rows
        .rows()
        .map(|(time, _)| weight(time))
        .collect::<Result<_, _>>()?;
    times
        .iter()
        .enumerate()
        .map(|(j, &at)| {
            let of_time = weight(at)?;
            let sum: f64 = rows
                .rows()
                .zip(&of_rows)
                .zip(survival)
                .filter_map(|(((time, event), of_row), survival)| {
                    let p = survival.get(j)?;
                    if time > at {
                        Some((1.0 - p).powi(2) * of_time)
                    } else {
                        Some(if event { p.powi(2) * of_row } else { 0.0 })
                    }
                })
                .sum();
            Ok(sum / rows.len() as f64)
        })
        .collect()
}

/// Integrated Brier score: the mean of [`survival_brier`] over time, by trapezoids;
/// scikit-survival's `integrated_brier_score`.
///
/// # Errors
/// As [`survival_brier`]; [`MetricError::TooFewRows`] for fewer than two time points.
pub fn integrated_brier(
    train: &Survival,
    rows: &Survival,
    survival: &[Vec<f64>],
    times: &[f64],
) -> Result<f64, MetricError> {
    check::rows("integrated Brier (time points)", 2, times.len())?;
    let scores = survival_brier(train, rows, survival, times)?;
    let steps = times.iter().zip(times.iter().skip(1)).map(|(a, b)| b - a);
    let heights = scores
        .iter()
        .zip(scores.iter().skip(1))
        .map(|(a, b)| f64::midpoint(*a, *b));
    let length: f64 = steps.clone().sum();
    Ok(steps
        .zip(heights)
        .map(|(step, height)| step * height)
        .sum::<f64>()
        / length)
}
