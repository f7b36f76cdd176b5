//! Newton's method for the log-loss of three and more classes, whose steps are found by conjugate
//! gradients: a dense Hessian of `(D K)^2` numbers is never made.
//!
//! Coefficients and intercepts sum to 0 over the classes in each column: that is the optimum's
//! property where they are penalised, and the convention for intercepts. All steps keep to it. In that
//! subspace the Hessian of a row, `diag(p) - p p'`, has the mean eigenvalue `(1 - |p|^2) / (K - 1)`,
//! so that `X' diag(w (1 - |p|^2) / (K - 1)) X + l2`, one Cholesky factor for all classes,
//! preconditions it. Source: Nocedal and Wright, Numerical Optimization, 2006, 7.1; the
//! preconditioner is a local form of the bound of Böhning, Ann. Inst. Stat. Math. 1992.

use crate::Result;
use crate::columns::{Columns, add, dot, plus};
use crate::factor::Factor;
use crate::loss::{sigmoid, softplus};
use crate::solver::{Limits, Step, backtrack, factor, ridge, slope};

/// The objective: `sum_i w_i (log sum_k exp(eta_ik) - eta_iy_i) + 1/2 sum_jk l2_j b_jk^2`.
#[derive(Debug)]
pub(crate) struct Softmax<'a> {
    /// `[N, D]`: `p` columns, and that of the intercept.
    pub(crate) x: &'a Columns,
    pub(crate) p: usize,
    /// The class of each row.
    pub(crate) classes: &'a [usize],
    pub(crate) n_classes: usize,
    pub(crate) weights: &'a [f64],
    /// L2 penalty of each column, `[D]`.
    pub(crate) l2: Vec<f64>,
}

