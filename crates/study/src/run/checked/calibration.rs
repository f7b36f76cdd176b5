//! The map that predictions pass through: the one of the file if the task has it, else the usual one.

use midfuse_base::{Problem, RecalibrationMethod, Task};
use midfuse_metrics::metric::task_metrics;

use crate::{Error, Result};
use midfuse_plan::file::StudyFile;

pub(super) fn calibration(file: &StudyFile, task: &Task) -> Result<RecalibrationMethod> {
    let known = task_metrics(task).recalibrations();
    let asked = file.protocol.calibration;
    match asked {
        None => Ok(known.first().copied().unwrap_or(RecalibrationMethod::None)),
        Some(method) if method == RecalibrationMethod::None || known.contains(&method) => {
            Ok(method)
        }
        Some(method) => {
            let names: Vec<String> = known
                .iter()
                .chain([&RecalibrationMethod::None])
                .map(|method| format!("`{}`", method.name()))
                .collect();
            let reason = format!("`{}` is not for a {}", method.name(), task.kind());
            let problem = Problem::conflict(reason, format!("write {}", names.join(" or ")));
            Err(Error::key(problem.of("protocol.calibration")))
        }
    }
}
