//! Logistic regression of two classes, multinomial of more.
//!
//! **Papers**: Cox, "The regression analysis of binary sequences", JRSS B 1958; Friedman, Hastie and
//! Tibshirani, "Regularization paths for generalized linear models via coordinate descent", J. Stat.
//! Softw. 2010. **Reference implementation**: `sklearn.linear_model.LogisticRegression`.
//!
//! NOTE[DIFF]: the penalty is per row; scikit-learn's `C` is `1 / (penalty * sum(weights))`. The optimum
//! to rounding, where scikit-learn's solvers stop at their tolerance.

use midfuse_base::{Options, Validate, options};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

use crate::columns::dot;
use crate::design::Design;
use crate::loss::{Binomial, sigmoid};
use crate::path::{Optimum, Path, only};
use crate::predictor::predictors;
use crate::solver::probabilities;
use crate::{LinearError, Result};

const MODEL: &str = "logistic regression";

/// Configuration of [`LogisticRegression`].
///
/// Minimises `1/W sum_i w_i loss_i + penalty ((1 - l1_ratio)/2 |b|^2 + l1_ratio |b|_1)` with
/// `W = sum_i w_i`. The loss is minus the log probability of the class: of
/// `sigmoid(a + x_i b)` for two classes, of the softmax of `a_k + x_i b_k` for more. That is
/// scikit-learn's `LogisticRegression(C = 1 / (penalty * W), l1_ratio)`.
#[options(new = "A logistic regression of this penalty.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogisticConfig {
    /// Weight of the penalty beside the mean log-loss.
    #[option(range = non_negative)]
    pub penalty: f64,
    /// Share of the penalty that is L1; the rest is L2.
    #[option(default = 0.0, range = 0.0..=1.0, source = "scikit-learn")]
    pub l1_ratio: f64,
    /// Largest relative change of the coefficients in the last step; with an L1 penalty the largest
    /// violation of the optimality conditions per standard deviation of a column.
    #[option(default = 1e-8, range = above_zero)]
    pub tolerance: f64,
    /// Steps of Newton's method; with an L1 penalty, rounds in which columns join the model.
    #[option(default = 100, range = positive)]
    pub max_iterations: i64,
}

impl LogisticConfig {
    /// Fits `x [N, P]` to the classes `[N]`, each below `n_classes`, each row with its weight.
    ///
    /// # Errors
    /// `Config`; `Empty`, `Length`, `Value`, `Target`, `Weight` and `NoWeight` of the data;
    /// [`AbsentClass`](LinearError::AbsentClass); [`NotUnique`](LinearError::NotUnique) without a
    /// penalty; `NotConverged`.
    pub fn fit(
        &self,
        x: &ArrayView2<f64>,
        classes: &[usize],
        n_classes: usize,
        weights: Option<&[f64]>,
    ) -> Result<LogisticRegression> {
        only(
            self.path(x, classes, n_classes, weights, &[self.penalty])?,
            MODEL,
        )
    }

    /// As [`fit`](Self::fit) of rows that weigh alike, where a class without rows counts as one row at the
    /// means of the columns, as Laplace's rule of succession counts one.
    ///
    /// `NOTE[DIFF]`: scikit-learn gives such a class the probability 0, which is an infinite log-loss where a
    /// row of it is predicted.
    ///
    /// # Errors
    /// As [`fit`](Self::fit), but for absent classes.
    pub fn fit_every_class(
        &self,
        x: &ArrayView2<f64>,
        classes: &[usize],
        n_classes: usize,
    ) -> Result<LogisticRegression> {
        let absent: Vec<usize> = (0..n_classes.max(2))
            .filter(|class| !classes.contains(class))
            .collect();
        let Some(means) = x.mean_axis(Axis(0)).filter(|_| !absent.is_empty()) else {
            return self.fit(x, classes, n_classes, None);
        };
        let means = means.insert_axis(Axis(0));
        let mut rows = vec![x.view()];
        rows.extend(absent.iter().map(|_| means.view()));
        let all = ndarray::concatenate(Axis(0), &rows).map_err(|_| LinearError::Empty {
            model: MODEL,
            rows: x.nrows(),
            columns: x.ncols(),
        })?;
        self.fit(&all.view(), &[classes, &absent].concat(), n_classes, None)
    }

