//! Newton's method with a Cholesky factor, for smooth objectives of as many unknowns as fit a dense
//! Hessian: `loss(X b) + 1/2 sum_j l2_j b_j^2`.
//!
//! The last step is a full one, smaller than the tolerance; as the error after it is of the order of
//! its square, the result is exact to rounding. Source: Nocedal and Wright, Numerical Optimization,
//! 2006, 3.3.

use crate::Result;
use crate::columns::{Columns, add, plus};
use crate::loss::Loss;
use crate::solver::{Limits, Step, backtrack, factor, ridge, slope};

/// The objective.
#[derive(Debug)]
pub(crate) struct Newton<'a, L> {
    /// `[N, D]`: `p` columns, and that of the intercept where there is one.
    pub(crate) x: &'a Columns,
    pub(crate) p: usize,
    pub(crate) loss: &'a L,
    /// L2 penalty of each coefficient, `[D]`.
    pub(crate) l2: Vec<f64>,
}

impl<L: Loss> Newton<'_, L> {
    /// The optimum, from a start `[D]`.
    ///
    /// # Errors
    /// `NotUnique` where a Hessian is singular, `NotConverged` at the limit of iterations.
    pub(crate) fn minimise(&self, start: Vec<f64>, limits: &Limits) -> Result<Vec<f64>> {
        let are_zero = self.x.are_zero();
        let mut b = start;
        let mut eta = self.x.times(&b);
        let mut value = self.loss.value(&eta) + ridge(&self.l2, &b);
        let mut change = f64::INFINITY;
        for iteration in 1..=limits.max_iterations {
            if limits.penalty == 0.0 && self.loss.is_separated(&eta) {
                return Err(limits.not_unique());
            }
            let gradient = self.gradient(&b, &eta);
            let hessian = self.loss.hessian(&eta, self.x);
            let factor = factor(hessian, &self.l2, &are_zero, limits)?;
            let mut step: Vec<f64> = gradient.iter().map(|g| -g).collect();
            factor.solve(&mut step);
            let eta_step = self.x.times(&step);
            let unit = self.loss.unit();
            let to = plus(&b, 1.0, &step);
            change = Step {
                b: to.get(..self.p).unwrap_or_default(),
                moved: step.get(..self.p).unwrap_or_default(),
                eta: &eta,
                eta_moved: &eta_step,
                unit,
            }
            .change();
            // So near the optimum the objective changes by less than its rounding.
            if change <= limits.tolerance {
                return Ok(to);
            }
            let found = backtrack(value, slope(&gradient, &step), unit, |share| {
                let (b, eta) = (plus(&b, share, &step), plus(&eta, share, &eta_step));
                self.loss.value(&eta) + ridge(&self.l2, &b)
            });
            let Some((share, then)) = found else {
                return Err(limits.not_converged(iteration, change));
            };
            add(&mut b, share, &step);
            // Anew rather than by the step, whose rounding would add up.
            eta = self.x.times(&b);
            value = then;
        }
        Err(limits.not_converged(limits.max_iterations, change))
    }

    fn gradient(&self, b: &[f64], eta: &[f64]) -> Vec<f64> {
        let mut gradient = self.x.transposed_times(&self.loss.gradient(eta));
        for ((g, l2), b) in gradient.iter_mut().zip(&self.l2).zip(b) {
            *g += l2 * b;
        }
        gradient
    }
}
