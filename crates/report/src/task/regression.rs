//! Reports of numbers: predicted against true.

use midfuse_base::Targets;
use midfuse_metrics::metric::{MetricError, Predictions};

use super::{Figure, TaskReport};
use crate::page::scatter;
use crate::predictions::PredictionTable;
use crate::results::{Population, Results};

/// A regression.
pub(super) struct Regression;

impl TaskReport for Regression {
    fn averaged(&self, score: f64) -> f64 {
        score
    }

    fn predictions(
        &self,
        targets: &Targets,
        averages: &[Vec<f64>],
    ) -> Result<Predictions, MetricError> {
        let values: Vec<f64> = averages.iter().flatten().copied().collect();
        Predictions::regression(targets.as_values().unwrap_or_default(), &values)
    }

    fn moving(&self, predictions: &Predictions, _: Option<usize>) -> Vec<f64> {
        predictions.predicted_values()
    }

    fn figures(&self, results: &Results, predictions: &PredictionTable) -> Vec<Figure> {
        vec![(
            "Predicted against true",
            scatter::section(results, predictions),
        )]
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
        match population.values {
            Some(values) => {
                let [low, middle, high] = values.quartiles;
                format!(
                    "{target}, a number. In the rows that are not sealed: mean {:.4}, standard deviation {:.4}, quartiles {low:.4}, {middle:.4}, {high:.4}.",
                    values.mean, values.sd
                )
            }
            None => format!("{target}, a number."),
        }
    }

    fn output(&self) -> String {
        "A number in the unit of the target.".to_owned()
    }
}
