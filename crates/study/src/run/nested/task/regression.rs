//! Numbers, and a ridge regression.

use midfuse_base::{Recalibration, Targets};
use midfuse_linear::{LinearError, LinearRegression, RidgeConfig};
use ndarray::ArrayView2;

use super::{LinearScores, NestedTask, PENALTY};

/// A number.
pub(super) struct Numbers;

impl NestedTask for Numbers {
    fn features(&self, scores: &[f64]) -> Vec<f64> {
        scores.to_vec()
    }

    fn unknown(&self) -> Vec<f64> {
        vec![f64::NAN]
    }

    fn mapped(&self, _: &Recalibration, scores: &[f64]) -> Vec<f64> {
        // No map applies to numbers.
        scores.to_vec()
    }

    fn fit(
        &self,
        x: &ArrayView2<'_, f64>,
        targets: &Targets,
    ) -> Result<Box<dyn LinearScores>, LinearError> {
        let y = targets.as_values().unwrap_or_default();
        Ok(Box::new(RidgeConfig::new(PENALTY).fit(x, y, None)?))
    }
}

impl LinearScores for LinearRegression {
    fn scores(&self, x: &ArrayView2<'_, f64>) -> Result<Vec<f64>, LinearError> {
        Ok(self.predict(x)?.to_vec())
    }
}
