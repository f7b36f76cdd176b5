//! Log-risks of a survival, as a temperature is fitted on them: by Cox's partial likelihood within
//! each fold, because risks of two models are relative to two baselines.

use midfuse_base::{Recalibration, RecalibrationMethod};

use super::{OutOfFold, temperature};
use crate::metric::{Predictions, Unit};

/// Log-risks of one fold by falling time, and whether the event was seen.
type Fold = Vec<(f64, bool, f64)>;

/// All folds, one entry per unit: the mean log-risk of its rows.
pub(crate) struct RiskRows(Vec<Fold>);

impl RiskRows {
    /// `predictions` makes the predictions of a fold; one that cannot be made is left out.
    pub(crate) fn of(
        folds: &[OutOfFold<'_>],
        unit: Unit,
        predictions: impl Fn(&OutOfFold<'_>) -> Option<Predictions>,
    ) -> Self {
        let of_fold = |fold: &OutOfFold<'_>| {
            let predictions = predictions(fold)?;
            let predictions = match &fold.groups {
                Some(groups) => predictions.with_groups(groups).ok()?,
                None => predictions,
            };
            let by_unit = predictions.to_unit(unit).ok()?;
            let targets = by_unit.targets();
            let (time, event) = targets.as_survival()?;
            let times = time.iter().copied().zip(event.iter().copied());
            let mut rows: Fold = times
                .zip(by_unit.risks())
                .map(|((time, event), risk)| (time, event, risk))
                .collect();
            rows.sort_by(|a, b| b.0.total_cmp(&a.0));
            Some(rows)
        };
        Self(folds.iter().filter_map(of_fold).collect())
    }

    /// The temperature that fits them, if enough of the units had the event.
    pub(crate) fn fit(&self, method: RecalibrationMethod) -> Option<Recalibration> {
        let events = self.0.iter().flatten().filter(|(_, event, _)| *event);
        let enough = events.count() >= RecalibrationMethod::Temperature.fewest_units();
        match method {
            RecalibrationMethod::None => None,
            RecalibrationMethod::Temperature
            | RecalibrationMethod::Vector
            | RecalibrationMethod::Isotonic => enough.then(|| temperature::fit(|t| self.loss(t))),
        }
    }

    /// Minus the partial log-likelihood (Breslow's for ties) of risks divided by a temperature.
    fn loss(&self, temperature: f64) -> f64 {
        let of_fold = |fold: &Fold| {
            // The logarithm of the sum over the rows at risk: their exponentials may be too small
            // for f64, at small temperatures.
            let (mut at_risk, mut loss) = (f64::NEG_INFINITY, 0.0);
            for tied in fold.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
                at_risk = tied
                    .iter()
                    .fold(at_risk, |sum, row| log_sum(sum, row.2 / temperature));
                let of_events = tied.iter().filter(|(_, event, _)| *event);
                loss += of_events
                    .map(|row| at_risk - row.2 / temperature)
                    .sum::<f64>();
            }
            loss
        };
        self.0.iter().map(of_fold).sum()
    }
}

/// The logarithm of the sum of two exponentials, the second finite.
fn log_sum(a: f64, b: f64) -> f64 {
    let (low, high) = (a.min(b), a.max(b));
    high + (low - high).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_likelihood_by_hand() {
        let rows = RiskRows(vec![vec![
            (3.0, false, 2f64.ln()),
            (2.0, true, 0.0),
            (1.0, true, 2f64.ln()),
        ]]);
        // 1 of 3, then 2 of 5.
        assert!((rows.loss(1.0) - (3f64.ln() + 2.5f64.ln())).abs() < 1e-12);
        // The row with the second event has the lowest risk of its set, by 1000 ln 2.
        assert!((rows.loss(1e-3) - (1000.0 * 2f64.ln() + 2f64.ln())).abs() < 1e-9);
    }
}
