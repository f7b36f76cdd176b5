//! Solvers of one penalised objective: they end at the optimum or say that they did not.

mod descent;
mod lasso;
mod newton;
mod softmax;
mod softmax_lasso;

use faer::Mat;

use crate::columns::{dot, largest};
use crate::factor::Factor;
use crate::{LinearError, Result};

pub(crate) use lasso::{Lasso, norms};
pub(crate) use newton::Newton;
pub(crate) use softmax::{Softmax, probabilities};
pub(crate) use softmax_lasso::SoftmaxLasso;

/// A change below this share of the objective is rounding: sums over half a million rows, of which a
/// full step of Newton's method near the optimum changes less.
const ROUNDING: f64 = 1e-12;
/// An objective below this share of its unit is rounding.
const NOTHING: f64 = 1e-28;
/// Armijo's share of the predicted decrease.
const SUFFICIENT: f64 = 1e-4;

/// What a solver is held to, and what its errors say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) model: &'static str,
    pub(crate) penalty: f64,
    pub(crate) tolerance: f64,
    pub(crate) max_iterations: usize,
}

impl Limits {
    pub(crate) fn not_unique(&self) -> LinearError {
        LinearError::NotUnique {
            model: self.model,
            penalty: self.penalty,
        }
    }

    /// Without a penalty the optimum of separable rows lies at infinity, which no count of
    /// iterations reaches.
    fn not_converged(&self, iterations: usize, change: f64) -> LinearError {
        if self.penalty == 0.0 {
            return self.not_unique();
        }
        LinearError::NotConverged {
            model: self.model,
            penalty: self.penalty,
            iterations,
            change,
            tolerance: self.tolerance,
        }
    }
}

/// Halves a step until the objective falls by enough: the share of the step, and the objective there.
/// None where it does not fall.
///
/// `value` gives the objective after a share of the step, `slope <= 0` is its predicted change, `unit`
/// that of the predictors, whose square is that of a squared error.
fn backtrack(
    now: f64,
    slope: f64,
    unit: f64,
    mut value: impl FnMut(f64) -> f64,
) -> Option<(f64, f64)> {
    let rounding = ROUNDING * now.abs() + NOTHING * unit * unit;
    let mut share = 1.0;
    for _ in 0..60 {
        let then = value(share);
        if then <= now + SUFFICIENT * share * slope + rounding {
            return Some((share, then));
        }
        share /= 2.0;
    }
    None
}

/// The factor of a loss's Hessian and the L2 penalties. A column that is 0 in every row moves
/// nothing, so that without a penalty any positive number will do for its own second derivative.
fn factor(mut hessian: Mat<f64>, l2: &[f64], are_zero: &[bool], limits: &Limits) -> Result<Factor> {
    for (j, (l2, is_zero)) in l2.iter().zip(are_zero).enumerate() {
        hessian[(j, j)] += if *is_zero && *l2 == 0.0 { 1.0 } else { *l2 };
    }
    Factor::of(&hessian).ok_or_else(|| limits.not_unique())
}

/// `1/2 sum_j l2_j b_j^2`.
fn ridge(l2: &[f64], b: &[f64]) -> f64 {
    l2.iter().zip(b).map(|(l2, b)| l2 * b * b).sum::<f64>() / 2.0
}

/// One step of a solver, to see how far it went.
#[derive(Debug)]
struct Step<'a> {
    /// Coefficients after it, without intercepts, and what it added to them.
    b: &'a [f64],
    moved: &'a [f64],
    /// Linear predictors after it, and what it added to them.
    eta: &'a [f64],
    eta_moved: &'a [f64],
    /// The unit of the predictors.
    unit: f64,
}

impl Step<'_> {
    /// Rounding, in the unit of the predictors.
    const ROUNDING: f64 = 1e-13;

    /// The change of the coefficients relative to the largest of them, or of the predictors relative
    /// to the larger of the largest of them and their unit, whichever is larger; 0 where the
    /// predictors move by no more than rounding.
    fn change(&self) -> f64 {
        let eta = self.unit.max(largest(self.eta));
        let in_eta = largest(self.eta_moved) / eta;
        if in_eta <= Self::ROUNDING || largest(self.eta_moved) == 0.0 {
            return 0.0;
        }
        let in_b = largest(self.moved) / largest(self.b);
        if in_b.is_nan() {
            in_eta
        } else {
            in_eta.max(in_b)
        }
    }
}

/// `g' s`, the slope of an objective along a step.
fn slope(gradient: &[f64], step: &[f64]) -> f64 {
    dot(gradient, step)
}
