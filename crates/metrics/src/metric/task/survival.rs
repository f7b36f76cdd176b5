//! Metrics of times to an event, right-censored.
//!
//! Where a metric weighs rows by the chance of being uncensored, that chance is estimated on the rows
//! that the model was fitted on, never on those that are scored. Follow-up after the last time at
//! which survival is predicted counts as event-free until then: it is not weighed, so the fitting
//! rows need not reach as far as the longest follow-up.

use std::collections::BTreeMap;
use std::sync::Arc;

use midfuse_base::{SurvivalTask, Targets, TaskKind};

use super::{Mean, TaskMetrics, TaskValues, Values, first, wrong_task};
use crate::metric::definition::Scorer;
use crate::metric::predictions::pick;
use crate::metric::survival::{
    KaplanMeier, Survival, concordance_harrell, concordance_uno, dynamic_auc, integrated_brier,
    survival_brier,
};
use crate::metric::{Metric, MetricError, Predictions, Unit, check};

/// A survival.
pub(super) struct Of<'a>(pub(super) &'a SurvivalTask);

impl TaskMetrics for Of<'_> {
    fn check(&self, metric: Metric) -> Result<(), MetricError> {
        match metric.definition().scorer {
            Scorer::Survival(_) => Ok(()),
            Scorer::Classes(_) | Scorer::TwoClasses { .. } | Scorer::Numbers(_) => {
                Err(wrong_task(metric, TaskKind::Survival))
            }
        }
    }

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
                "metrics of a survival take no weights of rows; write \"group\", or \"rows-ignoring-groups\" if rows are meant",
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

    /// The report shows predicted against observed survival at each horizon.
    fn open_about_calibration(&self) -> Option<&'static str> {
        None
    }

    fn predictions(
        &self,
        targets: &Targets,
        scores: &[Vec<f64>],
        fitted_on: Option<&Targets>,
    ) -> Result<Predictions, MetricError> {
        let wrong = |got: &Targets| MetricError::WrongTask {
            metric: "predictions",
            needs: "survival",
            got: got.kind().name(),
        };
        let (time, event) = targets.as_survival().ok_or_else(|| wrong(targets))?;
        let column = |i: usize| scores.iter().filter_map(move |row| row.get(i).copied());
        let risk: Vec<f64> = column(0).collect();
        let survival: Vec<Vec<f64>> = (1..=self.0.times.len())
            .map(|i| column(i).collect())
            .collect();
        let fitted_on = match fitted_on {
            None => None,
            Some(fitted_on) => {
                let (time, event) = fitted_on.as_survival().ok_or_else(|| wrong(fitted_on))?;
                Some(Arc::new(Survival::new(time, event)?))
            }
        };
        TimesAndRisks::new(time, event, risk, survival, self.0, fitted_on)
            .map(|values| Predictions::of_values(Values::Survival(values)))
    }
}

/// Times and events, and what was predicted of them.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::metric) struct TimesAndRisks {
    time: Vec<f64>,
    event: Vec<bool>,
    /// Log relative risk of each row.
    risk: Vec<f64>,
    /// Probability of being free of the event: `[times, rows]`.
    survival: Vec<Vec<f64>>,
    task: SurvivalTask,
    /// The rows that the model was fitted on: whose censoring the weights are of.
    fitted_on: Option<Arc<Survival>>,
}

impl TimesAndRisks {
    pub(in crate::metric) fn new(
        time: &[f64],
        event: &[bool],
        risk: Vec<f64>,
        survival: Vec<Vec<f64>>,
        task: &SurvivalTask,
        fitted_on: Option<Arc<Survival>>,
    ) -> Result<Self, MetricError> {
        check::rows("predictions", 1, time.len())?;
        check::same_length("events", time.len(), event.len())?;
        check::same_length("risk", time.len(), risk.len())?;
        check::finite("time", time)?;
        check::finite("risk", &risk)?;
        for column in &survival {
            check::same_length("survival", time.len(), column.len())?;
            let outside = |p: &f64| !(0.0..=1.0).contains(p);
            if let Some(row) = column.iter().position(outside) {
                return Err(MetricError::NotAProbability {
                    row,
                    class: 1,
                    value: column.get(row).copied().unwrap_or(f64::NAN),
                });
            }
        }
        Ok(Self {
            time: time.to_vec(),
            event: event.to_vec(),
            risk,
            survival,
            task: task.clone(),
            fitted_on,
        })
    }

    fn rows(&self) -> Result<Survival, MetricError> {
        Survival::new(&self.time, &self.event)
    }

    fn fitted_on(&self, metric: Metric) -> Result<&Survival, MetricError> {
        self.fitted_on
            .as_deref()
            .ok_or_else(|| MetricError::Undefined {
                metric: metric.name(),
                reason: "it weighs by the censoring of the rows that the model was fitted on, and \
                         those are not known here; `concordance` needs none"
                    .to_owned(),
            })
    }

