//! Proximal Newton over a working set, for objectives with an L1 penalty:
//! `loss(X b) + 1/2 sum_j l2_j b_j^2 + sum_j l1_j |b_j|`.
//!
//! Columns join the working set when their gradient breaks the optimality conditions; the objective is
//! solved on the set, and the end is reached when the conditions hold for all columns. Sources: Lee,
//! Sun and Saunders, "Proximal Newton-type methods for minimizing composite functions", SIAM J. Optim.
//! 2014; Tibshirani et al., "Strong rules for discarding predictors in lasso-type problems", JRSS B
//! 2012.

use crate::Result;
use crate::columns::{Columns, add, dot, largest, plus};
use crate::loss::Loss;
use crate::solver::descent::{Quadratic, shrink, sign, symmetric};
use crate::solver::{Limits, backtrack, ridge, slope};

/// Columns that join at once, at least.
const JOIN: usize = 100;
/// Columns up to which the Hessian is made, 128 MB.
const DENSE: usize = 4000;

/// The objective.
#[derive(Debug)]
pub(crate) struct Lasso<'a, L> {
    /// `[N, D]`; the last column may be that of the intercept.
    pub(crate) x: &'a Columns,
    pub(crate) loss: &'a L,
    /// Penalties of each coefficient, `[D]`.
    pub(crate) l1: &'a [f64],
    pub(crate) l2: &'a [f64],
    /// Root of the weighted mean square of each column, `[D]`.
    pub(crate) norms: &'a [f64],
}

