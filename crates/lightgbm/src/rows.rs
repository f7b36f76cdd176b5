//! Rows to learn from, and what must hold of any matrix before LightGBM sees it.

use ndarray::{ArrayView2, CowArray, Ix2};

use crate::error::ensure;
use crate::objective::narrow;
use crate::{Labels, Number, Result};

/// The largest category: each split on a categorical column keeps a bit for all up to it.
pub const MAX_CATEGORY: u32 = (1 << 20) - 1;

/// Rows with targets, `[N, P]`: NaN is a missing number.
#[derive(Debug, Clone, Copy)]
pub struct TrainingRows<'a, T> {
    x: ArrayView2<'a, T>,
    labels: Labels<'a>,
    categorical: &'a [usize],
    weights: Option<&'a [f64]>,
}

impl<'a, T: Number> TrainingRows<'a, T> {
    /// Rows of numeric columns, `x` `[N, P]`, all of the same weight.
    pub fn new(x: ArrayView2<'a, T>, labels: Labels<'a>) -> Self {
        Self {
            x,
            labels,
            categorical: &[],
            weights: None,
        }
    }

    /// The same where these columns hold categories: whole numbers from 0 to [`MAX_CATEGORY`], NaN
    /// where unknown.
    #[must_use]
    pub fn with_categorical(mut self, columns: &'a [usize]) -> Self {
        self.categorical = columns;
        self
    }

    /// The same with a weight for each row, `[N]`: finite, not negative, not all of them zero.
    #[must_use]
    pub fn with_weights(mut self, weights: impl Into<Option<&'a [f64]>>) -> Self {
        self.weights = weights.into();
        self
    }

    /// What the targets are.
    pub fn labels(&self) -> Labels<'a> {
        self.labels
    }

    /// The categorical columns.
    pub fn categorical(&self) -> &'a [usize] {
        self.categorical
    }

    /// All of it as LightGBM reads it.
    pub(crate) fn checked(&self) -> Result<CheckedRows<'a, T>> {
        let (n_rows, n_columns) = self.x.dim();
        let some = n_rows > 0 && n_columns > 0;
        let got = format!("{n_rows} rows of {n_columns} columns");
        ensure(some, "rows", "at least one row and one column", got)?;
        let per_row = |what, got: usize| ensure(got == n_rows, what, format!("{n_rows}"), got);
        per_row("number of targets", self.labels.len())?;
        for (i, &column) in self.categorical.iter().enumerate() {
            let once = !self.categorical.iter().take(i).any(|&c| c == column);
            let expected = format!("each once and below {n_columns}");
            ensure(
                column < n_columns && once,
                "categorical columns",
                expected,
                column,
            )?;
        }
        let weights = match self.weights {
            None => None,
            Some(weights) => {
                per_row("number of weights", weights.len())?;
                let expected = "finite 32-bit numbers of at least 0";
                let weights = narrow("weights", expected, weights, |weight| weight >= 0.0)?;
                let any = weights.iter().any(|&weight| weight > 0.0);
                ensure(any, "weights", "one above 0", "none")?;
                Some(weights)
            }
        };
        Ok(CheckedRows {
            x: Matrix::new(self.x, self.categorical)?,
            labels: self.labels.checked()?,
            weights,
        })
    }
}

/// Rows, targets and weights of the same number.
pub(crate) struct CheckedRows<'a, T> {
    pub(crate) x: Matrix<'a, T>,
    pub(crate) labels: Vec<f32>,
    pub(crate) weights: Option<Vec<f32>>,
}

/// A matrix in row-major order whose shape fits into C's integers.
pub(crate) struct Matrix<'a, T> {
    values: CowArray<'a, T, Ix2>,
    n_rows: i32,
    n_columns: i32,
}

