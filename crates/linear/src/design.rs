//! The columns of a fit: checked, centred, weighted.

use ndarray::ArrayView2;

use crate::columns::{Columns, dot};
use crate::{LinearError, Result};

/// What is fitted: rows, their centre, and how much each counts.
#[derive(Debug)]
pub(crate) struct Design {
    /// `[N, P]` minus `centre`; a constant column is exactly 0.
    pub(crate) x: Columns,
    /// Weighted mean of each column.
    pub(crate) centre: Vec<f64>,
    /// Weights of the rows, of sum 1.
    pub(crate) weights: Vec<f64>,
}

impl Design {
    /// Checks and centres `x [N, P]`.
    ///
    /// # Errors
    /// `Empty`, `Length`, `Value`, `Weight` and `NoWeight` of [`LinearError`].
    pub(crate) fn new(
        model: &'static str,
        x: &ArrayView2<f64>,
        n_targets: usize,
        weights: Option<&[f64]>,
    ) -> Result<Self> {
        Self::in_order(model, x, n_targets, weights, None)
    }

    /// The same with the rows in this order.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(crate) fn in_order(
        model: &'static str,
        x: &ArrayView2<f64>,
        n_targets: usize,
        weights: Option<&[f64]>,
        order: Option<&[usize]>,
    ) -> Result<Self> {
        let (rows, columns) = x.dim();
        if rows == 0 || columns == 0 {
            return Err(LinearError::Empty {
                model,
                rows,
                columns,
            });
        }
        same_length(model, "targets", rows, n_targets)?;
        all_finite(model, x)?;
        let mut weights = normalised(model, rows, weights)?;
        if let Some(order) = order {
            weights = order
                .iter()
                .filter_map(|&row| weights.get(row).copied())
                .collect();
        }
        let mut values = Vec::with_capacity(rows * columns);
        let mut centre = Vec::with_capacity(columns);
        for column in x.columns() {
            let start = values.len();
            match order {
                Some(order) => values.extend(order.iter().filter_map(|&row| column.get(row))),
                None => values.extend(column.iter()),
            }
            let column = values.get_mut(start..).unwrap_or_default();
            let first = column.first().copied().unwrap_or_default();
            // The mean of equal values may differ from them by rounding, which would make a column
            // of noise out of a constant one. Means are taken of differences for the same reason.
            for value in &mut *column {
                *value -= first;
            }
            let mean = dot(column, &weights);
            for value in &mut *column {
                *value -= mean;
            }
            centre.push(first + mean);
        }
        Ok(Self {
            x: Columns::new(rows, values),
            centre,
            weights,
        })
    }
}

/// Refuses a list that has not one entry per row.
pub(crate) fn same_length(
    model: &'static str,
    what: &'static str,
    expected: usize,
    got: usize,
) -> Result<()> {
    if expected == got {
        return Ok(());
    }
    Err(LinearError::Length {
        model,
        what,
        expected,
        got,
    })
}

/// Refuses the first value that is missing or infinite.
pub(crate) fn all_finite(model: &'static str, x: &ArrayView2<f64>) -> Result<()> {
    let wrong = x.indexed_iter().find(|(_, value)| !value.is_finite());
    wrong.map_or(Ok(()), |((row, column), &value)| {
        Err(LinearError::Value {
            model,
            row,
            column,
            value,
        })
    })
}

/// Weights divided by their sum; equal ones where none are given.
fn normalised(model: &'static str, rows: usize, weights: Option<&[f64]>) -> Result<Vec<f64>> {
    let Some(weights) = weights else {
        return Ok(vec![1.0 / rows as f64; rows]);
    };
    same_length(model, "weights", rows, weights.len())?;
    let wrong = weights
        .iter()
        .position(|weight| !(weight.is_finite() && *weight >= 0.0));
    if let Some((row, &value)) = wrong.and_then(|row| Some((row, weights.get(row)?))) {
        return Err(LinearError::Weight { model, row, value });
    }
    // Divided by the largest first, so that the sum of large weights stays finite.
    let largest = weights.iter().copied().fold(0.0, f64::max);
    if largest == 0.0 {
        return Err(LinearError::NoWeight { model });
    }
    let sum: f64 = weights.iter().map(|weight| weight / largest).sum();
    Ok(weights
        .iter()
        .map(|weight| weight / largest / sum)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn centred_by_weight_and_constants_are_exact() {
        let x = array![[1.0, 0.1], [2.0, 0.1], [6.0, 0.1]];
        let design = Design::new("m", &x.view(), 3, Some(&[1.0, 1.0, 2.0])).unwrap();
        assert_eq!(design.weights, [0.25, 0.25, 0.5]);
        assert_eq!(design.centre, [3.75, 0.1]);
        assert_eq!(design.x.times(&[1.0, 1.0]), [-2.75, -1.75, 2.25]);
    }

    #[test]
    fn refusals() {
        let x = array![[1.0, f64::NAN]];
        let refused = |n, weights| Design::new("m", &x.view(), n, weights).unwrap_err();
        assert!(matches!(
            refused(2, None),
            LinearError::Length {
                what: "targets",
                ..
            }
        ));
        assert!(matches!(
            refused(1, None),
            LinearError::Value {
                row: 0,
                column: 1,
                ..
            }
        ));
        let x = array![[1.0]];
        let refused = |weights| Design::new("m", &x.view(), 1, Some(weights)).unwrap_err();
        assert!(matches!(
            refused(&[]),
            LinearError::Length {
                what: "weights",
                ..
            }
        ));
        assert!(matches!(
            refused(&[-1.0]),
            LinearError::Weight { row: 0, .. }
        ));
        assert!(matches!(refused(&[f64::NAN]), LinearError::Weight { .. }));
        assert_eq!(refused(&[0.0]), LinearError::NoWeight { model: "m" });
    }
}
