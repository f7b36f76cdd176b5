//! Newton's method with a Cholesky factor, for smooth objectives of as many unknowns as fit a dense
//! Hessian: `loss(X b) + 1/2 sum_j l2_j b_j^2`.
//!
//! The last step is a full one, smaller than the tolerance; as the error after it is of the order of
//! its square, the result is exact to rounding. Source: Nocedal and Wright, Numerical Optimization,
//! 2006, 3.3.

use crate::Result;
use crate::columns::{Columns, add, plus};
use crate::factor::Factor;
use crate::loss::Loss;
use crate::solver::{Limits, Step, backtrack, exhausted, ridge, slope};

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
        let mut b = start;
        let mut eta = self.x.times(&b);
        let mut value = self.loss.value(&eta) + ridge(&self.l2, &b);
        let mut change = f64::INFINITY;
        for _ in 0..limits.max_iterations {
            let gradient = self.gradient(&b, &eta);
            let mut hessian = self.loss.hessian(&eta, self.x);
            for (j, l2) in self.l2.iter().enumerate() {
                hessian[(j, j)] += l2;
            }
            let factor = Factor::of(hessian).ok_or_else(|| limits.not_unique())?;
            let mut step: Vec<f64> = gradient.iter().map(|g| -g).collect();
            factor.solve(&mut step);
            let eta_step = self.x.times(&step);
            let found = backtrack(value, slope(&gradient, &step), self.loss.unit(), |share| {
                let (b, eta) = (plus(&b, share, &step), plus(&eta, share, &eta_step));
                self.loss.value(&eta) + ridge(&self.l2, &b)
            });
            let Some((share, then)) = found else {
                return exhausted(limits, change);
            };
            add(&mut b, share, &step);
            // Anew rather than by the step, whose rounding would add up.
            eta = self.x.times(&b);
            value = then;
            change = Step {
                b: b.get(..self.p).unwrap_or_default(),
                moved: step.get(..self.p).unwrap_or_default(),
                eta: &eta,
                eta_moved: &eta_step,
                unit: self.loss.unit(),
            }
            .change();
            if share == 1.0 && change <= limits.tolerance {
                return Ok(b);
            }
        }
        exhausted(limits, change)
    }

    fn gradient(&self, b: &[f64], eta: &[f64]) -> Vec<f64> {
        let mut gradient = self.x.transposed_times(&self.loss.gradient(eta));
        for ((g, l2), b) in gradient.iter_mut().zip(&self.l2).zip(b) {
            *g += l2 * b;
        }
        gradient
    }
}
