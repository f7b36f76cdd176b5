//! Classes: log-odds of each against the first, and a logistic regression.

use midfuse_base::{Recalibration, Targets, log_sum_exp};
use midfuse_linear::{LinearError, LogisticConfig, LogisticRegression};
use ndarray::ArrayView2;

use super::{LinearScores, NestedTask, PENALTY};

/// Log-odds beyond these are as good as certain.
const CERTAIN: f64 = 30.0;

/// So many classes.
pub(super) struct Classes(pub(super) usize);

impl NestedTask for Classes {
    fn features(&self, scores: &[f64]) -> Vec<f64> {
        let first = scores.first().copied().unwrap_or(f64::NAN);
        let odds = scores.iter().skip(1).map(|score| score - first);
        odds.map(|odds| odds.clamp(-CERTAIN, CERTAIN)).collect()
    }

    fn unknown(&self) -> Vec<f64> {
        vec![f64::NAN; self.0.saturating_sub(1)]
    }

    fn mapped(&self, by: &Recalibration, scores: &[f64]) -> Vec<f64> {
        by.log_probabilities(scores)
    }

    fn fit(
        &self,
        x: &ArrayView2<'_, f64>,
        targets: &Targets,
    ) -> Result<Box<dyn LinearScores>, LinearError> {
        let classes = targets.as_classes().unwrap_or_default();
        let model = LogisticConfig::new(PENALTY).fit_every_class(x, classes, self.0)?;
        Ok(Box::new(model))
    }
}

impl LinearScores for LogisticRegression {
    fn scores(&self, x: &ArrayView2<'_, f64>) -> Result<Vec<f64>, LinearError> {
        let mut scores = LogisticRegression::scores(self, x)?
            .into_raw_vec_and_offset()
            .0;
        if let [_] = scores.as_slice() {
            // Log-odds of the second class: those of the first against itself are 0.
            scores.insert(0, 0.0);
        }
        let total = log_sum_exp(scores.iter().copied());
        Ok(scores.into_iter().map(|score| score - total).collect())
    }
}
