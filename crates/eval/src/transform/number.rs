//! Columns of numbers.

use crate::view::TrainTable;

use super::TransformError;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// `f32` or `f64`; statistics are taken in `f64`.
pub trait Number: sealed::Sealed + Copy + Into<f64> {
    /// The nearest number of this type.
    fn from_f64(value: f64) -> Self;
}

impl Number for f32 {
    fn from_f64(value: f64) -> Self {
        value as Self
    }
}

impl Number for f64 {
    fn from_f64(value: f64) -> Self {
        value
    }
}

/// The values of each column that are not missing (NaN).
pub(super) fn columns<N: Number, R: AsRef<[N]>>(
    transform: &'static str,
    train: &TrainTable<'_, R>,
) -> Result<Vec<Vec<f64>>, TransformError> {
    let first = train
        .rows()
        .first()
        .ok_or(TransformError::NoRows { transform })?;
    let mut columns = vec![Vec::new(); first.as_ref().len()];
    for (row, values) in train.rows().iter().enumerate() {
        check_width(transform, columns.len(), values.as_ref().len())?;
        for (column, (&value, kept)) in values.as_ref().iter().zip(&mut columns).enumerate() {
            let value: f64 = value.into();
            if value.is_infinite() {
                return Err(TransformError::Infinite {
                    transform,
                    row,
                    column,
                });
            }
            if !value.is_nan() {
                kept.push(value);
            }
        }
    }
    Ok(columns)
}

pub(super) fn check_width(
    transform: &'static str,
    expected: usize,
    got: usize,
) -> Result<(), TransformError> {
    if expected == got {
        return Ok(());
    }
    Err(TransformError::Width {
        transform,
        expected,
        got,
    })
}

/// The values in ascending order.
pub(super) fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// Mean of the values; `None` without any.
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The variance over `n`; exactly 0 of a constant, and of nothing.
pub(super) fn variance(values: &[f64]) -> f64 {
    let constant = values
        .first()
        .is_none_or(|&first| values.iter().all(|value| value.total_cmp(&first).is_eq()));
    let Some(mean) = mean(values).filter(|_| !constant) else {
        return 0.0;
    };
    let squares = values.iter().map(|value| (value - mean).powi(2));
    squares.sum::<f64>() / values.len() as f64
}
