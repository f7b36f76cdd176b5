//! The form of every result: effect, interval, p, assumptions.

use serde::{Deserialize, Serialize};

use super::{StatsError, distribution};

/// A confidence (or credible) interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Coverage in (0, 1), `0.95`.
    pub level: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// True if `value` lies in the interval, ends included.
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// Result of a test of one effect against 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestResult {
    /// Name of the test.
    pub method: String,
    /// The estimate: a mean difference, a difference of AUCs, in the unit of the scores.
    pub effect: f64,
    /// Standard error of the effect, where the test has one.
    pub standard_error: Option<f64>,
    /// Interval of the effect, where the test gives one.
    pub interval: Option<Interval>,
    /// The statistic: t, z, chi-squared, F, or a sum of ranks.
    pub statistic: f64,
    /// Degrees of freedom of a t test; `None` for others.
    pub df: Option<f64>,
    /// Two-sided p.
    pub p_value: f64,
    /// What has to hold for p and interval to mean what they say.
    pub assumptions: Vec<String>,
}

impl TestResult {
    /// A t test (`df` given) or z test (`None`) of an effect with a standard error above 0.
    pub(super) fn from_standard_error(
        method: &'static str,
        (effect, standard_error): (f64, f64),
        df: Option<f64>,
        level: f64,
        assumptions: &[&str],
    ) -> Result<Self, StatsError> {
        check_level(method, level)?;
        let statistic = effect / standard_error;
        let quantile = distribution::quantile(0.5 + level / 2.0, df);
        Ok(Self {
            method: method.to_owned(),
            effect,
            standard_error: Some(standard_error),
            interval: Some(Interval {
                level,
                low: effect - quantile * standard_error,
                high: effect + quantile * standard_error,
            }),
            statistic,
            df,
            p_value: distribution::two_sided(statistic, df),
            assumptions: assumptions.iter().map(|&line| line.to_owned()).collect(),
        })
    }

    /// One-sided p that the effect is at most 0, against "above 0".
    ///
    /// # Errors
    /// [`StatsError::NoStandardError`] for a test without one.
    pub fn superiority(&self) -> Result<f64, StatsError> {
        self.non_inferiority(0.0)
    }

    /// One-sided p that the effect is at most `-margin`, against "above -margin".
    ///
    /// # Errors
    /// [`StatsError::NoStandardError`] for a test without one; [`StatsError::Setting`] for a negative
    /// margin.
    pub fn non_inferiority(&self, margin: f64) -> Result<f64, StatsError> {
        let standard_error = self.scale("non-inferiority", margin)?;
        Ok(distribution::upper_tail(
            (self.effect + margin) / standard_error,
            self.df,
        ))
    }

    /// p of two one-sided tests (Schuirmann 1987) that the effect lies outside
    /// `(-margin, margin)`, against "inside".
    ///
    /// # Errors
    /// [`StatsError::NoStandardError`] for a test without one; [`StatsError::Setting`] for a negative
    /// margin.
    pub fn equivalence(&self, margin: f64) -> Result<f64, StatsError> {
        let standard_error = self.scale("equivalence", margin)?;
        let above = distribution::upper_tail((self.effect + margin) / standard_error, self.df);
        let below = distribution::upper_tail((margin - self.effect) / standard_error, self.df);
        Ok(above.max(below))
    }

    /// How far the plain interval at `level` reaches to either side of the effect; `None` for a test
    /// without a standard error, NaN for a level outside (0, 1).
    pub fn half_width(&self, level: f64) -> Option<f64> {
        let standard_error = self.standard_error?;
        Some(half_width(standard_error, self.df, level))
    }

    fn scale(&self, what: &'static str, margin: f64) -> Result<f64, StatsError> {
        if !margin.is_finite() || margin < 0.0 {
            return Err(StatsError::Setting {
                method: what,
                what: "the margin",
                expected: "a finite number of at least 0",
                got: margin.to_string(),
            });
        }
        self.standard_error
            .ok_or_else(|| StatsError::NoStandardError {
                method: self.method.clone(),
                what,
            })
    }
}

/// How far an interval at `level` reaches to either side: of t with `df` degrees of freedom, or normal;
/// NaN for a level outside (0, 1).
pub(crate) fn half_width(standard_error: f64, df: Option<f64>, level: f64) -> f64 {
    if check_level("interval", level).is_err() {
        return f64::NAN;
    }
    distribution::quantile(0.5 + level / 2.0, df) * standard_error
}

/// A confidence level in (0, 1).
pub(super) fn check_level(method: &'static str, level: f64) -> Result<(), StatsError> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    Err(StatsError::Setting {
        method,
        what: "the confidence level",
        expected: "between 0 and 1",
        got: level.to_string(),
    })
}

/// At least `needs` of something.
pub(super) fn at_least(
    method: &'static str,
    what: &'static str,
    needs: usize,
    got: usize,
) -> Result<(), StatsError> {
    if got >= needs {
        return Ok(());
    }
    Err(StatsError::TooFew {
        method,
        what,
        needs,
        got,
    })
}

/// Mean and variance (n - 1) of at least two finite values that are not all the same.
pub(super) fn mean_and_variance(
    method: &'static str,
    what: &'static str,
    values: &[f64],
) -> Result<(f64, f64), StatsError> {
    at_least(method, what, 2, values.len())?;
    crate::metric::finite(what, values)?;
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / (n - 1.0);
    if !variance.is_finite() {
        return Err(StatsError::Overflow { method, what });
    }
    // Roundings of a mean of equal values must not pass for variation.
    let scale = values
        .iter()
        .fold(0.0_f64, |scale, value| scale.max(value.abs()));
    if variance.sqrt() <= 1e-14 * scale {
        return Err(StatsError::NoVariation {
            method,
            n: values.len(),
            value: mean,
        });
    }
    Ok((mean, variance))
}
