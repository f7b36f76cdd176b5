//! Rows with a time to an event: columns `time`, `event` and the predicted risk.

use midfuse_base::{SurvivalTask, Target, Targets, Task};
use midfuse_data::{Defect, TextTable};
use midfuse_metrics::metric::{Metric, MetricError, Predictions, task_metrics};

use super::{RowReader, RowTask};
use crate::columns::{Cells, Column, need};
use crate::error::Result;

/// Times and events. The predicted survival is not read: metrics of it weigh by the censoring of the
/// rows that a model was fitted on, which a file of predictions does not name.
pub(super) struct Followed<'a>(pub(super) &'a SurvivalTask);

struct Reader {
    time: Column,
    event: Column,
    risk: Column,
}

impl RowTask for Followed<'_> {
    fn reader<'a>(&'a self, table: &TextTable) -> Result<Box<dyn RowReader + 'a>> {
        Ok(Box::new(Reader {
            time: need(table, &["time"])?,
            event: need(table, &["event"])?,
            risk: need(table, &["risk", "log_risk", "score"])?,
        }))
    }

    fn default_metric(&self) -> Metric {
        Metric::Concordance
    }

    fn predictions(
        &self,
        targets: &Targets,
        scores: &[Vec<f64>],
    ) -> std::result::Result<Predictions, MetricError> {
        let task = Task::Survival(self.0.clone());
        task_metrics(&task).predictions(targets, scores, None)
    }

    fn doubt(&self, _: Target, _: &[f64]) -> Option<&'static str> {
        None
    }
}

impl RowReader for Reader {
    fn target(&self, cells: &Cells<'_>) -> Result<Target> {
        let time = cells.number(&self.time)?;
        if time < 0.0 {
            let mend = "count times from the start of follow-up";
            return Err(cells.wrong(&self.time, Defect::TimeOrder, "is negative", mend));
        }
        let event = match cells
            .text(&self.event)?
            .trim()
            .to_ascii_lowercase()
            .as_str()
        {
            "1" | "1.0" | "true" => true,
            "0" | "0.0" | "false" => false,
            _ => {
                return Err(cells.wrong(
                    &self.event,
                    Defect::UnknownCategory,
                    "is not known to be an event or a censoring",
                    "write 1 where the event was seen and 0 where the row was censored",
                ));
            }
        };
        Ok(Target::Survival { time, event })
    }

    fn scores(&self, cells: &Cells<'_>) -> Result<Vec<f64>> {
        Ok(vec![cells.number(&self.risk)?])
    }
}
