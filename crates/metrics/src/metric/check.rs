//! Checks that every metric makes of its lists.

use super::MetricError;

/// One entry per row.
pub(crate) fn same_length(
    what: &'static str,
    expected: usize,
    got: usize,
) -> Result<(), MetricError> {
    if expected == got {
        return Ok(());
    }
    Err(MetricError::Length {
        what,
        expected,
        got,
    })
}

/// No NaN, no infinity.
pub(crate) fn finite(what: &'static str, values: &[f64]) -> Result<(), MetricError> {
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(row) => Err(MetricError::NonFinite {
            what,
            row,
            value: values.get(row).copied().unwrap_or(f64::NAN),
        }),
    }
}

/// At least `needs` rows.
pub(super) fn rows(metric: &'static str, needs: usize, got: usize) -> Result<(), MetricError> {
    if got >= needs {
        return Ok(());
    }
    Err(MetricError::TooFewRows { metric, needs, got })
}

/// Weights other than 0, so that products of their sums neither overflow nor vanish.
const WEIGHTS: std::ops::RangeInclusive<f64> = 1e-100..=1e100;

/// One finite, non-negative weight per row, not all zero.
pub(super) fn weights(weights: Option<&[f64]>, rows: usize) -> Result<(), MetricError> {
    let Some(weights) = weights else {
        return Ok(());
    };
    same_length("weights", rows, weights.len())?;
    for (row, &value) in weights.iter().enumerate() {
        if value != 0.0 && !WEIGHTS.contains(&value) {
            return Err(MetricError::Weight { row, value });
        }
    }
    if rows > 0 && weights.iter().all(|&weight| weight == 0.0) {
        return Err(MetricError::NoWeight { rows });
    }
    Ok(())
}

/// Weight of each row: the given ones, or 1 for ever.
pub(super) fn each_weight(weights: Option<&[f64]>) -> impl Iterator<Item = f64> + '_ {
    weights
        .into_iter()
        .flatten()
        .copied()
        .chain(std::iter::repeat_n(
            1.0,
            if weights.is_some() { 0 } else { usize::MAX },
        ))
}

/// Weighted mean of values; the weights were checked.
pub(super) fn mean(values: impl Iterator<Item = f64>, weights: Option<&[f64]>) -> f64 {
    let (sum, total) = values
        .zip(each_weight(weights))
        .fold((0.0, 0.0), |(sum, total), (value, weight)| {
            (sum + weight * value, total + weight)
        });
    sum / total
}
