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
use crate::solver::{Limits, Step, backtrack, exhausted, ridge, slope};

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
        let mut b = start;
        let mut eta = self.x.times_all(&b, k);
        let mut value = self.value(&b, &eta);
        let (mut change, mut first) = (f64::INFINITY, None);
        for _ in 0..limits.max_iterations {
            let p = probabilities(&eta, k);
            let gradient = self.gradient(&b, &p);
            let factor = self.preconditioner(&p).ok_or_else(|| limits.not_unique())?;
            let (step, norm) = self.direction(&gradient, &p, &factor, first);
            first.get_or_insert(norm);
            let eta_step = self.x.times_all(&step, k);
            let found = backtrack(value, slope(&gradient, &step), 1.0, |share| {
                self.value(&plus(&b, share, &step), &plus(&eta, share, &eta_step))
            });
            let Some((share, then)) = found else {
                return exhausted(limits, change);
            };
            add(&mut b, share, &step);
            eta = self.x.times_all(&b, k);
            value = then;
            change = Step {
                b: &self.without_intercepts(&b),
                moved: &self.without_intercepts(&step),
                eta: &eta,
                eta_moved: &eta_step,
                unit: 1.0,
            }
            .change();
            if share == 1.0 && change <= limits.tolerance {
                return Ok(b);
            }
        }
        exhausted(limits, change)
    }

    fn without_intercepts(&self, b: &[f64]) -> Vec<f64> {
        let columns = b.chunks_exact(self.x.len());
        columns
            .flat_map(|column| column.iter().take(self.p))
            .copied()
            .collect()
    }

    fn value(&self, b: &[f64], eta: &[f64]) -> f64 {
        let losses = log_losses(eta, self.classes, self.n_classes);
        let penalty: f64 = b
            .chunks_exact(self.l2.len())
            .map(|b| ridge(&self.l2, b))
            .sum();
        dot(&losses, self.weights) + penalty
    }

    fn gradient(&self, b: &[f64], p: &[f64]) -> Vec<f64> {
        let n = self.x.n_rows();
        let mut residuals = p.to_vec();
        for (class, column) in residuals.chunks_exact_mut(n).enumerate() {
            for ((r, y), w) in column.iter_mut().zip(self.classes).zip(self.weights) {
                *r = w * if *y == class { *r - 1.0 } else { *r };
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

    fn preconditioner(&self, p: &[f64]) -> Option<Factor> {
        let mut curvature = vec![1.0; self.x.n_rows()];
        for column in p.chunks_exact(self.x.n_rows()) {
            for (c, p) in curvature.iter_mut().zip(column) {
                *c -= p * p;
            }
        }
        let others = (self.n_classes - 1) as f64;
        for (c, w) in curvature.iter_mut().zip(self.weights) {
            *c = w * c.max(0.0) / others;
        }
        let mut hessian = self.x.weighted_gram(&curvature);
        for (j, l2) in self.l2.iter().enumerate() {
            hessian[(j, j)] += l2;
        }
        Factor::of(hessian)
    }

    /// `H v`.
    fn hessian_times(&self, v: &[f64], p: &[f64]) -> Vec<f64> {
        let (n, k) = (self.x.n_rows(), self.n_classes);
        let mut u = self.x.times_all(v, k);
        let mut mean = vec![0.0; n];
        for (u, p) in u.chunks_exact(n).zip(p.chunks_exact(n)) {
            for ((mean, u), p) in mean.iter_mut().zip(u).zip(p) {
                *mean += u * p;
            }
        }
        for (u, p) in u.chunks_exact_mut(n).zip(p.chunks_exact(n)) {
            for (((u, p), mean), w) in u.iter_mut().zip(p).zip(&mean).zip(self.weights) {
                *u = w * p * (*u - mean);
            }
        }
        let mut product = self.x.transposed_times_all(&u, k);
        self.add_l2(&mut product, v);
        product
    }

    /// `-H^-1 g` by preconditioned conjugate gradients, and the norm of `g` in the preconditioner's
    /// metric. The residual is reduced in proportion to that norm, so that convergence stays
    /// superlinear.
    fn direction(
        &self,
        g: &[f64],
        p: &[f64],
        factor: &Factor,
        first: Option<f64>,
    ) -> (Vec<f64>, f64) {
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
        (step, start)
    }
}

/// `log sum_k exp(eta_ik) - eta_iy_i` of each row of `eta [N, K]`, by columns.
pub(crate) fn log_losses(eta: &[f64], classes: &[usize], k: usize) -> Vec<f64> {
    let n = classes.len();
    let mut losses = log_sums(eta, n, |_| true);
    for (class, column) in eta.chunks_exact(n).enumerate().take(k) {
        for ((loss, eta), y) in losses.iter_mut().zip(column).zip(classes) {
            if *y == class {
                *loss -= eta;
            }
        }
    }
    losses
}

/// `log sum exp` of each row over the classes that count.
pub(crate) fn log_sums(eta: &[f64], n: usize, counts: impl Fn(usize) -> bool) -> Vec<f64> {
    let columns = || {
        eta.chunks_exact(n)
            .enumerate()
            .filter(|(class, _)| counts(*class))
    };
    let mut largest = vec![f64::NEG_INFINITY; n];
    for (_, column) in columns() {
        for (largest, eta) in largest.iter_mut().zip(column) {
            *largest = largest.max(*eta);
        }
    }
    let mut sums = vec![0.0; n];
    for (_, column) in columns() {
        for ((sum, eta), largest) in sums.iter_mut().zip(column).zip(&largest) {
            *sum += (eta - largest).exp();
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
    let sums = log_sums(eta, n, |_| true);
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