impl<'a, T: Number> Matrix<'a, T> {
    /// `x` `[N, P]`, whose categorical columns hold categories.
    pub(crate) fn new(x: ArrayView2<'a, T>, categorical: &[usize]) -> Result<Self> {
        let n_rows = count("number of rows", x.nrows())?;
        let n_columns = count("number of columns", x.ncols())?;
        for (column, values) in x.columns().into_iter().enumerate() {
            if !categorical.contains(&column) {
                continue;
            }
            let wide = |value: &T| value.wide();
            let range = 0.0..=f64::from(MAX_CATEGORY);
            let is_category = |v: f64| v.is_nan() || (range.contains(&v) && v.fract() == 0.0);
            let misfit = values.iter().map(wide).find(|&value| !is_category(value));
            let expected = format!("whole numbers from 0 to {MAX_CATEGORY}, or NaN");
            let got = misfit.map_or(String::new(), |v| format!("{v} in column {column}"));
            ensure(misfit.is_none(), "categories", expected, got)?;
        }
        let values = if x.is_standard_layout() {
            CowArray::from(x)
        } else {
            CowArray::from(x.as_standard_layout().into_owned())
        };
        Ok(Self {
            values,
            n_rows,
            n_columns,
        })
    }

    /// Row after row; its length is that of [`Self::shape`].
    pub(crate) fn values(&self) -> &[T] {
        self.values.as_slice().unwrap_or_default()
    }

    /// Rows and columns.
    pub(crate) fn shape(&self) -> (i32, i32) {
        (self.n_rows, self.n_columns)
    }
}

/// A number of rows or columns as C takes it.
fn count(what: &'static str, n: usize) -> Result<i32> {
    let count = i32::try_from(n).ok();
    ensure(count.is_some(), what, format!("at most {}", i32::MAX), n)?;
    Ok(count.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    const TARGETS: Labels<'static> = Labels::Values(&[0.0, 1.0]);

    fn refused(rows: TrainingRows<'_, f64>) -> String {
        rows.checked().err().expect("an error").to_string()
    }

    #[test]
    fn lengths_are_checked() {
        let x = array![[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]];
        let rows = TrainingRows::new(x.view(), TARGETS);
        assert_eq!(
            refused(rows),
            "LightGBM, number of targets: expected 3, got 2"
        );
        let rows = TrainingRows::new(x.view(), Labels::Values(&[0.0; 3]));
        assert_eq!(
            refused(rows.with_weights([1.0].as_slice())),
            "LightGBM, number of weights: expected 3, got 1"
        );
        let none = Array2::<f64>::zeros((2, 0));
        assert_eq!(
            refused(TrainingRows::new(none.view(), TARGETS)),
            "LightGBM, rows: expected at least one row and one column, got 2 rows of 0 columns"
        );
    }

    #[test]
    fn weights_are_checked() {
        let x = array![[0.0], [2.0]];
        let wrong = [
            ([1.0, -1.0], "-1"),
            ([f64::NAN, 1.0], "NaN"),
            ([0.0; 2], "none"),
        ];
        for (weights, got) in wrong {
            let rows = TrainingRows::new(x.view(), TARGETS).with_weights(weights.as_slice());
            let text = refused(rows);
            assert!(text.ends_with(&format!("got {got}")), "{text}");
        }
    }

    #[test]
    fn categories_are_checked() {
        let x = array![[0.0, 0.5], [f64::NAN, 3.0]];
        let rows = TrainingRows::new(x.view(), TARGETS);
        assert!(rows.with_categorical(&[0]).checked().is_ok());
        assert_eq!(
            refused(rows.with_categorical(&[1])),
            "LightGBM, categories: expected whole numbers from 0 to 1048575, or NaN, got 0.5 in \
             column 1"
        );
        for columns in [&[2][..], &[0, 0]] {
            let text = refused(rows.with_categorical(columns));
            assert!(text.contains("each once and below 2"), "{text}");
        }
        for wrong in [-1.0, 2e6, f64::INFINITY] {
            let x = array![[wrong], [0.0]];
            let rows = TrainingRows::new(x.view(), TARGETS);
            assert!(rows.with_categorical(&[0]).checked().is_err());
        }
    }

    #[test]
    fn any_layout_becomes_rows() {
        let x = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
        let matrix = Matrix::new(x.t(), &[]).unwrap();
        assert_eq!(matrix.shape(), (2, 3));
        assert_eq!(matrix.values(), [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
    }
}
