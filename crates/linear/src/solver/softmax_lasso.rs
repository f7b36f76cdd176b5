//! The log-loss of three and more classes with an L1 penalty: one class after the other.
//!
//! With the other classes held fixed, a class has the binomial loss with an offset, which
//! [`Lasso`](crate::solver::Lasso) solves. The loss does not change when a constant is added to a
//! column's coefficients in all classes, so that after each round that constant is set to what costs
//! least, without which the rounds would creep. Source: Friedman, Hastie and Tibshirani, J. Stat.
//! Softw. 2010, 4.1.

use crate::Result;
use crate::columns::Columns;
use crate::loss::Binomial;
use crate::solver::lasso::{at, working_set};
use crate::solver::softmax::{centre, log_sums};
use crate::solver::{Lasso, Limits};

/// Rounds end where their conditions hold to this share of the tolerance: unlike a step of Newton's
/// method, the last round is no more exact than it looks.
const ROUNDS_TOLERANCE: f64 = 0.01;

/// The objective.
#[derive(Debug)]
pub(crate) struct SoftmaxLasso<'a> {
    /// `[N, D]`: `p` columns, and that of the intercept.
    pub(crate) x: &'a Columns,
    pub(crate) p: usize,
    /// 1 for the rows of each class, 0 for the others.
    pub(crate) members: &'a [Vec<f64>],
    pub(crate) weights: &'a [f64],
    /// Penalties of each column, `[D]`.
    pub(crate) l1: &'a [f64],
    pub(crate) l2: &'a [f64],
    pub(crate) norms: &'a [f64],
}

impl SoftmaxLasso<'_> {
    /// The optimum, `[D, K]` by columns, from a start: on a working set of columns, until the others'
    /// conditions hold as well.
    ///
    /// # Errors
    /// `NotConverged` at the limit of iterations, or within one at that of rounds.
    pub(crate) fn minimise(&self, start: Vec<f64>, limits: &Limits) -> Result<Vec<f64>> {
        let (k, d) = (self.members.len(), self.x.len());
        let mut b = start;
        let mut worst = f64::INFINITY;
        for _ in 0..limits.max_iterations {
            let violations = self.violations(&b, &self.x.times_all(&b, k));
            worst = violations.iter().copied().fold(0.0, f64::max);
            if worst <= limits.tolerance {
                return Ok(b);
            }
            let counts = (0..d).map(|j| {
                let is_free = self.l1.get(j) == Some(&0.0);
                is_free || b.iter().skip(j).step_by(d).any(|b| *b != 0.0)
            });
            let set = working_set(counts, &violations, limits.tolerance);
            let x = self.x.select(&set);
            let (l1, l2) = (at(self.l1, &set), at(self.l2, &set));
            let on_set = SoftmaxLasso {
                x: &x,
                p: set.iter().filter(|j| **j < self.p).count(),
                l1: &l1,
                l2: &l2,
                norms: &at(self.norms, &set),
                ..*self
            };
            let start = b.chunks_exact(d).flat_map(|b| at(b, &set)).collect();
            let solved = on_set.on_all(start, limits)?;
            for (b, solved) in b.chunks_exact_mut(d).zip(solved.chunks_exact(set.len())) {
                for (&j, solved) in set.iter().zip(solved) {
                    if let Some(b) = b.get_mut(j) {
                        *b = *solved;
                    }
                }
            }
        }
        Err(limits.not_converged(limits.max_iterations, worst))
    }

    /// The optimum over all columns at once.
    fn on_all(&self, start: Vec<f64>, limits: &Limits) -> Result<Vec<f64>> {
        let (k, d, n) = (self.members.len(), self.x.len(), self.x.n_rows());
        let rounds = 10 * limits.max_iterations;
        let mut b = start;
        let mut worst = f64::INFINITY;
        for _ in 0..rounds {
            let mut eta = self.x.times_all(&b, k);
            worst = self.violations(&b, &eta).into_iter().fold(0.0, f64::max);
            if worst <= ROUNDS_TOLERANCE * limits.tolerance {
                return Ok(b);
            }
            for class in 0..k {
                let Some(of_class) = b.get_mut(class * d..(class + 1) * d) else {
                    continue;
                };
                let loss = self.loss(&eta, class);
                // Tighter than the whole, or the last rounds would stand still.
                let limits = Limits {
                    tolerance: limits.tolerance * ROUNDS_TOLERANCE / 4.0,
                    ..*limits
                };
                let solved = self.problem(&loss).minimise(of_class.to_vec(), &limits)?;
                of_class.copy_from_slice(&solved);
                if let Some(eta) = eta.get_mut(class * n..(class + 1) * n) {
                    eta.copy_from_slice(&self.x.times(&solved));
                }
            }
            self.shift(&mut b);
        }
        Err(limits.not_converged(rounds, worst))
    }

    fn problem<'a>(&'a self, loss: &'a Binomial<'a>) -> Lasso<'a, Binomial<'a>> {
        Lasso {
            x: self.x,
            loss,
            l1: self.l1,
            l2: self.l2,
            norms: self.norms,
        }
    }

    fn loss(&self, eta: &[f64], class: usize) -> Binomial<'_> {
        Binomial {
            y: self.members.get(class).map_or(&[], Vec::as_slice),
            weights: self.weights,
            offset: log_sums(eta, self.x.n_rows(), |other, _| other != class),
        }
    }

    /// How far each column is from its optimality conditions in any class, `[D]`.
    fn violations(&self, b: &[f64], eta: &[f64]) -> Vec<f64> {
        let classes = b
            .chunks_exact(self.x.len())
            .zip(eta.chunks_exact(self.x.n_rows()));
        let mut worst = vec![0.0; self.x.len()];
        for (class, (b, of_class)) in classes.enumerate() {
            let loss = self.loss(eta, class);
            let violations = self.problem(&loss).violations(b, of_class);
            for (worst, violation) in worst.iter_mut().zip(violations) {
                *worst = violation.max(*worst);
            }
        }
        worst
    }

    /// Adds to each column's coefficients the constant that costs least; to intercepts that which
    /// makes them sum to 0.
    fn shift(&self, b: &mut [f64]) {
        let (k, d) = (self.members.len(), self.x.len());
        for (j, (l1, l2)) in self.l1.iter().zip(self.l2).enumerate().take(self.p) {
            let row: Vec<f64> = b.iter().skip(j).step_by(d).copied().collect();
            let constant = cheapest(&row, *l1, *l2);
            for b in b.iter_mut().skip(j).step_by(d) {
                // `b - b` is exactly 0, where a coefficient is the constant.
                *b -= constant;
            }
        }
        let mut intercepts: Vec<f64> = b
            .chunks_exact(d)
            .flat_map(|c| c.iter().skip(self.p))
            .copied()
            .collect();
        centre(&mut intercepts, k);
        let places = b
            .chunks_exact_mut(d)
            .flat_map(|c| c.iter_mut().skip(self.p));
        for (to, from) in places.zip(intercepts) {
            *to = from;
        }
    }
}

