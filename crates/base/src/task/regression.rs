//! A number.

use super::{Column, Parts, Strata, TargetError, TargetProblem, Targets, TaskKind, score};

/// A regression.
pub(super) struct Regression;

impl Parts for Regression {
    fn kind(&self) -> TaskKind {
        TaskKind::Regression
    }

    fn n_scores(&self) -> usize {
        1
    }

    fn score_columns(&self) -> Vec<String> {
        vec!["score".to_owned()]
    }

    fn check(&self, targets: &Targets) -> Result<(), TargetError> {
        TargetProblem::check_finite(targets.as_values().unwrap_or_default())
    }

    fn strata(&self, _: &Targets) -> Option<Strata> {
        None
    }

    fn target_columns(&self, targets: &Targets) -> Vec<(String, Column)> {
        let values = targets.as_values().unwrap_or_default().to_vec();
        vec![("target".to_owned(), Column::Number(values))]
    }

    fn prediction_columns(&self, scores: &[Vec<f64>]) -> Vec<(String, Column)> {
        vec![("prediction".to_owned(), Column::Number(score(scores, 0)))]
    }

    fn describe(&self) -> String {
        "a number".to_owned()
    }

    fn is_weighed_by_fitted_rows(&self) -> bool {
        false
    }
}
