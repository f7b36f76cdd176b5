//! What acting on a probability does: net benefit, sensitivity, predictive values.

use midfuse_base::Seed;
use midfuse_metrics::metric::{MetricError, decision_curve, operating_point};

use super::resample::{estimate, pick};
use crate::results::{DecisionRow, Estimate, OperatingRow};

/// The thresholds of the curve: every hundredth.
pub(super) fn curve(positive: &[bool], probabilities: &[f64]) -> Vec<DecisionRow> {
    let grid: Vec<f64> = (1..100).map(|i| f64::from(i) / 100.0).collect();
    decision_curve(positive, probabilities, &grid)
        .unwrap_or_default()
        .into_iter()
        .map(|point| DecisionRow {
            threshold: point.threshold,
            net_benefit: point.model,
            treat_all: point.treat_all,
        })
        .collect()
}

/// An event and its probability, prediction by prediction, and how they are resampled.
#[derive(Clone, Copy)]
pub(super) struct Event<'a> {
    pub(super) positive: &'a [bool],
    pub(super) probabilities: &'a [f64],
    pub(super) members: &'a [Vec<usize>],
    pub(super) prevalence: Option<f64>,
    pub(super) seed: Seed,
}

impl Event<'_> {
    fn estimate(
        &self,
        what: &str,
        statistic: impl Fn(&[bool], &[f64]) -> Result<f64, MetricError>,
    ) -> Option<Estimate> {
        estimate(self.members, self.seed.derive(what), |rows| {
            statistic(&pick(self.positive, rows), &pick(self.probabilities, rows))
        })
    }

    /// What acting from `threshold` on does.
    pub(super) fn at_threshold(&self, threshold: f64) -> OperatingRow {
        let share = |of: bool, acted: bool| {
            move |positive: &[bool], p: &[f64]| {
                let rows = || positive.iter().zip(p).filter(move |row| *row.0 == of);
                let hits = rows().filter(|(_, p)| (**p >= threshold) == acted).count();
                if rows().next().is_some() {
                    return Ok(hits as f64 / rows().count() as f64);
                }
                Err(MetricError::Undefined {
                    metric: "sensitivity",
                    reason: "a class is absent".to_owned(),
                })
            }
        };
        let sensitivity = self.estimate("sensitivity", share(true, true));
        let specificity = self.estimate("specificity", share(false, false));
        let net_benefit = self.estimate("net-benefit", |positive, p| {
            let point = decision_curve(positive, p, &[threshold])?;
            Ok(point.first().map_or(f64::NAN, |point| point.model))
        });
        self.row(None, Some(threshold), sensitivity, specificity, net_benefit)
    }

    /// What can be found while at least `asked` of the others are left alone. Every resample finds
    /// its own threshold.
    pub(super) fn at_specificity(&self, asked: f64) -> OperatingRow {
        let point = operating_point(self.positive, self.probabilities, asked).ok();
        let sensitivity = self.estimate("sensitivity-at", |positive, p| {
            operating_point(positive, p, asked).map(|point| point.sensitivity)
        });
        // The specificity is what was asked for, so it has no interval.
        let specificity = point.map(|point| Estimate {
            value: point.specificity,
            lower: None,
            upper: None,
        });
        let threshold = point.map(|point| point.threshold).filter(|t| t.is_finite());
        self.row(Some(asked), threshold, sensitivity, specificity, None)
    }

    fn row(
        &self,
        asked: Option<f64>,
        threshold: Option<f64>,
        sensitivity: Option<Estimate>,
        specificity: Option<Estimate>,
        net_benefit: Option<Estimate>,
    ) -> OperatingRow {
        let values = match (sensitivity, specificity, self.prevalence) {
            (Some(sensitivity), Some(specificity), Some(prevalence)) => {
                predictive_values(sensitivity.value, specificity.value, prevalence)
            }
            _ => (None, None),
        };
        OperatingRow {
            asked,
            threshold,
            sensitivity,
            specificity,
            net_benefit,
            ppv: values.0,
            npv: values.1,
        }
    }
}

/// Bayes' rule at a prevalence; `None` where none, or all, are called positive.
fn predictive_values(
    sensitivity: f64,
    specificity: f64,
    prevalence: f64,
) -> (Option<f64>, Option<f64>) {
    let share = |right: f64, wrong: f64| (right + wrong > 0.0).then(|| right / (right + wrong));
    (
        share(
            sensitivity * prevalence,
            (1.0 - specificity) * (1.0 - prevalence),
        ),
        share(
            specificity * (1.0 - prevalence),
            (1.0 - sensitivity) * prevalence,
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSITIVE: [bool; 10] = [
        true, true, true, true, true, false, false, false, false, false,
    ];
    const P: [f64; 10] = [0.9, 0.8, 0.7, 0.6, 0.3, 0.65, 0.4, 0.2, 0.1, 0.35];

    #[test]
    fn ten_rows() {
        let members: Vec<Vec<usize>> = (0..10).map(|row| vec![row]).collect();
        let event = Event {
            positive: &POSITIVE,
            probabilities: &P,
            members: &members,
            prevalence: Some(0.1),
            seed: Seed(0),
        };
        let at = event.at_threshold(0.35);
        assert!((at.net_benefit.unwrap().value - 0.238_461_538_5).abs() < 1e-10);
        // 4 of 5 found, 2 of 5 left alone (.65, .4 and .35 are not).
        assert!((at.sensitivity.unwrap().value - 0.8).abs() < 1e-12);
        assert!((at.specificity.unwrap().value - 0.4).abs() < 1e-12);
        assert!((at.ppv.unwrap() - 0.08 / (0.08 + 0.54)).abs() < 1e-12);
        assert!((at.npv.unwrap() - 0.36 / (0.36 + 0.02)).abs() < 1e-12);
        let fixed = event.at_specificity(0.8);
        assert!((fixed.sensitivity.unwrap().value - 0.8).abs() < 1e-12);
        assert_eq!(fixed.threshold, Some(0.6));
        let curve = curve(&POSITIVE, &P);
        assert!((curve[19].net_benefit - 0.4).abs() < 1e-10);
        assert!((curve[19].treat_all - 0.375).abs() < 1e-10);
        assert!((curve[49].net_benefit - 0.3).abs() < 1e-10);
    }

    #[test]
    fn nobody_called_positive_has_no_predictive_value() {
        assert_eq!(predictive_values(0.0, 1.0, 0.2), (None, Some(0.8)));
    }
}
