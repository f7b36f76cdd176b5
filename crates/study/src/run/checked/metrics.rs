//! The metric that decides, and those that are reported beside it.

use midfuse_base::Task;
use midfuse_metrics::metric::{Metric, task_metrics};

use crate::{Result, StudyFileError};
use midfuse_plan::file::StudyFile;

pub(super) fn metric(file: &StudyFile, task: &Task) -> Result<Metric> {
    let of_task = task_metrics(task);
    let metric = file.protocol.metric.unwrap_or(of_task.default_metric());
    metric.check_task(task).map_err(StudyFileError::Metric)?;
    Ok(metric)
}

/// Metrics of the table: the usual ones of the task and the chosen one.
pub(super) fn reported(task: &Task, chosen: Metric) -> Vec<Metric> {
    let mut metrics = task_metrics(task).reported();
    if !metrics.contains(&chosen) {
        metrics.push(chosen);
    }
    metrics
}
