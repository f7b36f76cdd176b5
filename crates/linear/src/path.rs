//! One model at a decreasing list of penalties, each started from the optimum of the last.

use crate::columns::Columns;
use crate::loss::Loss;
use crate::row_space::RowSpace;
use crate::solver::{Lasso, Limits, Newton, Softmax, SoftmaxLasso, norms};
use crate::{LinearError, Result};

/// What is asked of a path.
#[derive(Debug)]
pub(crate) struct Path<'a> {
    pub(crate) model: &'static str,
    /// Decreasing; checked by [`Path::check`].
    pub(crate) penalties: &'a [f64],
    /// Share of the penalty that is L1.
    pub(crate) l1_ratio: f64,
    pub(crate) tolerance: f64,
    pub(crate) max_iterations: i64,
    /// Whether there is an unpenalised intercept.
    pub(crate) intercept: bool,
}

/// The optimum of one penalty, for centred columns: one list of coefficients `[P]` and one intercept
/// per class, or one of each.
#[derive(Debug)]
pub(crate) struct Optimum {
    pub(crate) coefficients: Vec<Vec<f64>>,
    pub(crate) intercepts: Vec<f64>,
}

impl Path<'_> {
    /// Refuses penalties that are negative, not finite, or do not decrease.
    pub(crate) fn check(&self) -> Result<()> {
        let finite = self
            .penalties
            .iter()
            .all(|penalty| penalty.is_finite() && *penalty >= 0.0);
        if finite && self.penalties.is_sorted_by(|a, b| a > b) {
            return Ok(());
        }
        Err(LinearError::Path {
            model: self.model,
            penalties: self.penalties.to_vec(),
        })
    }

    fn limits(&self, penalty: f64) -> Limits {
        Limits {
            model: self.model,
            penalty,
            tolerance: self.tolerance,
            max_iterations: usize::try_from(self.max_iterations).unwrap_or(1),
        }
    }

    /// Penalties of `p` coefficients of one kind, and of the intercept.
    fn per_column(&self, penalty: f64, p: usize) -> Vec<f64> {
        let intercept = self.intercept.then_some(0.0);
        std::iter::repeat_n(penalty, p).chain(intercept).collect()
    }

    /// At least as many unknowns as rows have no single optimum without a penalty.
    fn enough_rows(&self, x: &Columns) -> Result<()> {
        let unknowns = x.len() + usize::from(self.intercept);
        if self.penalties.last() == Some(&0.0) && unknowns > x.n_rows() {
            return Err(self.limits(0.0).not_unique());
        }
        Ok(())
    }

    /// The optima of a loss of one predictor per row.
    pub(crate) fn solve<L: Loss>(
        &self,
        mut x: Columns,
        weights: &[f64],
        loss: &L,
    ) -> Result<Vec<Optimum>> {
        self.enough_rows(&x)?;
        let space = self.reduce(&mut x);
        let p = x.len();
        if self.intercept {
            x.push_ones();
        }
        let norms = norms(&x, weights);
        let mut b = vec![0.0; x.len()];
        let mut optima = Vec::with_capacity(self.penalties.len());
        for &penalty in self.penalties {
            let limits = self.limits(penalty);
            let l1 = self.per_column(penalty * self.l1_ratio, p);
            let l2 = self.per_column(penalty * (1.0 - self.l1_ratio), p);
            b = if penalty * self.l1_ratio == 0.0 {
                Newton { x: &x, p, loss, l2 }.minimise(b, &limits)?
            } else {
                Lasso {
                    x: &x,
                    loss,
                    l1: &l1,
                    l2: &l2,
                    norms: &norms,
                }
                .minimise(b, &limits)?
            };
            optima.push(self.optimum(space.as_ref(), &b, p, 1));
        }
        Ok(optima)
    }

    /// The optima of the log-loss of `k` classes.
    pub(crate) fn solve_classes(
        &self,
        mut x: Columns,
        weights: &[f64],
        classes: &[usize],
        k: usize,
    ) -> Result<Vec<Optimum>> {
        self.enough_rows(&x)?;
        let space = self.reduce(&mut x);
        let p = x.len();
        if self.intercept {
            x.push_ones();
        }
        let norms = norms(&x, weights);
        let member = |class, y: &usize| f64::from(u8::from(*y == class));
        let members: Vec<Vec<f64>> = (0..k)
            .map(|class| classes.iter().map(|y| member(class, y)).collect())
            .collect();
        let mut b = vec![0.0; x.len() * k];
        let mut optima = Vec::with_capacity(self.penalties.len());
        for &penalty in self.penalties {
            let limits = self.limits(penalty);
            let l1 = self.per_column(penalty * self.l1_ratio, p);
            let l2 = self.per_column(penalty * (1.0 - self.l1_ratio), p);
            b = if penalty * self.l1_ratio == 0.0 {
                let problem = Softmax {
                    x: &x,
                    p,
                    classes,
                    n_classes: k,
                    weights,
                    l2,
                };
                problem.minimise(b, &limits)?
            } else {
                let (members, l1, l2, norms) = (&members, &l1, &l2, &norms);
                SoftmaxLasso {
                    x: &x,
                    p,
                    members,
                    weights,
                    l1,
                    l2,
                    norms,
                }
                .minimise(b, &limits)?
            };
            optima.push(self.optimum(space.as_ref(), &b, p, k));
        }
        Ok(optima)
    }

    /// Replaces the columns by the row space where that has fewer, and an L1 penalty does not tell
    /// columns apart.
    fn reduce(&self, x: &mut Columns) -> Option<RowSpace> {
        if self.l1_ratio > 0.0 || x.len() <= x.n_rows() {
            return None;
        }
        let (space, reduced) = RowSpace::of(x);
        *x = reduced;
        Some(space)
    }

    /// Parts `b [D, K]` into coefficients and intercepts.
    fn optimum(&self, space: Option<&RowSpace>, b: &[f64], p: usize, k: usize) -> Optimum {
        let d = b.len() / k;
        let columns = || b.chunks_exact(d.max(1));
        let mut coefficients: Vec<f64> = columns()
            .flat_map(|column| column.iter().take(p))
            .copied()
            .collect();
        if let Some(space) = space {
            coefficients = space.lift(&coefficients, k);
        }
        let p = coefficients.len() / k;
        Optimum {
            coefficients: coefficients.chunks_exact(p).map(<[f64]>::to_vec).collect(),
            intercepts: columns()
                .map(|c| c.get(d - 1).filter(|_| self.intercept))
                .map(|i| i.copied().unwrap_or_default())
                .collect(),
        }
    }
}

/// The one model of a path of one penalty.
pub(crate) fn only<T>(mut models: Vec<T>, model: &'static str) -> Result<T> {
    models.pop().ok_or(LinearError::Path {
        model,
        penalties: Vec::new(),
    })
}
