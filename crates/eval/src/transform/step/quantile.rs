//! The rank of a number among those of the train rows.

use midfuse_base::{Choices, options};
use midfuse_metrics::metric::quantile;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

use super::{Columns, FittedStep, Step, StepTrain};
use crate::transform::TransformError;
use crate::transform::number::sorted;

/// What a rank becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum QuantileOutput {
    /// The normal score: as many standard deviations as put this share of a normal below.
    Normal,
    /// The share of the train rows below, 0 to 1; what is missing then enters as the smallest.
    Uniform,
}

/// The share of the train rows below a number, interpolated between quantiles, as a normal score or as
/// it is. Outliers become the largest rank, and every column has the same shape.
///
/// Reference: scikit-learn's `QuantileTransformer(subsample=None)`.
///
/// - `NOTE[DIFF]` A column that is constant, or has no value, becomes the middle, where scikit-learn
///   gives the lower end.
/// - `NOTE[DIFF]` Fewer quantiles by default: a saved model holds them for every column.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuantileConfig {
    /// Quantiles that are kept of each column; no more than there are train rows.
    #[option(default = 100, range = 2..=10_000)]
    pub n_quantiles: usize,
    /// What a rank becomes.
    #[option(default = QuantileOutput::Normal)]
    pub output: QuantileOutput,
}

/// Quantiles of each column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantile {
    output: QuantileOutput,
    /// Ascending, from the smallest to the largest value of a column; none of one without values.
    quantiles: Vec<Vec<f64>>,
}

/// scikit-learn's distance from 0 and 1, where a normal score is infinite.
const EDGE: f64 = 1e-7;

impl Step for QuantileConfig {
    type Fitted = Quantile;

    fn fit(&self, train: &StepTrain<'_>) -> Result<Quantile, TransformError> {
        let n = self.n_quantiles.min(train.rows.len()).max(1);
        let of_column = |column: Vec<f64>| {
            let column = sorted(column);
            if column.is_empty() {
                return Vec::new();
            }
            let mut quantiles: Vec<f64> = (0..n).map(|i| quantile(&column, share(i, n))).collect();
            // Rounding must not turn them round.
            for i in 1..quantiles.len() {
                if let [before, this] = quantiles.get_mut(i - 1..=i).unwrap_or_default() {
                    *this = this.max(*before);
                }
            }
            quantiles
        };
        Ok(Quantile {
            output: self.output,
            quantiles: train.columns().into_iter().map(of_column).collect(),
        })
    }

    fn most(&self, columns: Columns) -> Columns {
        columns
    }
}

impl FittedStep for Quantile {
    fn d_in(&self) -> usize {
        self.quantiles.len()
    }

    fn d_out(&self) -> usize {
        self.quantiles.len()
    }

    fn check(&self) -> Result<(), &'static str> {
        let ascends = |q: &Vec<f64>| q.iter().zip(q.iter().skip(1)).all(|(a, b)| a <= b);
        let finite = |q: &Vec<f64>| q.iter().all(|value| value.is_finite());
        if self.quantiles.iter().all(|q| finite(q) && ascends(q)) {
            return Ok(());
        }
        Err("`quantile` has quantiles that are not finite, or do not ascend")
    }

    fn names(&self, names: &[String]) -> Vec<String> {
        names.to_vec()
    }

    fn apply(&self, row: &mut Vec<f64>) -> Result<(), TransformError> {
        let normal = Normal::standard();
        let lowest = normal.inverse_cdf(EDGE - f64::EPSILON);
        for (value, quantiles) in row.iter_mut().zip(&self.quantiles) {
            if value.is_nan() {
                continue;
            }
            let below = share_below(quantiles, *value, self.output);
            *value = match self.output {
                QuantileOutput::Uniform => below,
                QuantileOutput::Normal if below <= 0.0 => lowest,
                QuantileOutput::Normal if below >= 1.0 => -lowest,
                QuantileOutput::Normal => normal.inverse_cdf(below).clamp(lowest, -lowest),
            };
        }
        Ok(())
    }
}

