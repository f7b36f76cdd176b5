//! The metric that decides, and those that are reported beside it.

use midfuse_base::Task;
use midfuse_metrics::metric::Metric;

use crate::{Result, StudyFileError};
use midfuse_plan::file::StudyFile;

pub(super) fn metric(file: &StudyFile, task: &Task) -> Result<Metric> {
    let metric = file.protocol.metric.unwrap_or(loss(task));
    metric.check_task(task).map_err(StudyFileError::Metric)?;
    Ok(metric)
}

/// The proper loss of a task, in which gains are judged.
pub(crate) fn loss(task: &Task) -> Metric {
    match task {
        Task::Classification { .. } => Metric::LogLoss,
        Task::Regression => Metric::Mse,
    }
}

/// Metrics of the table: the usual ones of the task and the chosen one.
pub(super) fn reported(task: &Task, chosen: Metric) -> Vec<Metric> {
    let mut metrics = match task {
        Task::Classification { classes } if classes.len() == 2 => {
            vec![
                Metric::Accuracy,
                Metric::BalancedAccuracy,
                Metric::Auc,
                Metric::F1,
                Metric::LogLoss,
            ]
        }
        Task::Classification { .. } => {
            vec![
                Metric::Accuracy,
                Metric::BalancedAccuracy,
                Metric::AucOvr,
                Metric::F1Macro,
                Metric::LogLoss,
            ]
        }
        Task::Regression => vec![Metric::Mse, Metric::Mae, Metric::R2],
    };
    if !metrics.contains(&chosen) {
        metrics.push(chosen);
    }
    metrics
}
