//! Lasso and elastic-net regression.
//!
//! **Papers**: Tibshirani, "Regression shrinkage and selection via the lasso", JRSS B 1996; Zou and
//! Hastie, "Regularization and variable selection via the elastic net", JRSS B 2005.
//! **Reference implementation**: `sklearn.linear_model.ElasticNet`.
//!
//! NOTE[DIFF]: the optimum to rounding, where scikit-learn stops at a duality gap.

use midfuse_base::{Options, Validate, options};
use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use crate::path::{Path, only};
use crate::regression::fit_path;
use crate::{LinearRegression, Result};

const MODEL: &str = "elastic net";

/// Configuration of elastic-net regression.
///
/// Minimises `1/(2 W) sum_i w_i (y_i - a - x_i b)^2 + penalty ((1 - l1_ratio)/2 |b|^2 + l1_ratio
/// |b|_1)` with `W = sum_i w_i`, which is scikit-learn's `ElasticNet(alpha = penalty, l1_ratio)`.
#[options(new = "An elastic net of this penalty.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ElasticNetConfig {
    /// Weight of the penalty beside half the mean squared error.
    #[option(range = non_negative)]
    pub penalty: f64,
    /// Share of the penalty that is L1; 1 is the lasso, 0 ridge regression.
    #[option(default = 0.5, range = 0.0..=1.0, source = "scikit-learn")]
    pub l1_ratio: f64,
    /// Largest violation of the optimality conditions, in standard deviations of target and column.
    #[option(default = 1e-8, range = above_zero)]
    pub tolerance: f64,
    /// Rounds in which columns join the model; each solves for those that have.
    #[option(default = 100, range = positive)]
    pub max_iterations: i64,
}

impl ElasticNetConfig {
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
        self.check_options(Validate::new("ElasticNetConfig"))?;
        let path = Path {
            model: MODEL,
            penalties,
            l1_ratio: self.l1_ratio,
            tolerance: self.tolerance,
            max_iterations: self.max_iterations,
            intercept: false,
        };
        fit_path(x, y, weights, &path)
    }
}
