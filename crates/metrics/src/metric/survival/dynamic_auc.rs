//! AUC over time: who has had the event by then, against who has not.

use serde::{Deserialize, Serialize};

use super::concordance::inverse_censoring;
use super::{KaplanMeier, Survival};
use crate::metric::definition::{Definition, Direction, Scorer};
use crate::metric::task::TimesAndRisks;
use crate::metric::{MetricError, check};

/// Registered as `dynamic-auc`.
pub(in crate::metric) const DYNAMIC_AUC: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: false,
    scorer: Scorer::Survival(TimesAndRisks::dynamic_auc),
};

/// Risks that differ by no more count as tied; the default of scikit-survival.
const TIED: f64 = 1e-8;

/// AUC at each time point, and their mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DynamicAuc {
    /// AUC at each time point, in [0, 1].
    pub at: Vec<f64>,
    /// Mean over time, weighted by the events between the points.
    pub mean: f64,
}

/// Cumulative/dynamic AUC with inverse weights of the chance of being uncensored (Uno 2007; Hung and
/// Chiang 2010), estimated on `train`; scikit-survival's `cumulative_dynamic_auc`.
///
/// # Errors
/// [`MetricError::Setting`] for time points that are not ascending or lie outside the follow-up;
/// [`MetricError::OneClass`] at a time without events before or rows after it;
/// [`MetricError::Undefined`] where the chance of being uncensored is 0 or unknown, or all rows (of
/// either) are censored;
/// [`MetricError::Length`], [`MetricError::NonFinite`].
pub fn dynamic_auc(
    train: &Survival,
    rows: &Survival,
    risk: &[f64],
    times: &[f64],
) -> Result<DynamicAuc, MetricError> {
    let metric = "dynamic AUC";
    check::same_length("risk", rows.len(), risk.len())?;
    check::finite("risk", risk)?;
    rows.check_times(metric, times)?;
    let weights = inverse_censoring(metric, train, rows, None)?;
    let mut sorted: Vec<(f64, f64, bool, f64)> = rows
        .rows()
        .zip(risk)
        .zip(&weights)
        .map(|(((time, event), &risk), &weight)| (risk, time, event, weight))
        .collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at: Vec<f64> = times
        .iter()
        .map(|&time| at_time(metric, &sorted, time))
        .collect::<Result<_, _>>()?;
    let mean = if let [only] = at.as_slice() {
        *only
    } else {
        let survival = KaplanMeier::survival(rows);
        let (mut sum, mut before) = (0.0, 1.0);
        for (area, &time) in at.iter().zip(times) {
            let share = survival.at(time).unwrap_or(before);
            sum += area * (before - share);
            before = share;
        }
        sum / (1.0 - before)
    };
    Ok(DynamicAuc { at, mean })
}

/// Weighted share of pairs (event by `time`, no event yet) in which the former has the higher risk.
fn at_time(
    metric: &'static str,
    sorted: &[(f64, f64, bool, f64)],
    time: f64,
) -> Result<f64, MetricError> {
    let (mut wins, mut controls, mut cases) = (0.0, 0.0, 0.0);
    for tied in sorted.chunk_by(|a, b| (b.0 - a.0).abs() <= TIED) {
        let tied_cases: f64 = tied
            .iter()
            .filter(|row| row.1 <= time && row.2)
            .map(|row| row.3)
            .sum();
        let tied_controls = tied.iter().filter(|row| row.1 > time).count() as f64;
        wins += tied_cases * (controls + 0.5 * tied_controls);
        cases += tied_cases;
        controls += tied_controls;
    }
    if cases > 0.0 && controls > 0.0 {
        return Ok(wins / (cases * controls));
    }
    let class = if cases > 0.0 {
        "events"
    } else {
        "without an event"
    };
    let class = format!("{class} at time {time}");
    Err(MetricError::OneClass {
        metric,
        class,
        rows: sorted.len(),
    })
}
