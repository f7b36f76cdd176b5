//! The columns that vary most.

use midfuse_base::options;
use serde::{Deserialize, Serialize};

use super::select_target::{Selected, best};
use super::{Columns, Step, StepTrain};
use crate::transform::TransformError;
use crate::transform::number::variance;

const NAME: &str = "select-variance";

/// The columns of largest variance (over `n`, of the numbers that are there), in their order. It looks
/// at no target. After a step that gives every column the same variance it says nothing: it comes
/// first.
///
/// Reference: scikit-learn's `VarianceThreshold`, which has no `k`. Of equal ones the first are kept.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectVarianceConfig {
    /// Most columns that are kept.
    #[option(unset = "all", range = 1..)]
    pub k: Option<usize>,
    /// What the variance of a column that is kept must exceed.
    #[option(default = 0.0, range = non_negative, source = "scikit-learn")]
    pub above: f64,
}

impl Step for SelectVarianceConfig {
    type Fitted = Selected;

    fn fit(&self, train: &StepTrain<'_>) -> Result<Selected, TransformError> {
        let columns = train.columns();
        let scores: Vec<f64> = columns.iter().map(|column| variance(column)).collect();
        let all = scores.len();
        let mut kept = best(&scores, self.k.unwrap_or(all));
        kept.retain(|&at| scores.get(at).is_some_and(|&score| score > self.above));
        if kept.is_empty() {
            let expected = format!("a column whose variance exceeds {}", self.above);
            return Err(TransformError::nothing(NAME, expected));
        }
        Ok(Selected { d_in: all, kept })
    }

    fn most(&self, columns: Columns) -> Columns {
        columns.at_most(self.k.unwrap_or(columns.all))
    }
}

#[cfg(test)]
mod tests {
    use super::super::FittedStep as _;
    use super::*;

    #[test]
    fn constants_go_first_and_the_order_stays() {
        let names: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        let nan = f64::NAN;
        // Variances 1, 0, 4, 1.
        let rows = [
            vec![1.0, 0.1, 2.0, -1.0],
            vec![3.0, 0.1, 6.0, 1.0],
            vec![nan; 4],
        ];
        let train = StepTrain {
            names: &names,
            rows: &rows,
            targets: &[],
        };
        let config = SelectVarianceConfig::default();
        let kept = |config: &SelectVarianceConfig| config.fit(&train).map(|s| s.names(&names));
        assert_eq!(kept(&config).unwrap(), ["a", "c", "d"]);
        assert_eq!(kept(&config.clone().with_k(2)).unwrap(), ["a", "c"]);
        assert_eq!(kept(&config.clone().with_above(1.0)).unwrap(), ["c"]);
        let error = kept(&config.with_above(9.0)).unwrap_err().to_string();
        assert!(
            error.starts_with("select-variance: expected a column whose"),
            "{error}"
        );
    }
}
