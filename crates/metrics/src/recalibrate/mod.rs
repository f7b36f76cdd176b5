//! Fits [`Recalibration`]s: maps of predictions on rows that the model has not seen.
//!
//! Losses are averaged within the unit, then summed over units; priors hold the maps near to doing
//! nothing, so that a few dozen units neither spoil predictions that were right nor hide that others
//! were too sure.
//!
//! ```
//! use midfuse_base::{RecalibrationMethod, Targets, Task};
//! use midfuse_metrics::metric::Unit;
//! use midfuse_metrics::recalibrate::{OutOfFold, recalibrate};
//! let classes = vec!["no".to_owned(), "yes".to_owned()];
//! let task = Task::Classification { classes };
//! // Always as sure as 99 %, and right in 3 of 4 rows.
//! let targets = Targets::Class((0..64).map(|row| usize::from(row % 4 > 0)).collect());
//! let scores = vec![vec![0.01_f64.ln(), 0.99_f64.ln()]; 64];
//! let rows = OutOfFold { targets: &targets, scores: &scores, groups: None };
//! let fitted = recalibrate(&task, RecalibrationMethod::Temperature, &[rows], Unit::Row);
//! let sure = fitted.unwrap().log_probabilities(&scores[0])[1].exp();
//! assert!(sure > 0.75 && sure < 0.8);
//! ```

mod classes;
mod isotonic;
mod minimum;
mod risks;
mod temperature;
mod vector;

use midfuse_base::{Recalibration, RecalibrationMethod, Targets, Task};

use crate::metric::{Unit, members, task_metrics};

pub(crate) use classes::ClassRows;
pub(crate) use risks::RiskRows;

/// Predictions of rows by one model that has not seen them.
#[derive(Debug, Clone)]
pub struct OutOfFold<'a> {
    /// Target of each row.
    pub targets: &'a Targets,
    /// Scores of each row, as [`Task::score_columns`] names them.
    pub scores: &'a [Vec<f64>],
    /// Group of each row, where rows are grouped: the same code for rows of one patient.
    pub groups: Option<Vec<usize>>,
}

/// The map that makes these predictions most likely, a posteriori; one entry of `folds` per model.
/// With fewer units than a method takes, a temperature is fitted; with fewer than that, or for a task
/// without such a map, nothing is.
pub fn recalibrate(
    task: &Task,
    method: RecalibrationMethod,
    folds: &[OutOfFold<'_>],
    unit: Unit,
) -> Option<Recalibration> {
    task_metrics(task).recalibrate(method, folds, unit)
}

/// What each row of a fold counts: one over the rows of its group, where groups are the units.
fn row_weights(fold: &OutOfFold<'_>, unit: Unit) -> Vec<f64> {
    match (unit, &fold.groups) {
        (Unit::Group | Unit::RowsAveragedInGroup, Some(groups)) => {
            let members = members(groups);
            let size = |group| members.get(group).map_or(1, Vec::len);
            groups
                .iter()
                .map(|group| 1.0 / size(group) as f64)
                .collect()
        }
        (Unit::Group | Unit::RowsAveragedInGroup, None)
        | (Unit::Row | Unit::RowsIgnoringGroups, _) => vec![1.0; fold.targets.len()],
    }
}
