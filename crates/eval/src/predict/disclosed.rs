//! Predictions with their targets, once they are disclosed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::rows::table::{Table, pick};
use crate::view::Seen;
use midfuse_base::{Targets, Task};
use midfuse_metrics::metric;
use midfuse_metrics::metric::MetricError;

/// Predictions of test rows with their targets: what a report and a paired test need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosed {
    /// What was predicted.
    pub task: Task,
    /// Ids of the rows.
    pub ids: Vec<String>,
    /// Group of each row, on the first axis of groups.
    pub groups: Option<Vec<String>>,
    /// Target of each row.
    pub targets: Targets,
    /// Scores of each row, as [`Task::score_columns`] names them.
    pub scores: Vec<Vec<f64>>,
    /// Targets of the rows that the model has seen, where metrics weigh by their censoring.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fitted_on: Option<Targets>,
}

impl Disclosed {
    pub(crate) fn of(table: &Table, rows: &[u32], scores: Vec<Vec<f64>>) -> Self {
        let groups = table.axes.first().map(|axis| {
            let codes = pick(&axis.codes, rows);
            codes
                .iter()
                .filter_map(|&code| axis.names.get(code as usize).cloned())
                .collect()
        });
        Self {
            task: table.task.clone(),
            ids: table.ids_of(rows),
            groups,
            targets: table.targets_of(rows),
            scores,
            fitted_on: None,
        }
    }

    /// The same with the targets of the rows that the model has seen, where the task's metrics need
    /// them; rows of one group with one target count once, as they do where they are scored.
    pub(super) fn with_seen(mut self, table: &Table, seen: &Seen) -> Self {
        if table.task.is_weighed_by_fitted_rows() {
            let mut known = BTreeSet::new();
            let groups = table.axes.first().map(|axis| &axis.codes);
            let counts = |row: &usize| {
                let group = groups.and_then(|codes| codes.get(*row));
                group.is_none_or(|group| known.insert((group, table.targets.bytes(*row))))
            };
            let rows = (0..table.len()).filter(|&row| seen.has(row as u32));
            self.fitted_on = Some(table.targets.select(rows.filter(counts)));
        }
        self
    }

    /// The predictions as the metrics take them, with their groups.
    ///
    /// # Errors
    /// [`MetricError`] if the scores are not log-probabilities.
    pub fn predictions(&self) -> Result<metric::Predictions, MetricError> {
        let fitted_on = self.fitted_on.as_ref();
        let predictions =
            metric::Predictions::from_scores(&self.task, &self.targets, &self.scores, fitted_on)?;
        match self.group_codes() {
            None => Ok(predictions),
            Some(codes) => predictions.with_groups(&codes),
        }
    }

    /// Group of each row as a code, as the metrics take them: its rank among the names.
    pub fn group_codes(&self) -> Option<Vec<usize>> {
        let groups = self.groups.as_ref()?;
        let mut names: Vec<&String> = groups.iter().collect();
        names.sort_unstable();
        names.dedup();
        let code = |name: &String| names.binary_search(&name).unwrap_or_default();
        Some(groups.iter().map(code).collect())
    }
}