impl Softmax<'_> {
    /// The optimum, `[D, K]` by columns, from a start that sums to 0 over the classes.
    ///
    /// # Errors
    /// `NotUnique` where the preconditioner is singular, `NotConverged` at the limit of iterations.
    pub(crate) fn minimise(&self, start: Vec<f64>, limits: &Limits) -> Result<Vec<f64>> {
        let k = self.n_classes;
        let are_zero = self.x.are_zero();
        let mut b = start;
        let mut eta = self.x.times_all(&b, k);
        let mut value = self.value(&b, &eta);
        let (mut change, mut first) = (f64::INFINITY, None);
        for iteration in 1..=limits.max_iterations {
            // Then larger predictors always cost less, and only a penalty bounds them.
            if limits.penalty == 0.0 && self.is_separated(&eta) {
                return Err(limits.not_unique());
            }
            let p = Probabilities::of(&eta, k);
            let gradient = self.gradient(&b, &eta, &p.values);
            let curvature = self.x.weighted_gram(&self.curvature(&p));
            let factor = factor(curvature, &self.l2, &are_zero, limits)?;
            let Direction {
                step,
                norm,
                is_exact,
            } = self.direction(&gradient, &p, &factor, first);
            first.get_or_insert(norm);
            let eta_step = self.x.times_all(&step, k);
            let to = plus(&b, 1.0, &step);
            change = Step {
                b: &self.without_intercepts(&to),
                moved: &self.without_intercepts(&step),
                eta: &eta,
                eta_moved: &eta_step,
                unit: 1.0,
            }
            .change();
            // So near the optimum the objective changes by less than its rounding.
            if change <= limits.tolerance && is_exact {
                return Ok(to);
            }
            let found = backtrack(value, slope(&gradient, &step), 1.0, |share| {
                self.value(&plus(&b, share, &step), &plus(&eta, share, &eta_step))
            });
            let Some((share, then)) = found else {
                return Err(limits.not_converged(iteration, change));
            };
            add(&mut b, share, &step);
            eta = self.x.times_all(&b, k);
            value = then;
        }
        Err(limits.not_converged(limits.max_iterations, change))
    }

    fn without_intercepts(&self, b: &[f64]) -> Vec<f64> {
        let columns = b.chunks_exact(self.x.len());
        columns
            .flat_map(|column| column.iter().take(self.p))
            .copied()
            .collect()
    }

    fn value(&self, b: &[f64], eta: &[f64]) -> f64 {
        let losses = margins(eta, self.classes).into_iter().map(softplus);
        let loss: f64 = losses.zip(self.weights).map(|(loss, w)| w * loss).sum();
        let penalties = b.chunks_exact(self.l2.len()).map(|b| ridge(&self.l2, b));
        loss + penalties.sum::<f64>()
    }

    fn gradient(&self, b: &[f64], eta: &[f64], p: &[f64]) -> Vec<f64> {
        // Of the class itself `p - 1` would lose its digits where the row is sure.
        let of_class: Vec<f64> = margins(eta, self.classes)
            .into_iter()
            .map(|m| -sigmoid(m))
            .collect();
        let mut residuals = p.to_vec();
        for (class, column) in residuals.chunks_exact_mut(self.x.n_rows()).enumerate() {
            let rows = column
                .iter_mut()
                .zip(self.classes)
                .zip(&of_class)
                .zip(self.weights);
            for (((r, y), of_class), w) in rows {
                *r = w * if *y == class { *of_class } else { *r };
            }
        }
        let mut gradient = self.x.transposed_times_all(&residuals, self.n_classes);
        self.add_l2(&mut gradient, b);
        gradient
    }

    fn add_l2(&self, to: &mut [f64], b: &[f64]) {
        for ((to, b), l2) in to.iter_mut().zip(b).zip(self.l2.iter().cycle()) {
            *to += l2 * b;
        }
    }

    fn is_separated(&self, eta: &[f64]) -> bool {
        let mut rows = margins(eta, self.classes).into_iter().zip(self.weights);
        rows.all(|(margin, weight)| *weight == 0.0 || margin < 0.0)
    }

    /// The mean eigenvalue of each row's Hessian, `w (1 - |p|^2) / (K - 1)`.
    fn curvature(&self, p: &Probabilities) -> Vec<f64> {
        let n = self.x.n_rows();
        // `1 - |p|^2 = r (1 + p_top) - sum of squares but for the top`, `r` the sum but for the top.
        let mut curvature = vec![0.0; n];
        for (class, column) in p.values.chunks_exact(n).enumerate() {
            for (((c, p), top), rest) in curvature.iter_mut().zip(column).zip(&p.top).zip(&p.rest) {
                *c += if *top == class {
                    rest * (1.0 + p)
                } else {
                    -p * p
                };
            }
        }
        let others = (self.n_classes - 1) as f64;
        curvature
            .iter()
            .zip(self.weights)
            .map(|(c, w)| w * c.max(0.0) / others)
            .collect()
    }

    /// `H v`.
    fn hessian_times(&self, v: &[f64], p: &Probabilities) -> Vec<f64> {
        let (n, k) = (self.x.n_rows(), self.n_classes);
        let mut u = self.x.times_all(v, k);
        // Relative to the likeliest class, which changes nothing and keeps the digits of sure rows.
        let mut of_top = vec![0.0; n];
        for (class, u) in u.chunks_exact(n).enumerate() {
            for ((of_top, u), top) in of_top.iter_mut().zip(u).zip(&p.top) {
                if *top == class {
                    *of_top = *u;
                }
            }
        }
        let mut mean = vec![0.0; n];
        for (u, p) in u.chunks_exact_mut(n).zip(p.values.chunks_exact(n)) {
            for (((mean, u), p), of_top) in mean.iter_mut().zip(u).zip(p).zip(&of_top) {
                *u -= of_top;
                *mean += *u * p;
            }
        }
        for (u, p) in u.chunks_exact_mut(n).zip(p.values.chunks_exact(n)) {
            for (((u, p), mean), w) in u.iter_mut().zip(p).zip(&mean).zip(self.weights) {
                *u = w * p * (*u - mean);
            }
        }
        let mut product = self.x.transposed_times_all(&u, k);
        self.add_l2(&mut product, v);
        product
    }

    /// `-H^-1 g` by preconditioned conjugate gradients. The residual is reduced in proportion to that norm, so that convergence stays
    /// superlinear.
    fn direction(
        &self,
        g: &[f64],
        p: &Probabilities,
        factor: &Factor,
        first: Option<f64>,
    ) -> Direction {
        let mut step = vec![0.0; g.len()];
        let mut residual: Vec<f64> = g.iter().map(|g| -g).collect();
        let precondition = |residual: &[f64]| {
            let mut z = residual.to_vec();
            factor.solve(&mut z);
            centre(&mut z, self.n_classes);
            z
        };
        let mut z = precondition(&residual);
        let mut direction = z.clone();
        let mut norm = dot(&residual, &z);
        let start = norm;
        let share = first.map_or(1.0, |first| (start / first).sqrt());
        let accuracy = if share.is_nan() {
            0.03
        } else {
            share.clamp(1e-8, 0.03)
        };
        for _ in 0..2 * g.len() {
            if norm <= accuracy * accuracy * start {
                break;
            }
            let product = self.hessian_times(&direction, p);
            let curvature = dot(&direction, &product);
            if curvature.is_nan() || curvature <= 0.0 {
                break;
            }
            let length = norm / curvature;
            add(&mut step, length, &direction);
            add(&mut residual, -length, &product);
            z = precondition(&residual);
            let last = std::mem::replace(&mut norm, dot(&residual, &z));
            for (d, z) in direction.iter_mut().zip(&z) {
                *d = z + norm / last * *d;
            }
        }
        let is_exact = norm <= accuracy * accuracy * start;
        Direction {
            step,
            norm: start,
            is_exact,
        }
    }
}

