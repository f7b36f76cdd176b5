//! Losses: what a linear predictor costs, with its derivatives.

mod binomial;
mod cox;
mod squared;

use faer::Mat;

use crate::columns::Columns;

pub(crate) use binomial::{Binomial, sigmoid, softplus};
pub(crate) use cox::{Partial, descending};
pub(crate) use squared::Squared;

/// A convex loss of linear predictors `eta [N]`, a weighted mean over rows.
pub(crate) trait Loss {
    /// The loss; infinite where it is too large to compute.
    fn value(&self, eta: &[f64]) -> f64;

    /// Its gradient in `eta`, `[N]`.
    fn gradient(&self, eta: &[f64]) -> Vec<f64>;

    /// A diagonal matrix that is at least its Hessian in `eta`, `[N]`.
    fn diagonal(&self, eta: &[f64]) -> Vec<f64>;

    /// The lower triangle of its Hessian in the coefficients of `x [N, D]`, `[D, D]`.
    fn hessian(&self, eta: &[f64], x: &Columns) -> Mat<f64> {
        x.weighted_gram(&self.diagonal(eta))
    }

    /// Whether these predictors tell the outcomes apart without error, so that larger ones always cost
    /// less and only a penalty bounds them.
    fn is_separated(&self, _eta: &[f64]) -> bool {
        false
    }

    /// The unit of `eta`: what is far below it is rounding.
    fn unit(&self) -> f64 {
        1.0
    }
}