    /// Fits each of these penalties, in decreasing order, in place of the config's own.
    ///
    /// # Errors
    /// As [`fit`](Self::fit), and [`Path`](LinearError::Path).
    pub fn path(
        &self,
        x: &ArrayView2<f64>,
        classes: &[usize],
        n_classes: usize,
        weights: Option<&[f64]>,
        penalties: &[f64],
    ) -> Result<Vec<LogisticRegression>> {
        self.check_options(Validate::new("LogisticConfig"))?;
        let path = Path {
            model: MODEL,
            penalties,
            l1_ratio: self.l1_ratio,
            tolerance: self.tolerance,
            max_iterations: self.max_iterations,
            intercept: true,
        };
        path.check()?;
        let design = Design::new(MODEL, x, classes.len(), weights)?;
        all_present(classes, n_classes, &design.weights)?;
        let Design { x, centre, weights } = design;
        let optima = if n_classes == 2 {
            let y: Vec<f64> = classes.iter().map(|class| *class as f64).collect();
            let offset = vec![0.0; y.len()];
            path.solve(
                x,
                &weights,
                &Binomial {
                    y: &y,
                    weights: &weights,
                    offset,
                },
            )
        } else {
            path.solve_classes(x, &weights, classes, n_classes)
        }?;
        optima
            .into_iter()
            .map(|optimum| LogisticRegression::new(optimum, &centre))
            .collect()
    }
}

/// Refuses a class without rows that count, and rows without a class.
fn all_present(classes: &[usize], n_classes: usize, weights: &[f64]) -> Result<()> {
    let outside = classes
        .iter()
        .enumerate()
        .find(|(_, class)| **class >= n_classes);
    if let Some((row, &class)) = outside {
        let expected = format!("one of {n_classes} classes, from 0,");
        return Err(LinearError::Target {
            model: MODEL,
            expected,
            row,
            value: class as f64,
        });
    }
    let counts = |class| {
        classes
            .iter()
            .zip(weights)
            .any(|(y, w)| *y == class && *w > 0.0)
    };
    // Of a task of one class, it is the second that lacks.
    match (0..n_classes.max(2)).find(|&class| !counts(class)) {
        None => Ok(()),
        Some(class) => {
            let n_classes = n_classes.max(2);
            Err(LinearError::AbsentClass {
                model: MODEL,
                class,
                n_classes,
            })
        }
    }
}

/// A fitted logistic regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogisticRegression {
    /// `[1, P]` for two classes, log odds of class 1 against class 0; else `[K, P]`, one row per
    /// class.
    pub coefficients: Array2<f64>,
    /// `[1]` for two classes, else `[K]` with the sum 0.
    pub intercepts: Array1<f64>,
}

impl LogisticRegression {
    /// From an optimum of centred columns.
    fn new(optimum: Optimum, centre: &[f64]) -> Result<Self> {
        let Optimum {
            coefficients,
            mut intercepts,
        } = optimum;
        for (intercept, b) in intercepts.iter_mut().zip(&coefficients) {
            *intercept -= dot(b, centre);
        }
        if intercepts.len() > 1 {
            let mean = intercepts.iter().sum::<f64>() / intercepts.len() as f64;
            for intercept in &mut intercepts {
                *intercept -= mean;
            }
        }
        let (k, p) = (coefficients.len(), centre.len());
        let shaped = Array2::from_shape_vec((k, p), coefficients.concat());
        let coefficients = shaped.map_err(|_| LinearError::Columns {
            model: MODEL,
            expected: p,
            got: k * p,
        })?;
        Ok(Self {
            coefficients,
            intercepts: Array1::from(intercepts),
        })
    }

    /// How many classes it tells apart.
    pub fn n_classes(&self) -> usize {
        self.intercepts.len().max(2)
    }

    /// Linear predictors of rows `[N, P]`: log odds `[N, 1]` of class 1 for two classes, else scores
    /// `[N, K]` whose softmax are the probabilities.
    ///
    /// # Errors
    /// [`LinearError::Columns`] and [`LinearError::Value`].
    pub fn scores(&self, x: &ArrayView2<f64>) -> Result<Array2<f64>> {
        predictors(MODEL, x, &self.coefficients.view(), &self.intercepts.view())
    }

    /// Probabilities `[N, K]` of rows `[N, P]`.
    ///
    /// # Errors
    /// [`LinearError::Columns`] and [`LinearError::Value`].
    pub fn predict(&self, x: &ArrayView2<f64>) -> Result<Array2<f64>> {
        let mut p = self.scores(x)?;
        if self.intercepts.len() == 1 {
            let of_first = p.mapv(|score| sigmoid(-score));
            let of_second = p.mapv(sigmoid);
            return Ok(ndarray::concatenate![Axis(1), of_first, of_second]);
        }
        for mut row in p.rows_mut() {
            let softmax = probabilities(&row.to_vec(), row.len());
            row.assign(&Array1::from(softmax));
        }
        Ok(p)
    }
}