    /// The error without what it says of the times of the rows that are scored.
    fn hidden(&self, metric: Metric, error: MetricError) -> MetricError {
        match error {
            MetricError::Setting { .. } => MetricError::Undefined {
                metric: metric.name(),
                reason: format!(
                    "a horizon lies before the first follow-up of these {} rows, or not before the last; state other horizons, or use fewer folds",
                    self.len()
                ),
            },
            other => other,
        }
    }

    /// The rows as far as the last of `times`.
    fn until(&self, times: &[f64], fitted_on: &Survival) -> Result<Survival, MetricError> {
        let end = times.last().copied().unwrap_or(f64::INFINITY);
        self.rows()?.until(end, fitted_on)
    }

    /// Log relative risk of each row.
    pub(in crate::metric) fn risk(&self) -> &[f64] {
        &self.risk
    }

    /// Predicted survival of each row at one of the times; empty at another.
    pub(in crate::metric) fn survival_at(&self, time: f64) -> Vec<f64> {
        let at = self
            .task
            .position(time)
            .and_then(|at| self.survival.get(at));
        at.cloned().unwrap_or_default()
    }

    pub(in crate::metric) fn harrell(&self) -> Result<f64, MetricError> {
        Ok(concordance_harrell(&self.rows()?, &self.risk)?.index)
    }

    /// Events from the last horizon on do not count.
    pub(in crate::metric) fn uno(&self) -> Result<f64, MetricError> {
        let fitted_on = self.fitted_on(Metric::ConcordanceUno)?;
        let tau = self.task.horizons.last().copied();
        Ok(concordance_uno(fitted_on, &self.rows()?, &self.risk, tau)?.index)
    }

    pub(in crate::metric) fn dynamic_auc(&self) -> Result<f64, MetricError> {
        let fitted_on = self.fitted_on(Metric::DynamicAuc)?;
        let horizons = &self.task.horizons;
        let rows = self.until(horizons, fitted_on)?;
        Ok(dynamic_auc(fitted_on, &rows, &self.risk, horizons)?.mean)
    }

    /// With one time, the Brier score at it.
    pub(in crate::metric) fn integrated_brier(&self) -> Result<f64, MetricError> {
        let fitted_on = self.fitted_on(Metric::IntegratedBrier)?;
        let times = &self.task.times;
        let rows = self.until(times, fitted_on)?;
        let row = |i: usize| {
            self.survival
                .iter()
                .filter_map(move |at| at.get(i).copied())
        };
        let survival: Vec<Vec<f64>> = (0..self.len()).map(|i| row(i).collect()).collect();
        match times.as_slice() {
            [_] => {
                let at = survival_brier(fitted_on, &rows, &survival, times)?;
                Ok(at.iter().sum())
            }
            _ => integrated_brier(fitted_on, &rows, &survival, times),
        }
    }
}

impl TaskValues for TimesAndRisks {
    fn len(&self) -> usize {
        self.time.len()
    }

    fn targets(&self) -> Targets {
        Targets::Survival {
            time: self.time.clone(),
            event: self.event.clone(),
        }
    }

    fn with_targets(&self, targets: &Targets) -> Values {
        let (time, event) = targets.as_survival().unwrap_or_default();
        Values::Survival(Self {
            time: time.to_vec(),
            event: event.to_vec(),
            ..self.clone()
        })
    }

    fn select(&self, rows: &[usize]) -> Values {
        Values::Survival(Self {
            time: pick(&self.time, rows),
            event: pick(&self.event, rows),
            risk: pick(&self.risk, rows),
            survival: self.survival.iter().map(|at| pick(at, rows)).collect(),
            task: self.task.clone(),
            fitted_on: self.fitted_on.clone(),
        })
    }

    fn of_groups(&self, members: &BTreeMap<usize, Vec<usize>>, mean: &Mean<'_>) -> Values {
        let of = |column: &Vec<f64>| members.values().map(|rows| mean(column, rows)).collect();
        let first = first(members);
        Values::Survival(Self {
            time: pick(&self.time, &first),
            event: pick(&self.event, &first),
            risk: of(&self.risk),
            survival: self.survival.iter().map(of).collect(),
            task: self.task.clone(),
            fitted_on: self.fitted_on.clone(),
        })
    }

    fn score(&self, metric: Metric, weights: Option<&[f64]>) -> Result<f64, MetricError> {
        match metric.definition().scorer {
            Scorer::Survival(score) => {
                metric.check_weights(weights)?;
                score(self).map_err(|error| self.hidden(metric, error))
            }
            Scorer::Classes(_) | Scorer::TwoClasses { .. } | Scorer::Numbers(_) => {
                Err(wrong_task(metric, TaskKind::Survival))
            }
        }
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
