//! The columns that go most with the target.

use midfuse_base::options;
use serde::{Deserialize, Serialize};

use super::{Columns, FittedStep, Step, StepTrain};
use crate::transform::TransformError;
use crate::transform::association::association;

/// The `k` columns that go most with the target, each by itself, in their order: by the F of an
/// analysis of variance for classes, by the F of a correlation for numbers, by the score test of Cox's
/// model for times and events. Targets are those of the train rows; a column without association,
/// such as a constant, comes last.
///
/// Reference: scikit-learn's `SelectKBest` with `f_classif` and `f_regression`.
///
/// `NOTE[DIFF]` Of columns with equal scores the first are kept, and numbers may be missing: a column is
/// then scored on the rows that have it.
#[options(new = "At most this many columns.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectTargetConfig {
    /// Most columns that are kept.
    #[option(default = 100, new, range = 1..)]
    pub k: usize,
}

impl Step for SelectTargetConfig {
    type Fitted = Selected;

    fn fit(&self, train: &StepTrain<'_>) -> Result<Selected, TransformError> {
        let scores = association(train);
        Ok(Selected {
            d_in: scores.len(),
            kept: best(&scores, self.k),
        })
    }

    fn most(&self, columns: Columns) -> Columns {
        columns.at_most(self.k)
    }
}

/// Positions of the `k` largest scores, ascending; the first of equal ones, and NaN last.
pub(super) fn best(scores: &[f64], k: usize) -> Vec<usize> {
    let score = |at: usize| {
        let score = scores.get(at).copied().unwrap_or(f64::NAN);
        if score.is_nan() {
            f64::NEG_INFINITY
        } else {
            score
        }
    };
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| score(b).total_cmp(&score(a)));
    order.truncate(k);
    order.sort_unstable();
    order
}

/// The columns that were kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selected {
    pub(super) d_in: usize,
    /// Positions, ascending.
    pub(super) kept: Vec<usize>,
}

impl Selected {
    /// Positions of the columns that were kept, ascending.
    pub fn kept(&self) -> &[usize] {
        &self.kept
    }
}

impl FittedStep for Selected {
    fn d_in(&self) -> usize {
        self.d_in
    }

    fn d_out(&self) -> usize {
        self.kept.len()
    }

    fn check(&self) -> Result<(), &'static str> {
        let ascending = self.kept.iter().zip(self.kept.iter().skip(1));
        if ascending.into_iter().all(|(a, b)| a < b) && self.kept.iter().all(|&at| at < self.d_in) {
            return Ok(());
        }
        Err("a selection names columns twice, out of order, or that there are not")
    }

    fn names(&self, names: &[String]) -> Vec<String> {
        let kept = self.kept.iter().filter_map(|&at| names.get(at).cloned());
        kept.collect()
    }

    fn apply(&self, row: &mut Vec<f64>) -> Result<(), TransformError> {
        let kept = self.kept.iter().filter_map(|&at| row.get(at).copied());
        *row = kept.collect();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midfuse_base::Target;

    #[test]
    fn the_best_are_kept_in_their_order() {
        assert_eq!(best(&[1.0, f64::NAN, 3.0, 1.0], 2), [0, 2]);
        assert_eq!(best(&[1.0, f64::NAN, 3.0, 1.0], 9), [0, 1, 2, 3]);
        let names: Vec<String> = ["noise", "constant", "class"].map(str::to_owned).to_vec();
        let rows = [
            vec![1.0, 5.0, 0.0],
            vec![2.0, 5.0, 0.1],
            vec![1.0, 5.0, 1.0],
            vec![2.0, 5.0, 1.1],
        ];
        let targets = [0, 0, 1, 1].map(Target::Class);
        let train = StepTrain {
            names: &names,
            rows: &rows,
            targets: &targets,
        };
        let fitted = SelectTargetConfig::new(1).fit(&train).unwrap();
        assert_eq!(fitted.names(&names), ["class"]);
        let mut row = vec![7.0, 8.0, 9.0];
        fitted.apply(&mut row).unwrap();
        assert_eq!(row, [9.0]);
        let bad = Selected {
            d_in: 2,
            kept: vec![2],
        };
        assert!(bad.check().is_err());
    }
}
