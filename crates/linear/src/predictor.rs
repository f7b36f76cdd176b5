//! Linear predictors of rows.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

use crate::design::all_finite;
use crate::{LinearError, Result};

/// `X B' + a`, `[N, K]` of rows `[N, P]`, coefficients `[K, P]` and intercepts `[K]`.
///
/// # Errors
/// `Columns` and `Value` of [`LinearError`].
pub(crate) fn predictors(
    model: &'static str,
    x: &ArrayView2<f64>,
    coefficients: &ArrayView2<f64>,
    intercepts: &ArrayView1<f64>,
) -> Result<Array2<f64>> {
    let (expected, got) = (coefficients.ncols(), x.ncols());
    if expected != got {
        return Err(LinearError::Columns {
            model,
            expected,
            got,
        });
    }
    all_finite(model, x)?;
    Ok(x.dot(&coefficients.t()) + intercepts.insert_axis(Axis(0)))
}
