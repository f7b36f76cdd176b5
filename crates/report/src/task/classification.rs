//! Reports of classes: ROC curves, what is taken for what.

use midfuse_base::Targets;
use midfuse_metrics::metric::{MetricError, Predictions};

use super::{Figure, TaskReport};
use crate::checklist::facts::percent;
use crate::page::{confusion, roc};
use crate::predictions::PredictionTable;
use crate::results::{Population, Results};

/// A classification into these classes.
pub(super) struct Classification<'a>(pub(super) &'a [String]);

impl TaskReport for Classification<'_> {
    fn averaged(&self, score: f64) -> f64 {
        score.exp()
    }

    fn predictions(
        &self,
        targets: &Targets,
        averages: &[Vec<f64>],
    ) -> Result<Predictions, MetricError> {
        Predictions::classification(targets.as_classes().unwrap_or_default(), averages)
    }

    fn moving(&self, predictions: &Predictions, event: Option<usize>) -> Vec<f64> {
        let of = event.and_then(|class| predictions.one_against_rest(class).ok());
        of.map(|(_, probabilities)| probabilities)
            .unwrap_or_default()
    }

    fn figures(&self, results: &Results, predictions: &PredictionTable) -> Vec<Figure> {
        let mut figures = Vec::new();
        if self.0.len() == 2 {
            figures.push(("ROC curves", roc::section(results, predictions, self.0)));
        }
        figures.push((
            "What is taken for what",
            confusion::section(results, self.0),
        ));
        figures
    }

    fn sealed_figures(
        &self,
        _: &Results,
        _: &PredictionTable,
        _: &[&str],
        _: usize,
    ) -> Vec<Figure> {
        Vec::new()
    }

    fn outcome(&self, target: &str, population: &Population) -> String {
        let total = population.class_rows.iter().sum();
        let rows = self.0.iter().zip(&population.class_rows);
        let of: Vec<String> = rows
            .map(|(class, &rows)| format!("{class}: {rows} ({})", percent(rows, total)))
            .collect();
        format!(
            "{target}, one of {} classes. Rows that are not sealed, by class: {}.",
            self.0.len(),
            of.join("; ")
        )
    }

    fn output(&self) -> String {
        format!("A probability for each of {} classes.", self.0.len())
    }
}
