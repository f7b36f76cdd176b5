//! Ridge regression.
//!
//! **Paper**: Hoerl and Kennard, "Ridge regression: biased estimation for nonorthogonal problems",
//! Technometrics 1970. **Reference implementation**: `sklearn.linear_model.Ridge`.
//!
//! NOTE[DIFF]: the penalty is per row; scikit-learn's `alpha` is `penalty * sum(weights)`.

use midfuse_base::{Options, Validate, options};
use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use crate::path::{Path, only};
use crate::regression::fit_path;
use crate::{LinearRegression, Result};

const MODEL: &str = "ridge regression";

/// Configuration of ridge regression.
///
/// Minimises `1/(2 W) sum_i w_i (y_i - a - x_i b)^2 + penalty/2 |b|^2` with `W = sum_i w_i`, which is
/// scikit-learn's `Ridge(alpha = penalty * W)`.
#[options(new = "A ridge regression of this penalty.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RidgeConfig {
    /// Weight of `1/2 |b|^2` beside half the mean squared error.
    #[option(range = non_negative)]
    pub penalty: f64,
    /// Largest relative change of the coefficients in the last step.
    #[option(default = 1e-8, range = above_zero)]
    pub tolerance: f64,
    /// Steps of the solver, of which an ordinary fit takes two.
    #[option(default = 100, range = positive)]
    pub max_iterations: i64,
}

impl RidgeConfig {
    /// Fits `x [N, P]` to `y [N]`, each row with its weight.
    ///
    /// # Errors
    /// `Config`; `Empty`, `Length`, `Value`, `Target`, `Weight` and `NoWeight` of the data;
    /// [`NotUnique`](crate::LinearError::NotUnique) without a penalty; `NotConverged`.
    pub fn fit(
        &self,
        x: &ArrayView2<f64>,
        y: &[f64],
        weights: Option<&[f64]>,
    ) -> Result<LinearRegression> {
        only(self.path(x, y, weights, &[self.penalty])?, MODEL)
    }

    /// Fits each of these penalties, in decreasing order, in place of the config's own.
    ///
    /// # Errors
    /// As [`fit`](Self::fit), and [`Path`](crate::LinearError::Path).
    pub fn path(
        &self,
        x: &ArrayView2<f64>,
        y: &[f64],
        weights: Option<&[f64]>,
        penalties: &[f64],
    ) -> Result<Vec<LinearRegression>> {
        self.check_options(Validate::new("RidgeConfig"))?;
        let path = Path {
            model: MODEL,
            penalties,
            l1_ratio: 0.0,
            tolerance: self.tolerance,
            max_iterations: self.max_iterations,
            intercept: false,
        };
        fit_path(x, y, weights, &path)
    }
}
