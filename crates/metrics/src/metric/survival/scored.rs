//! Times and events with what was predicted of them, as the metrics of survival take them.
//!
//! Where a metric weighs rows by the chance of being uncensored, that chance is estimated on the rows
//! that the model was fitted on, never on those that are scored. Follow-up after the last time at
//! which survival is predicted counts as event-free until then: it is not weighed, so the fitting
//! rows need not reach as far as the longest follow-up.

use std::collections::BTreeMap;
use std::sync::Arc;

use midfuse_base::{SurvivalTask, TargetShape, Targets};

use super::{
    Survival, concordance_harrell, concordance_uno, dynamic_auc, integrated_brier, survival_brier,
};
use crate::metric::definition::Scorer;
use crate::metric::predictions::pick;
use crate::metric::task::{Mean, TaskValues, Values, first, wrong_shape};
use crate::metric::{Metric, MetricError, check};

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
        let Scorer::Survival(score) = metric.definition().scorer else {
            return Err(wrong_shape(metric, TargetShape::TimesAndEvents));
        };
        metric.check_weights(weights)?;
        score(self).map_err(|error| self.hidden(metric, error))
    }
}
