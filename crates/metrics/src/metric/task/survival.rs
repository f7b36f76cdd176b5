//! Metrics of times to an event, right-censored.

use std::sync::Arc;

use midfuse_base::{Recalibration, RecalibrationMethod, SurvivalTask, TargetShape, Targets};

use super::{TaskMetrics, Values, need};
use crate::metric::survival::{KaplanMeier, Survival, TimesAndRisks};
use crate::metric::{Metric, MetricError, Predictions, Unit};
use crate::recalibrate::{OutOfFold, RiskRows};

const SHAPE: TargetShape = TargetShape::TimesAndEvents;

/// A survival.
pub(super) struct Of<'a>(pub(super) &'a SurvivalTask);

impl TaskMetrics for Of<'_> {
    fn default_metric(&self) -> Metric {
        Metric::Concordance
    }

    fn reported(&self) -> Vec<Metric> {
        vec![
            Metric::Concordance,
            Metric::ConcordanceUno,
            Metric::DynamicAuc,
            Metric::IntegratedBrier,
        ]
    }

    fn loss(&self) -> Metric {
        Metric::IntegratedBrier
    }

    fn loss_unit(&self) -> &'static str {
        "of the integrated Brier score"
    }

    fn least_margin(&self) -> f64 {
        0.0
    }

    /// A patient has one time and one event, however many rows they have.
    fn group_unit(&self) -> Unit {
        Unit::Group
    }

    fn check_unit(&self, unit: Unit) -> Result<(), &'static str> {
        match unit {
            Unit::Row | Unit::Group | Unit::RowsIgnoringGroups => Ok(()),
            Unit::RowsAveragedInGroup => Err(
                "metrics of a survival take no weights of rows; write \"unit\" (\"group\" where groups are the units), or \"row\" if rows are meant",
            ),
        }
    }

    fn prior(&self, train: &Targets) -> Vec<f64> {
        let (time, event) = train.as_survival().unwrap_or_default();
        let curve = Survival::new(time, event).map(|rows| KaplanMeier::survival(&rows));
        let at = |&time: &f64| curve.as_ref().map_or(1.0, |curve| curve.held(time));
        std::iter::once(0.0)
            .chain(self.0.times.iter().map(at))
            .collect()
    }

    fn prior_name(&self) -> &'static str {
        "the Kaplan-Meier curve"
    }

    fn recalibrations(&self) -> &'static [RecalibrationMethod] {
        &[RecalibrationMethod::Temperature]
    }

    fn recalibrate(
        &self,
        method: RecalibrationMethod,
        folds: &[OutOfFold<'_>],
        unit: Unit,
    ) -> Option<Recalibration> {
        let predictions =
            |fold: &OutOfFold<'_>| self.predictions(fold.targets, fold.scores, None).ok();
        RiskRows::of(folds, unit, predictions).fit(method)
    }

    fn predictions(
        &self,
        targets: &Targets,
        scores: &[Vec<f64>],
        fitted_on: Option<&Targets>,
    ) -> Result<Predictions, MetricError> {
        let (time, event) = need(SHAPE, targets, Targets::as_survival)?;
        let column = |i: usize| scores.iter().filter_map(move |row| row.get(i).copied());
        let risk: Vec<f64> = column(0).collect();
        let survival: Vec<Vec<f64>> = (1..=self.0.times.len())
            .map(|i| column(i).collect())
            .collect();
        let fitted_on = match fitted_on {
            None => None,
            Some(fitted_on) => {
                let (time, event) = need(SHAPE, fitted_on, Targets::as_survival)?;
                Some(Arc::new(Survival::new(time, event)?))
            }
        };
        TimesAndRisks::new(time, event, risk, survival, self.0, fitted_on)
            .map(|values| Predictions::of_values(Values::Survival(values)))
    }
}

#[cfg(test)]
mod tests {
    use midfuse_base::Task;

    use super::*;
    use crate::metric::task_metrics;

    fn survival(time: &[f64], event: &[bool]) -> Targets {
        Targets::Survival {
            time: time.to_vec(),
            event: event.to_vec(),
        }
    }

    fn scored(scores: &[Vec<f64>], targets: &Targets, fitted_on: Option<&Targets>) -> Predictions {
        let task = Task::Survival(SurvivalTask::new([1.5, 2.5]));
        task_metrics(&task)
            .predictions(targets, scores, fitted_on)
            .unwrap()
    }

    /// Scores with this risk and a survival that falls with it.
    fn rows(risks: &[f64]) -> Vec<Vec<f64>> {
        let times = SurvivalTask::new([1.5, 2.5]).times;
        let row = |risk: &f64| {
            let at = times.iter().map(|time| (-0.2 * time * risk.exp()).exp());
            std::iter::once(*risk).chain(at).collect()
        };
        risks.iter().map(row).collect()
    }