impl<L: Loss> Lasso<'_, L> {
    /// The optimum, from a start `[D]`.
    ///
    /// # Errors
    /// `NotConverged` at the limit of iterations.
    pub(crate) fn minimise(&self, start: Vec<f64>, limits: &Limits) -> Result<Vec<f64>> {
        let mut b = start;
        let mut worst = f64::INFINITY;
        for _ in 0..limits.max_iterations {
            let eta = self.x.times(&b);
            let violations = self.violations(&b, &eta);
            worst = violations.iter().copied().fold(0.0, f64::max);
            if worst <= limits.tolerance {
                return Ok(b);
            }
            let counts = b.iter().zip(self.l1).map(|(b, l1)| *b != 0.0 || *l1 == 0.0);
            let set = working_set(counts, &violations, limits.tolerance);
            let x = self.x.select(&set);
            let of_set = |values: &[f64]| -> Vec<f64> {
                set.iter().filter_map(|&j| values.get(j).copied()).collect()
            };
            let (l1, l2, norms) = (of_set(self.l1), of_set(self.l2), of_set(self.norms));
            let on_set = Lasso {
                x: &x,
                loss: self.loss,
                l1: &l1,
                l2: &l2,
                norms: &norms,
            };
            let solved = on_set.on_all(of_set(&b), limits)?;
            for (&j, solved) in set.iter().zip(&solved) {
                if let Some(b) = b.get_mut(j) {
                    *b = *solved;
                }
            }
        }
        Err(limits.not_converged(limits.max_iterations, worst))
    }

    /// How far each column is from its optimality condition, per unit of the column and of the
    /// predictors, `[D]`.
    pub(crate) fn violations(&self, b: &[f64], eta: &[f64]) -> Vec<f64> {
        let unit = match self.loss.unit() {
            0.0 => 1.0,
            unit => unit,
        };
        let columns = self
            .gradient(b, eta)
            .into_iter()
            .zip(b)
            .zip(self.l1)
            .zip(self.norms);
        columns
            .map(|(((g, b), l1), norm)| {
                let off = if *b == 0.0 {
                    shrink(g, *l1)
                } else {
                    g + l1 * sign(*b)
                };
                // A constant column is 0: its coefficient can only cost.
                let rate = if *norm > 0.0 { norm * unit } else { 1.0 };
                off.abs() / rate
            })
            .collect()
    }

    fn gradient(&self, b: &[f64], eta: &[f64]) -> Vec<f64> {
        let mut gradient = self.x.transposed_times(&self.loss.gradient(eta));
        for ((g, l2), b) in gradient.iter_mut().zip(self.l2).zip(b) {
            *g += l2 * b;
        }
        gradient
    }

    fn penalty(&self, b: &[f64]) -> f64 {
        let l1: f64 = self.l1.iter().zip(b).map(|(l1, b)| l1 * b.abs()).sum();
        l1 + ridge(self.l2, b)
    }

    /// The optimum over all columns at once.
    fn on_all(&self, start: Vec<f64>, limits: &Limits) -> Result<Vec<f64>> {
        let mut b = start;
        let mut eta = self.x.times(&b);
        let mut value = self.loss.value(&eta) + self.penalty(&b);
        let mut worst = f64::INFINITY;
        // A model that is not Newton's, as that of many columns, needs more steps.
        for iteration in 1..=10 * limits.max_iterations {
            worst = self.violations(&b, &eta).into_iter().fold(0.0, f64::max);
            if worst <= limits.tolerance / 2.0 {
                return Ok(b);
            }
            let gradient = self.gradient(&b, &eta);
            let step = self.step(&b, &eta, &gradient);
            let eta_step = self.x.times(&step);
            let to = plus(&b, 1.0, &step);
            let l1 = |b: &[f64]| -> f64 { self.l1.iter().zip(b).map(|(l1, b)| l1 * b.abs()).sum() };
            let predicted = slope(&gradient, &step) + l1(&to) - l1(&b);
            // So near the optimum the objective changes by less than its rounding.
            let near = limits.tolerance * self.loss.unit().max(largest(&eta));
            let (share, then) = if largest(&eta_step) <= near {
                (1.0, self.loss.value(&self.x.times(&to)) + self.penalty(&to))
            } else {
                backtrack(value, predicted.min(0.0), self.loss.unit(), |share| {
                    let (b, eta) = (plus(&b, share, &step), plus(&eta, share, &eta_step));
                    self.loss.value(&eta) + self.penalty(&b)
                })
                .ok_or_else(|| limits.not_converged(iteration, worst))?
            };
            if share >= 1.0 {
                b = to;
            } else {
                add(&mut b, share, &step);
            }
            eta = self.x.times(&b);
            value = then;
        }
        Err(limits.not_converged(10 * limits.max_iterations, worst))
    }

    /// The step of the quadratic model: of the exact Hessian while it is small, of its bound that is
    /// diagonal in the rows beyond that.
    fn step(&self, b: &[f64], eta: &[f64], gradient: &[f64]) -> Vec<f64> {
        let model = Quadratic {
            b,
            gradient,
            l1: self.l1,
        };
        if self.x.len() <= DENSE {
            let hessian = symmetric(self.loss.hessian(eta, self.x), self.l2);
            return model.dense(&hessian);
        }
        model.by_rows(self.x, &self.loss.diagonal(eta), self.l2)
    }
}

/// The columns that count already, and those that break their optimality condition most.
pub(crate) fn working_set(
    counts: impl Iterator<Item = bool>,
    violations: &[f64],
    tolerance: f64,
) -> Vec<usize> {
    let (mut set, mut candidates) = (Vec::new(), Vec::new());
    for (j, (counts, violation)) in counts.zip(violations).enumerate() {
        if counts {
            set.push(j);
        } else if *violation > tolerance {
            candidates.push((j, *violation));
        }
    }
    // Stable, so that equal columns join in their order.
    candidates.sort_by(|a, b| b.1.total_cmp(&a.1));
    let join = set.len().max(JOIN);
    set.extend(candidates.iter().take(join).map(|(j, _)| j));
    set.sort_unstable();
    set
}

/// The values of these columns.
pub(crate) fn at(values: &[f64], columns: &[usize]) -> Vec<f64> {
    columns
        .iter()
        .filter_map(|&j| values.get(j).copied())
        .collect()
}

/// Root of the weighted mean square of each column.
pub(crate) fn norms(x: &Columns, weights: &[f64]) -> Vec<f64> {
    let squares = |column: &[f64]| column.iter().map(|x| x * x).collect::<Vec<f64>>();
    x.iter()
        .map(|column| dot(&squares(column), weights).sqrt())
        .collect()
}
