//! Which numbers were missing, as columns.

use midfuse_base::options;
use serde::{Deserialize, Serialize};

use super::{Columns, FittedStep, Step, StepTrain};
use crate::transform::TransformError;

/// A column of 0 and 1 for each column that is missing somewhere in the train rows, behind all others:
/// 1 where the number is missing. The numbers themselves stay missing. It has no options.
///
/// Reference: scikit-learn's `MissingIndicator(features="missing-only", error_on_new=False)`.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingIndicatorsConfig {}

/// The columns that get one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingIndicators {
    d_in: usize,
    /// Positions, ascending.
    of: Vec<usize>,
}

impl Step for MissingIndicatorsConfig {
    type Fitted = MissingIndicators;

    fn fit(&self, train: &StepTrain<'_>) -> Result<MissingIndicators, TransformError> {
        let columns = train.columns();
        let whole = train.rows.len();
        let of = columns.iter().enumerate();
        let of = of.filter(|(_, column)| column.len() < whole);
        Ok(MissingIndicators {
            d_in: columns.len(),
            of: of.map(|(at, _)| at).collect(),
        })
    }

    fn most(&self, columns: Columns) -> Columns {
        Columns {
            all: columns.all + columns.with_missing,
            ..columns
        }
    }
}

impl FittedStep for MissingIndicators {
    fn d_in(&self) -> usize {
        self.d_in
    }

    fn d_out(&self) -> usize {
        self.d_in + self.of.len()
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.of.iter().all(|&at| at < self.d_in) {
            return Ok(());
        }
        Err("`missing-indicators` names a column that there is not")
    }

    fn names(&self, names: &[String]) -> Vec<String> {
        let of = self.of.iter().filter_map(|&at| names.get(at));
        let flags = of.map(|name| format!("{name} is missing"));
        names.iter().cloned().chain(flags).collect()
    }

    fn apply(&self, row: &mut Vec<f64>) -> Result<(), TransformError> {
        for &at in &self.of {
            let missing = row.get(at).is_some_and(|value| value.is_nan());
            row.push(f64::from(u8::from(missing)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_are_missing_in_train_get_a_flag() {
        let nan = f64::NAN;
        let names = ["a".to_owned(), "b".to_owned()];
        let train = StepTrain {
            names: &names,
            rows: &[vec![1.0, nan], vec![2.0, 3.0]],
            targets: &[],
        };
        let fitted = MissingIndicatorsConfig::default().fit(&train).unwrap();
        assert_eq!((fitted.d_in(), fitted.d_out()), (2, 3));
        assert_eq!(fitted.names(&names), ["a", "b", "b is missing"]);
        // What is first missing at a new row has no flag.
        let mut row = vec![nan, 5.0];
        fitted.apply(&mut row).unwrap();
        assert!(row[0].is_nan());
        assert_eq!(row[1..], [5.0, 0.0]);
        let mut row = vec![5.0, nan];
        fitted.apply(&mut row).unwrap();
        assert!(row[1].is_nan() && (row[2] - 1.0).abs() < 1e-12);
    }
}
