//! Reports of times to an event: Kaplan-Meier curves, calibration and scores at the horizons.

use midfuse_base::{SurvivalTask, Targets, Task};
use midfuse_metrics::metric::{MetricError, Predictions, task_metrics};

use super::{Figure, TaskReport};
use crate::page::survival;
use crate::predictions::PredictionTable;
use crate::results::{Population, Results};

/// A survival.
pub(super) struct Survival<'a>(pub(super) &'a SurvivalTask);

impl TaskReport for Survival<'_> {
    fn averaged(&self, score: f64) -> f64 {
        score
    }

    fn predictions(
        &self,
        targets: &Targets,
        averages: &[Vec<f64>],
    ) -> Result<Predictions, MetricError> {
        let task = Task::Survival(self.0.clone());
        task_metrics(&task).predictions(targets, averages, None)
    }

    /// Survival at the middle horizon.
    fn moving(&self, predictions: &Predictions, _: Option<usize>) -> Vec<f64> {
        let middle = self.0.horizons.get(self.0.horizons.len() / 2);
        middle.map_or_else(Vec::new, |&time| predictions.survival_at(time))
    }

    fn figures(&self, results: &Results, predictions: &PredictionTable) -> Vec<Figure> {
        let complete = results.arms.iter().filter(|arm| arm.is_complete());
        let arms: Vec<&str> = complete.map(|arm| arm.name.as_str()).collect();
        let small = results.clinical.settings.small_cell;
        survival::figures(self.0, results, predictions, &arms, small)
    }

    fn sealed_figures(
        &self,
        results: &Results,
        predictions: &PredictionTable,
        arms: &[&str],
        small: usize,
    ) -> Vec<Figure> {
        survival::figures(self.0, results, predictions, arms, small)
    }

    fn outcome(&self, target: &str, population: &Population) -> String {
        let [censored, events] = match population.class_rows.as_slice() {
            [censored, events] => [*censored, *events],
            _ => [0, 0],
        };
        let at: Vec<String> = self
            .0
            .horizons
            .iter()
            .map(|&time| self.0.at(time))
            .collect();
        format!(
            "{target}, a time to an event, right-censored. Rows that are not sealed: {events} with the event, {censored} censored. Horizons: {}.",
            at.join(", ")
        )
    }

    fn output(&self) -> String {
        let at: Vec<String> = self
            .0
            .horizons
            .iter()
            .map(|&time| self.0.at(time))
            .collect();
        format!(
            "A log relative risk, and the probability of being free of the event at {}.",
            at.join(", ")
        )
    }
}