/// A step of Newton's method.
#[derive(Debug)]
struct Direction {
    step: Vec<f64>,
    /// The square of the gradient's norm in the preconditioner's metric.
    norm: f64,
    /// Whether the step solves its equations to the accuracy that was asked for.
    is_exact: bool,
}

/// Probabilities `[N, K]` by columns, with what `1 - p` is made of where a row is sure.
#[derive(Debug)]
struct Probabilities {
    values: Vec<f64>,
    /// The likeliest class of each row, and the sum of the others' probabilities.
    top: Vec<usize>,
    rest: Vec<f64>,
}

impl Probabilities {
    fn of(eta: &[f64], k: usize) -> Self {
        let values = probabilities(eta, k);
        let n = values.len() / k;
        let (mut top, mut largest) = (vec![0; n], vec![f64::NEG_INFINITY; n]);
        for (class, column) in values.chunks_exact(n).enumerate() {
            for ((top, largest), p) in top.iter_mut().zip(&mut largest).zip(column) {
                if *p > *largest {
                    (*top, *largest) = (class, *p);
                }
            }
        }
        let mut rest = vec![0.0; n];
        for (class, column) in values.chunks_exact(n).enumerate() {
            for ((rest, p), top) in rest.iter_mut().zip(column).zip(&top) {
                *rest += if *top == class { 0.0 } else { *p };
            }
        }
        Self { values, top, rest }
    }
}

/// How far the classes that a row is not of lie above its own, `log sum_{k != y} exp(eta_k) - eta_y`:
/// the softplus of it is the row's loss. `eta [N, K]` by columns.
fn margins(eta: &[f64], classes: &[usize]) -> Vec<f64> {
    let n = classes.len();
    let of_row = |row: usize| classes.get(row).copied();
    let mut margins = log_sums(eta, n, |class, row| of_row(row) != Some(class));
    for (class, column) in eta.chunks_exact(n).enumerate() {
        for ((margin, eta), y) in margins.iter_mut().zip(column).zip(classes) {
            if *y == class {
                *margin -= eta;
            }
        }
    }
    margins
}

/// `log sum exp` of each row over the classes that count in it, of `counts(class, row)`.
pub(crate) fn log_sums(eta: &[f64], n: usize, counts: impl Fn(usize, usize) -> bool) -> Vec<f64> {
    let mut largest = vec![f64::NEG_INFINITY; n];
    for (class, column) in eta.chunks_exact(n).enumerate() {
        for (row, (largest, eta)) in largest.iter_mut().zip(column).enumerate() {
            if counts(class, row) {
                *largest = largest.max(*eta);
            }
        }
    }
    let mut sums = vec![0.0; n];
    for (class, column) in eta.chunks_exact(n).enumerate() {
        for (row, ((sum, eta), largest)) in sums.iter_mut().zip(column).zip(&largest).enumerate() {
            if counts(class, row) {
                *sum += (eta - largest).exp();
            }
        }
    }
    sums.iter()
        .zip(&largest)
        .map(|(sum, largest)| largest + sum.ln())
        .collect()
}

/// The probabilities of `eta [N, K]`, by columns.
pub(crate) fn probabilities(eta: &[f64], k: usize) -> Vec<f64> {
    let n = eta.len() / k;
    let sums = log_sums(eta, n, |_, _| true);
    eta.iter()
        .zip(sums.iter().cycle())
        .map(|(eta, sum)| (eta - sum).exp())
        .collect()
}

/// Subtracts from each row of `[D, K]` its mean over the classes.
pub(crate) fn centre(b: &mut [f64], k: usize) {
    let d = b.len() / k;
    let mut mean = vec![0.0; d];
    for column in b.chunks_exact(d) {
        add(&mut mean, 1.0 / k as f64, column);
    }
    for column in b.chunks_exact_mut(d) {
        add(column, -1.0, &mean);
    }
}
