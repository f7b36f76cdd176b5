//! Times and events: the log-risk, Cox's regression, and survival through Breslow's baseline.

use midfuse_base::{Recalibration, SurvivalTask, Targets};
use midfuse_linear::{Breslow, CoxConfig, CoxRegression, LinearError};
use ndarray::ArrayView2;

use super::{LinearScores, NestedTask, PENALTY};

/// The time to an event.
pub(super) struct TimesAndEvents<'a>(pub(super) &'a SurvivalTask);

impl NestedTask for TimesAndEvents<'_> {
    fn features(&self, scores: &[f64]) -> Vec<f64> {
        scores.iter().take(1).copied().collect()
    }

    fn unknown(&self) -> Vec<f64> {
        vec![f64::NAN]
    }

    fn mapped(&self, by: &Recalibration, scores: &[f64]) -> Vec<f64> {
        let temperature = match by {
            Recalibration::Temperature { temperature } => *temperature,
            // Of probabilities only.
            Recalibration::Vector { .. } | Recalibration::Isotonic { .. } => 1.0,
        };
        self.features(scores)
            .into_iter()
            .map(|risk| risk / temperature)
            .collect()
    }

    fn fit(
        &self,
        x: &ArrayView2<'_, f64>,
        targets: &Targets,
    ) -> Result<Box<dyn LinearScores>, LinearError> {
        let (time, event) = targets.as_survival().unwrap_or_default();
        let cox = CoxConfig::new(PENALTY).fit(x, time, event, None)?;
        let hazard = Breslow::fit(time, event, &cox.predict(x)?.to_vec())?;
        let times = self.0.times.clone();
        Ok(Box::new(Risk { cox, hazard, times }))
    }
}

struct Risk {
    cox: CoxRegression,
    hazard: Breslow,
    times: Vec<f64>,
}

impl LinearScores for Risk {
    fn scores(&self, x: &ArrayView2<'_, f64>) -> Result<Vec<f64>, LinearError> {
        let risk = self.cox.predict(x)?.first().copied().unwrap_or(f64::NAN) - self.hazard.centre;
        let survival = self
            .times
            .iter()
            .map(|&time| self.hazard.survival(time, risk));
        Ok(std::iter::once(risk).chain(survival).collect())
    }
}
