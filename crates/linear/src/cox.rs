//! Cox's proportional hazards regression.
//!
//! **Papers**: Cox, "Regression models and life-tables", JRSS B 1972; Efron, "The efficiency of Cox's
//! likelihood function for censored data", JASA 1977; Simon et al., "Regularization paths for Cox's
//! proportional hazards model via coordinate descent", J. Stat. Softw. 2011.
//! **Reference implementation**: `sksurv.linear_model.CoxPHSurvivalAnalysis(ties="efron")`.
//!
//! NOTE[DIFF]: the penalty is per row; scikit-survival's `alpha` is `penalty * sum(weights)`, and it
//! has no weights. `CoxnetSurvivalAnalysis` treats ties in Breslow's way and agrees where there are
//! none.

use midfuse_base::{Options, Validate, options};
use ndarray::{Array1, ArrayView2, Axis, array};
use serde::{Deserialize, Serialize};

use crate::design::{Design, same_length};
use crate::loss::{Partial, descending};
use crate::path::{Path, only};
use crate::predictor::predictors;
use crate::{LinearError, Result};

const MODEL: &str = "Cox regression";

/// Configuration of [`CoxRegression`].
///
/// Minimises `-1/W log PL(b) + penalty ((1 - l1_ratio)/2 |b|^2 + l1_ratio |b|_1)` with
/// `W = sum_i w_i` and Efron's partial likelihood, which is scikit-survival's
/// `CoxPHSurvivalAnalysis(alpha = penalty * W, ties = "efron")` for `l1_ratio = 0`.
#[options(new = "A Cox regression of this penalty.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoxConfig {
    /// Weight of the penalty beside the log partial likelihood per row.
    #[option(range = non_negative)]
    pub penalty: f64,
    /// Share of the penalty that is L1; the rest is L2.
    #[option(default = 0.0, range = 0.0..=1.0)]
    pub l1_ratio: f64,
    /// Largest relative change of the coefficients in the last step; with an L1 penalty the largest
    /// violation of the optimality conditions per standard deviation of a column.
    #[option(default = 1e-8, range = above_zero)]
    pub tolerance: f64,
    /// Steps of Newton's method; with an L1 penalty, rounds in which columns join the model.
    #[option(default = 100, range = positive)]
    pub max_iterations: i64,
}

impl CoxConfig {
    /// Fits `x [N, P]` to times of follow-up `[N]` and whether each ended with the event, each row
    /// with its weight.
    ///
    /// # Errors
    /// `Config`; `Empty`, `Length`, `Value`, `Target`, `Weight` and `NoWeight` of the data;
    /// [`NoEvent`](LinearError::NoEvent); [`NotUnique`](LinearError::NotUnique) without a penalty;
    /// `NotConverged`.
    pub fn fit(
        &self,
        x: &ArrayView2<f64>,
        times: &[f64],
        events: &[bool],
        weights: Option<&[f64]>,
    ) -> Result<CoxRegression> {
        only(
            self.path(x, times, events, weights, &[self.penalty])?,
            MODEL,
        )
    }

    /// Fits each of these penalties, in decreasing order, in place of the config's own.
    ///
    /// # Errors
    /// As [`fit`](Self::fit), and [`Path`](LinearError::Path).
    pub fn path(
        &self,
        x: &ArrayView2<f64>,
        times: &[f64],
        events: &[bool],
        weights: Option<&[f64]>,
        penalties: &[f64],
    ) -> Result<Vec<CoxRegression>> {
        self.check_options(Validate::new("CoxConfig"))?;
        let path = Path {
            model: MODEL,
            penalties,
            l1_ratio: self.l1_ratio,
            tolerance: self.tolerance,
            max_iterations: self.max_iterations,
            intercept: false,
        };
        path.check()?;
        check_targets(x.nrows(), times, events)?;
        let order = descending(times);
        let design = Design::in_order(MODEL, x, times.len(), weights, Some(&order))?;
        let of_order = |row: &usize| times.get(*row).copied().zip(events.get(*row).copied());
        let (times, events): (Vec<f64>, Vec<bool>) = order.iter().filter_map(of_order).unzip();
        let loss = Partial::new(&times, &events, &design.weights);
        if loss.event_weight() == 0.0 {
            return Err(LinearError::NoEvent { model: MODEL });
        }
        let optima = path.solve(design.x, &design.weights, &loss)?;
        let models = optima.into_iter().flat_map(|optimum| optimum.coefficients);
        Ok(models
            .map(|b| CoxRegression {
                coefficients: Array1::from(b),
            })
            .collect())
    }
}

/// Refuses times that are negative or not finite, and lists of different lengths.
fn check_targets(rows: usize, times: &[f64], events: &[bool]) -> Result<()> {
    for got in [times.len(), events.len()] {
        same_length(MODEL, "targets", rows, got)?;
    }
    let wrong = times
        .iter()
        .enumerate()
        .find(|(_, time)| !(time.is_finite() && **time >= 0.0));
    wrong.map_or(Ok(()), |(row, &value)| {
        let expected = "a finite time of 0 or more".to_owned();
        Err(LinearError::Target {
            model: MODEL,
            expected,
            row,
            value,
        })
    })
}

/// A fitted Cox regression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoxRegression {
    /// `[P]`, log hazard ratios per unit of the column.
    pub coefficients: Array1<f64>,
}

impl CoxRegression {
    /// Log hazards `[N]` of rows `[N, P]`, relative to a row of zeros; higher is sooner.
    ///
    /// # Errors
    /// [`LinearError::Columns`] and [`LinearError::Value`].
    pub fn predict(&self, x: &ArrayView2<f64>) -> Result<Array1<f64>> {
        let coefficients = self.coefficients.view().insert_axis(Axis(0));
        let scores = predictors(MODEL, x, &coefficients, &array![0.0].view())?;
        Ok(scores.index_axis_move(Axis(1), 0))
    }
}
