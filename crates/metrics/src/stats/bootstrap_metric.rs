//! Bootstrap intervals of a metric, and of the difference between two models.

use super::{BootstrapEstimate, BootstrapResult, BootstrapSettings, StatsError, bootstrap};
use crate::metric::{Metric, MetricError, Predictions, Unit, members};

/// Bootstrap of a metric: units are resampled, or whole groups where rows of groups are scored, or whole
/// clusters where there are any.
///
/// # Errors
/// As [`bootstrap`] and [`Metric::score`].
pub fn bootstrap_metric(
    metric: Metric,
    predictions: &Predictions,
    unit: Unit,
    settings: &BootstrapSettings,
) -> Result<BootstrapEstimate, StatsError> {
    let units = predictions.to_unit(unit)?;
    let of_rows = |rows: &[usize]| metric.of_units(&units.select(rows)?);
    bootstrap(&clusters(&units), settings, of_rows).map(BootstrapEstimate::from)
}

/// Bootstrap of the difference `score(b) - score(a)` of two models on the same rows, which are
/// resampled together.
///
/// # Errors
/// [`StatsError::DifferentRows`] unless targets, groups and weights of both are the same; otherwise
/// as [`bootstrap`] and [`Metric::score`].
pub fn bootstrap_difference(
    metric: Metric,
    a: &Predictions,
    b: &Predictions,
    unit: Unit,
    settings: &BootstrapSettings,
) -> Result<BootstrapResult, StatsError> {
    same_rows("bootstrap of a difference", a, b)?;
    let (a, b) = (a.to_unit(unit)?, b.to_unit(unit)?);
    bootstrap(&clusters(&a), settings, |rows| {
        difference(metric, &a.select(rows)?, &b.select(rows)?)
    })
}

fn difference(metric: Metric, a: &Predictions, b: &Predictions) -> Result<f64, MetricError> {
    Ok(metric.of_units(b)? - metric.of_units(a)?)
}

/// What is resampled as a whole: the groups, or single rows.
fn clusters(units: &Predictions) -> Vec<Vec<usize>> {
    match units.clusters() {
        Some(clusters) => members(clusters).into_values().collect(),
        None => (0..units.len()).map(|row| vec![row]).collect(),
    }
}

/// Refuses two sets of predictions that cannot be of the same rows.
pub(super) fn same_rows(
    method: &'static str,
    a: &Predictions,
    b: &Predictions,
) -> Result<(), StatsError> {
    let what = if a.targets() != b.targets() {
        "targets"
    } else if a.groups() != b.groups() {
        "groups"
    } else if a.clusters() != b.clusters() {
        "clusters"
    } else if a.weights() != b.weights() {
        "weights"
    } else {
        return Ok(());
    };
    Err(StatsError::DifferentRows { method, what })
}
