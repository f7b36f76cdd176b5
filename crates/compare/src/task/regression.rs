//! Rows with a number: columns `target` and `score`.

use midfuse_base::{Target, Targets};
use midfuse_data::TextTable;
use midfuse_metrics::metric::{Metric, MetricError, Predictions};

use super::{RowReader, RowTask};
use crate::columns::{Cells, Column, need};
use crate::error::Result;

/// Numbers.
pub(super) struct Values;

struct Reader {
    target: Column,
    score: Column,
}

impl RowTask for Values {
    fn reader<'a>(&'a self, table: &TextTable) -> Result<Box<dyn RowReader + 'a>> {
        Ok(Box::new(Reader {
            target: need(table, &["target"])?,
            score: need(table, &["score"])?,
        }))
    }

    fn default_metric(&self) -> Metric {
        Metric::Mse
    }

    fn predictions(
        &self,
        targets: &Targets,
        scores: &[Vec<f64>],
    ) -> std::result::Result<Predictions, MetricError> {
        Predictions::regression(targets.as_values().unwrap_or_default(), &scores.concat())
    }

    /// A target of 0 or 1 with a score that could be its probability.
    fn doubt(&self, target: Target, scores: &[f64]) -> Option<&'static str> {
        let classes = [0.0, 1.0].contains(&target.number());
        let probability = scores.iter().all(|score| (0.0..=1.0).contains(score));
        (classes && probability).then_some(
            "all targets are 0 or 1 and all scores between them, and they are scored as values; if they are classes and probabilities, say --positive 1",
        )
    }
}

impl RowReader for Reader {
    fn target(&self, cells: &Cells<'_>) -> Result<Target> {
        Ok(Target::Value(cells.number(&self.target)?))
    }

    fn scores(&self, cells: &Cells<'_>) -> Result<Vec<f64>> {
        Ok(vec![cells.number(&self.score)?])
    }
}
