//! Columns of median 0 and interquartile range 1.

use midfuse_base::options;
use midfuse_metrics::metric::quantile;
use serde::{Deserialize, Serialize};

use super::{Columns, FittedStep, Step, StepTrain};
use crate::transform::TransformError;
use crate::transform::number::{sorted, variance};

/// Subtracts each column's median and divides by the range between its quartiles, so that outliers do
/// not decide the scale. It has no options.
///
/// Reference: scikit-learn's `RobustScaler`.
///
/// `NOTE[DIFF]` A column whose quartiles are equal, as one that is mostly 0, is divided by its standard
/// deviation; scikit-learn does not scale it. What is too small to tell apart is judged beside the
/// column's own numbers, so that units do not matter; there by an absolute limit.
///
/// `NOTE[DIFF]` A column without any value has median 0 and scale 1 here, NaN in scikit-learn.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RobustConfig {}

/// Medians and ranges.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Robust {
    /// Median per column.
    pub median: Vec<f64>,
    /// Third quartile minus the first; the standard deviation where that is 0, and 1 where both are.
    pub scale: Vec<f64>,
}

impl Step for RobustConfig {
    type Fitted = Robust;

    fn fit(&self, train: &StepTrain<'_>) -> Result<Robust, TransformError> {
        let of_column = |column: Vec<f64>| {
            let column = sorted(column);
            if column.is_empty() {
                return (0.0, 1.0);
            }
            let at = |share| quantile(&column, share);
            let largest = column.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
            // A range within rounding error of 0 is 0.
            let told = |scale: &f64| *scale > 10.0 * f64::EPSILON * largest;
            let range = Some(at(0.75) - at(0.25)).filter(told);
            let scale = range.or_else(|| Some(variance(&column).sqrt()).filter(told));
            (at(0.5), scale.unwrap_or(1.0))
        };
        let (median, scale) = train.columns().into_iter().map(of_column).unzip();
        Ok(Robust { median, scale })
    }

    fn most(&self, columns: Columns) -> Columns {
        columns
    }
}

impl FittedStep for Robust {
    fn d_in(&self) -> usize {
        self.median.len()
    }

    fn d_out(&self) -> usize {
        self.median.len()
    }

    fn check(&self) -> Result<(), &'static str> {
        let finite = self.median.iter().all(|median| median.is_finite());
        let positive = self.scale.iter().all(|s| s.is_finite() && *s > 0.0);
        if finite && positive && self.median.len() == self.scale.len() {
            return Ok(());
        }
        Err("`robust` has a median that is not finite, or no scale above 0 for one")
    }

    fn names(&self, names: &[String]) -> Vec<String> {
        names.to_vec()
    }

    fn apply(&self, row: &mut Vec<f64>) -> Result<(), TransformError> {
        for ((value, median), scale) in row.iter_mut().zip(&self.median).zip(&self.scale) {
            *value = (*value - median) / scale;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlier_does_not_decide_the_scale() {
        let names = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
        let nan = f64::NAN;
        let rows = [
            vec![1.0, 7.0, nan],
            vec![2.0, 7.0, nan],
            vec![3.0, 7.0, nan],
            vec![4.0, nan, nan],
            vec![1000.0, 7.0, nan],
        ];
        let train = StepTrain {
            names: &names,
            rows: &rows,
            targets: &[],
        };
        let fitted = RobustConfig::default().fit(&train).unwrap();
        assert_eq!(fitted.median, [3.0, 7.0, 0.0]);
        assert_eq!(fitted.scale, [2.0, 1.0, 1.0]);
        let mut row = vec![5.0, nan, 2.0];
        fitted.apply(&mut row).unwrap();
        assert!((row[0], row[2]) == (1.0, 2.0) && row[1].is_nan());
    }

    #[test]
    fn a_column_that_is_mostly_0_is_scaled_and_units_do_not_matter() {
        let names = ["count".to_owned(), "mol".to_owned()];
        let rows: Vec<Vec<f64>> = (0..10)
            .map(|i| vec![f64::from(i / 9) * 100.0, f64::from(i) * 1e-17])
            .collect();
        let train = StepTrain {
            names: &names,
            rows: &rows,
            targets: &[],
        };
        let fitted = RobustConfig::default().fit(&train).unwrap();
        // Nine of 0 and one of 100: a variance of .09 times 100 squared.
        assert!((fitted.scale[0] - 30.0).abs() < 1e-9);
        assert!((fitted.scale[1] / 4.5e-17 - 1.0).abs() < 1e-9);
    }
}