/// The `c` that minimises `sum_k l1 |b_k - c| + l2/2 (b_k - c)^2`; where a whole interval does, the
/// point nearest to 0.
fn cheapest(b: &[f64], l1: f64, l2: f64) -> f64 {
    let mut sorted = b.to_vec();
    sorted.sort_by(f64::total_cmp);
    let k = b.len() as f64;
    let sum: f64 = b.iter().sum();
    // Between the i-th and the next value the slope is `l2 (k c - sum) + l1 (i - (k - i))`.
    let slope = |c: f64, below: usize| l2 * (k * c - sum) + l1 * (2.0 * below as f64 - k);
    let (mut from, mut to) = (f64::NEG_INFINITY, f64::INFINITY);
    for (i, &value) in sorted.iter().enumerate() {
        if slope(value, i) < 0.0 {
            from = value;
        }
        if slope(value, i + 1) > 0.0 && to == f64::INFINITY {
            to = value;
        }
    }
    // The optimum lies in [from, to], with `below` values at or under `from`.
    let below = sorted.iter().filter(|value| **value <= from).count();
    if l2 > 0.0 {
        let root = (sum + l1 / l2 * (k - 2.0 * below as f64)) / k;
        return root.max(from).min(to);
    }
    0.0_f64.max(from).min(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cheapest_constants_by_hand() {
        // Medians, and the mean without an L1 penalty.
        assert_eq!(cheapest(&[1.0, 2.0, 9.0], 1.0, 0.0), 2.0);
        assert_eq!(cheapest(&[1.0, 2.0, 4.0, 9.0], 1.0, 0.0), 2.0);
        assert_eq!(cheapest(&[-1.0, 2.0], 1.0, 0.0), 0.0);
        assert_eq!(cheapest(&[1.0, 2.0, 9.0], 0.0, 1.0), 4.0);
        // l1 pulls to the median 2, l2 to the mean 4: 3 c - 12 + (2 * 2 - 3) = 0
        let c = cheapest(&[1.0, 2.0, 9.0], 1.0, 1.0);
        assert!((c - 11.0 / 3.0).abs() < 1e-15);
        assert_eq!(cheapest(&[0.0, 0.0, 3.0], 1.0, 0.3), 0.0);
    }
}