    #[test]
    fn a_perfect_order_is_one_and_the_reverse_zero() {
        let targets = survival(&[1.0, 2.0, 3.0, 4.0], &[true, true, true, false]);
        for (risks, want) in [([3.0, 2.0, 1.0, 0.0], 1.0), ([0.0, 1.0, 2.0, 3.0], 0.0)] {
            let predictions = scored(&rows(&risks), &targets, Some(&targets));
            for metric in [
                Metric::Concordance,
                Metric::ConcordanceUno,
                Metric::DynamicAuc,
            ] {
                let got = metric.score(&predictions, Unit::Row).unwrap();
                assert!((got - want).abs() < 1e-12, "{metric}: {got}");
            }
        }
    }

    #[test]
    fn the_prior_is_chance_and_its_brier_that_of_kaplan_meier() {
        let targets = survival(&[1.0, 2.0, 3.0, 4.0], &[true, true, false, false]);
        let task = Task::Survival(SurvivalTask::new([2.5]));
        let metrics = task_metrics(&task);
        let prior = metrics.prior(&targets);
        assert_eq!(prior, [0.0, 0.5]);
        let predictions = metrics
            .predictions(&targets, &vec![prior; 4], Some(&targets))
            .unwrap();
        assert_eq!(Metric::Concordance.score(&predictions, Unit::Row), Ok(0.5));
        // Nobody is censored before 2.5, so every weight is 1 and every square 1/4.
        let brier = Metric::IntegratedBrier
            .score(&predictions, Unit::Row)
            .unwrap();
        assert!((brier - 0.25).abs() < 1e-12);
    }

    #[test]
    fn follow_up_beyond_that_of_the_fitting_rows_is_scored() {
        let fitted_on = survival(&[1.0, 2.0, 2.8, 3.0], &[true, true, false, false]);
        let targets = survival(&[1.0, 2.0, 9.0, 40.0], &[true, true, true, false]);
        let predictions = scored(&rows(&[3.0, 2.0, 1.0, 0.0]), &targets, Some(&fitted_on));
        for &metric in &[
            Metric::ConcordanceUno,
            Metric::DynamicAuc,
            Metric::IntegratedBrier,
        ] {
            assert!(metric.score(&predictions, Unit::Row).is_ok(), "{metric}");
        }
    }

    #[test]
    fn what_cannot_be_scored_is_a_typed_error_without_times() {
        let censored = survival(&[1.0, 2.0, 3.0, 4.0], &[false; 4]);
        let some = survival(&[1.0, 2.0, 3.0, 4.0], &[true, false, true, false]);
        let scores = rows(&[1.0, 0.0, 2.0, 1.0]);
        let none = scored(&scores, &censored, Some(&some));
        let refused = Metric::Concordance.score(&none, Unit::Row);
        assert!(matches!(refused, Err(MetricError::Undefined { .. })));
        let unknown = scored(&scores, &some, None);
        assert!(Metric::Concordance.score(&unknown, Unit::Row).is_ok());
        let refused = Metric::ConcordanceUno.score(&unknown, Unit::Row);
        assert!(matches!(refused, Err(MetricError::Undefined { .. })));
        let early = survival(&[0.1, 0.2, 0.3, 0.4], &[true, false, true, false]);
        let refused = Metric::DynamicAuc.score(&scored(&scores, &early, Some(&some)), Unit::Row);
        assert!(
            matches!(&refused, Err(MetricError::Undefined { reason, .. }) if !reason.contains("0.4"))
        );
        let weighted = unknown.with_weights(&[1.0; 4]).unwrap();
        let refused = Metric::Concordance.score(&weighted, Unit::Row);
        assert!(matches!(
            refused,
            Err(MetricError::WeightsUnsupported { .. })
        ));
    }

    #[test]
    fn a_group_has_one_time_and_one_event() {
        let targets = survival(&[1.0, 1.0, 2.0, 2.0], &[true, true, false, false]);
        let scores = rows(&[3.0, 1.0, 1.0, 2.0]);
        let grouped = scored(&scores, &targets, None)
            .with_groups(&[0, 0, 1, 1])
            .unwrap();
        assert_eq!(Metric::Concordance.score(&grouped, Unit::Group), Ok(1.0));
        let varies = survival(&[1.0, 1.0, 2.0, 2.0], &[true, false, false, false]);
        let varies = scored(&scores, &varies, None)
            .with_groups(&[0, 0, 1, 1])
            .unwrap();
        let refused = Metric::Concordance.score(&varies, Unit::Group);
        assert!(matches!(
            refused,
            Err(MetricError::GroupTargetVaries { group: 0, .. })
        ));
    }
}