/// The share that a quantile stands for.
fn share(i: usize, n: usize) -> f64 {
    i as f64 / n.saturating_sub(1).max(1) as f64
}

/// The share of the train rows below a number: the mean of interpolating from below and from above,
/// so that a value of many rows gets the middle of its ranks.
fn share_below(quantiles: &[f64], x: f64, output: QuantileOutput) -> f64 {
    let (Some(&low), Some(&high)) = (quantiles.first(), quantiles.last()) else {
        return 0.5;
    };
    let edge = match output {
        QuantileOutput::Normal => EDGE,
        QuantileOutput::Uniform => 0.0,
    };
    if low >= high {
        return if x < low {
            0.0
        } else if x > high {
            1.0
        } else {
            0.5
        };
    }
    if x - edge < low || x <= low {
        return 0.0;
    }
    if x + edge > high || x >= high {
        return 1.0;
    }
    let n = quantiles.len();
    let between = |at: usize| -> f64 {
        let value = |i: usize| quantiles.get(i).copied().unwrap_or(high);
        let (a, b) = (value(at), value(at + 1));
        let (from, to) = (share(at, n), share(at + 1, n));
        if b > a {
            from + (to - from) / (b - a) * (x - a)
        } else {
            from
        }
    };
    // The last quantile that is not above x, and the first that is not below.
    let last = quantiles.partition_point(|&q| q <= x).saturating_sub(1);
    let first = quantiles.partition_point(|&q| q < x);
    let upper = if quantiles.get(first).is_some_and(|&q| q <= x) {
        share(first, n)
    } else {
        between(first.saturating_sub(1))
    };
    f64::midpoint(between(last), upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(output: QuantileOutput, values: &[f64]) -> Quantile {
        let names = ["a".to_owned()];
        let rows: Vec<Vec<f64>> = values.iter().map(|&value| vec![value]).collect();
        let train = StepTrain {
            names: &names,
            rows: &rows,
            targets: &[],
        };
        let config = QuantileConfig::default().with_output(output);
        config.fit(&train).unwrap()
    }

    fn of(fitted: &Quantile, value: f64) -> f64 {
        let mut row = vec![value];
        fitted.apply(&mut row).unwrap();
        row[0]
    }

    #[test]
    fn ranks_by_hand() {
        let uniform = fitted(QuantileOutput::Uniform, &[0.0, 10.0, 10.0, 10.0, 1000.0]);
        // Quantiles 0, 10, 10, 10, 1000 at 0, 1/4, 2/4, 3/4, 1.
        for (value, share) in [
            (-5.0, 0.0),
            (5.0, 0.125),
            (10.0, 0.5),
            (505.0, 0.875),
            (2000.0, 1.0),
        ] {
            assert!((of(&uniform, value) - share).abs() < 1e-12, "{value}");
        }
        assert!(of(&uniform, f64::NAN).is_nan());
        let normal = fitted(QuantileOutput::Normal, &[0.0, 10.0, 20.0]);
        assert!(of(&normal, 10.0).abs() < 1e-12);
        // The normal score of 3/4.
        assert!((of(&normal, 15.0) - 0.674_489_750_196_081_7).abs() < 1e-9);
        assert!((of(&normal, 99.0) - 5.199_337_582_605_575).abs() < 1e-6);
    }

    #[test]
    fn a_constant_is_the_middle() {
        let constant = fitted(QuantileOutput::Normal, &[3.0, 3.0]);
        assert!(of(&constant, 3.0).abs() < 1e-12);
        assert!(of(&constant, 4.0) > 5.0);
        let nothing = fitted(QuantileOutput::Normal, &[f64::NAN]);
        assert!(of(&nothing, 3.0).abs() < 1e-12);
        nothing.check().unwrap();
    }
}
