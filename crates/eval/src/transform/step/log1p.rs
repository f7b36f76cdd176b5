//! ln(1 + x).

use midfuse_base::options;
use serde::{Deserialize, Serialize};

use super::{Columns, FittedStep, Step, StepTrain};
use crate::transform::TransformError;

const NAME: &str = "log1p";
const EXPECTED: &str = "numbers of at least 0";

/// `ln(1 + x)` of every number: for counts, and other numbers of at least 0 whose differences matter
/// by their ratio. It has no options; a number below 0 is refused.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log1pConfig {}

/// Nothing is fitted but which columns there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log1p {
    columns: Vec<String>,
}

impl Step for Log1pConfig {
    type Fitted = Log1p;

    fn fit(&self, train: &StepTrain<'_>) -> Result<Log1p, TransformError> {
        if let Some((column, got)) = train.first_not(|x| x >= 0.0) {
            return Err(TransformError::domain(NAME, column, EXPECTED, got));
        }
        let columns = train.names.to_vec();
        Ok(Log1p { columns })
    }

    fn most(&self, columns: Columns) -> Columns {
        columns
    }
}

impl FittedStep for Log1p {
    fn d_in(&self) -> usize {
        self.columns.len()
    }

    fn d_out(&self) -> usize {
        self.columns.len()
    }

    fn check(&self) -> Result<(), &'static str> {
        Ok(())
    }

    fn names(&self, names: &[String]) -> Vec<String> {
        names.to_vec()
    }

    fn apply(&self, row: &mut Vec<f64>) -> Result<(), TransformError> {
        for (value, column) in row.iter_mut().zip(&self.columns) {
            if *value < 0.0 {
                return Err(TransformError::domain(
                    NAME,
                    column.clone(),
                    EXPECTED,
                    *value,
                ));
            }
            *value = value.ln_1p();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand_and_refused_below_0() {
        let names = ["count".to_owned()];
        let fit = |value: f64| {
            Log1pConfig::default().fit(&StepTrain {
                names: &names,
                rows: &[vec![value]],
                targets: &[],
            })
        };
        let mut row = vec![std::f64::consts::E - 1.0];
        let fitted = fit(0.0).unwrap();
        fitted.apply(&mut row).unwrap();
        assert!((row[0] - 1.0).abs() < 1e-15);
        let said = "log1p: column `count` holds -0.5; expected numbers of at least 0";
        assert!(fit(-0.5).unwrap_err().to_string().starts_with(said));
        let error = fitted.apply(&mut vec![-0.5]).unwrap_err();
        assert!(error.to_string().starts_with(said));
    }
}
