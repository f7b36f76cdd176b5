//! A fitted linear regression, and what its penalties share.

use ndarray::{Array1, ArrayView2, Axis, aview0};
use serde::{Deserialize, Serialize};

use crate::column_space::compress;
use crate::columns::dot;
use crate::design::Design;
use crate::loss::{Loss, Squared};
use crate::path::Path;
use crate::predictor::predictors;
use crate::{LinearError, Result};

/// A fitted linear regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinearRegression {
    /// `[P]`, in the unit of the target per unit of the column.
    pub coefficients: Array1<f64>,
    /// The prediction of a row of zeros.
    pub intercept: f64,
}

impl LinearRegression {
    /// Predictions `[N]` of rows `[N, P]`.
    ///
    /// # Errors
    /// [`LinearError::Columns`] and [`LinearError::Value`].
    pub fn predict(&self, x: &ArrayView2<f64>) -> Result<Array1<f64>> {
        let coefficients = self.coefficients.view().insert_axis(Axis(0));
        let intercept = aview0(&self.intercept).insert_axis(Axis(0));
        let values = predictors("linear regression", x, &coefficients, &intercept)?;
        Ok(values.index_axis_move(Axis(1), 0))
    }
}

/// The models of a path under the squared error.
pub(crate) fn fit_path(
    x: &ArrayView2<f64>,
    y: &[f64],
    weights: Option<&[f64]>,
    path: &Path,
) -> Result<Vec<LinearRegression>> {
    path.check()?;
    let design = Design::new(path.model, x, y.len(), weights)?;
    if let Some((row, &value)) = y.iter().enumerate().find(|(_, y)| !y.is_finite()) {
        let expected = "a finite number".to_owned();
        return Err(LinearError::Target {
            model: path.model,
            expected,
            row,
            value,
        });
    }
    // Of differences, so that a target far from 0 keeps its digits.
    let first = y.first().copied().unwrap_or_default();
    let from_first: Vec<f64> = y.iter().map(|y| y - first).collect();
    let mean = dot(&from_first, &design.weights);
    let y: Vec<f64> = from_first.iter().map(|y| y - mean).collect();
    let whole = Squared::new(y, &design.weights);
    let optima = if design.x.n_rows() > design.x.len() {
        let (r, rotated) = compress(&design.x, whole.y(), &design.weights);
        let ones = vec![1.0; r.n_rows()];
        path.solve(r, &ones, &Squared::in_unit(rotated, &ones, whole.unit()))
    } else {
        path.solve(design.x, &design.weights, &whole)
    }?;
    // With centred columns and targets the intercept is the mean.
    let models = optima
        .into_iter()
        .flat_map(|optimum| optimum.coefficients)
        .map(|b| {
            let intercept = first + mean - dot(&b, &design.centre);
            LinearRegression {
                coefficients: Array1::from(b),
                intercept,
            }
        });
    Ok(models.collect())
}
