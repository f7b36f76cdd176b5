//! Predictions with their targets, once they are disclosed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::rows::table::{Axis, Table, pick};
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
    /// What one score counts, where that is not the group: unit of each row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<Vec<String>>,
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
        let names = |axis: &Axis| {
            let codes = pick(&axis.codes, rows);
            codes
                .iter()
                .filter_map(|&code| axis.names.get(code as usize).cloned())
                .collect()
        };
        Self {
            task: table.task.clone(),
            ids: table.ids_of(rows),
            groups: table.axes.first().map(names),
            units: table.units.as_ref().map(names),
            targets: table.targets_of(rows),
            scores,
            fitted_on: None,
        }
    }

    /// The same with the targets of the rows that the model has seen, where the task's metrics need
    /// them; rows of one unit with one target count once, as they do where they are scored.
    pub(super) fn with_seen(mut self, table: &Table, seen: &Seen) -> Self {
        if table.task.is_weighed_by_fitted_rows() {
            let mut known = BTreeSet::new();
            let units = table.units.as_ref().or(table.axes.first());
            let units = units.map(|axis| &axis.codes);
            let counts = |row: &usize| {
                let unit = units.and_then(|codes| codes.get(*row));
                unit.is_none_or(|unit| known.insert((unit, table.targets.bytes(*row))))
            };
            let rows = (0..table.len()).filter(|&row| seen.has(row as u32));
            self.fitted_on = Some(table.targets.select(rows.filter(counts)));
        }
        self
    }

    /// The predictions as the metrics take them, with their groups; where one score counts another unit,
    /// with that as group, and the group as cluster.
    ///
    /// # Errors
    /// [`MetricError`] if the scores are not log-probabilities.
    pub fn predictions(&self) -> Result<metric::Predictions, MetricError> {
        self.predictions_with(&self.scores)
    }

    /// As [`predictions`](Self::predictions), with other scores of the same rows: those of the model
    /// before its training ended, or behind a map.
    ///
    /// # Errors
    /// [`MetricError`] if the scores are not log-probabilities.
    pub fn predictions_with(
        &self,
        scores: &[Vec<f64>],
    ) -> Result<metric::Predictions, MetricError> {
        let fitted_on = self.fitted_on.as_ref();
        let predictions =
            metric::Predictions::from_scores(&self.task, &self.targets, scores, fitted_on)?;
        let predictions = match self.unit_codes() {
            None => return Ok(predictions),
            Some(units) => predictions.with_groups(&units)?,
        };
        match (&self.units, &self.groups) {
            (Some(_), Some(groups)) => predictions.with_clusters(&coded(groups)),
            (Some(_) | None, _) => Ok(predictions),
        }
    }

    /// Unit of each row as a code, or its group where no units are declared, as the metrics take them.
    pub fn unit_codes(&self) -> Option<Vec<usize>> {
        self.units
            .as_ref()
            .or(self.groups.as_ref())
            .map(|names| coded(names))
    }
}

/// The rank of each name among them.
fn coded(names: &[String]) -> Vec<usize> {
    let mut known: Vec<&String> = names.iter().collect();
    known.sort_unstable();
    known.dedup();
    let code = |name: &String| known.binary_search(&name).unwrap_or_default();
    names.iter().map(code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::{Rows, RowsError};

    fn names(names: &str) -> Vec<String> {
        names.split(' ').map(str::to_owned).collect()
    }

    fn rows() -> Rows {
        let targets = Targets::Value(vec![1.0, 1.0, 2.0, 4.0]);
        Rows::new(names("a1 a2 b1 c1"), Task::Regression, targets)
            .and_then(|rows| rows.with_groups("site", &names("s s s t")))
            .unwrap()
    }

    #[test]
    fn units_are_averaged_and_groups_are_clusters() {
        let table = rows().with_units(&names("a a b c")).unwrap().into_table();
        let scores = [0.0, 2.0, 3.0, 4.0].map(|score| vec![score]).to_vec();
        let disclosed = Disclosed::of(&table, &[0, 1, 2, 3], scores.clone());
        assert_eq!(disclosed.groups, Some(names("s s s t")));
        assert_eq!(disclosed.units, Some(names("a a b c")));
        let predictions = disclosed.predictions().unwrap();
        assert_eq!(predictions.groups(), Some(&[0, 0, 1, 2][..]));
        assert_eq!(predictions.clusters(), Some(&[0, 0, 0, 1][..]));
        let undeclared = Disclosed::of(&rows().into_table(), &[0, 1, 2, 3], scores);
        let predictions = undeclared.predictions().unwrap();
        assert_eq!(predictions.groups(), Some(&[0, 0, 0, 1][..]));
        assert_eq!(predictions.clusters(), predictions.groups());
    }

    #[test]
    fn a_unit_lies_in_one_group() {
        let refused = rows().with_units(&names("a a c c")).unwrap_err();
        assert_eq!(
            refused,
            RowsError::UnitAcrossGroups {
                unit: "c".to_owned(),
                axis: "site".to_owned(),
                groups: ["s".to_owned(), "t".to_owned()],
            }
        );
        assert!(refused.to_string().contains("\"s\" and \"t\""), "{refused}");
        assert!(rows().with_units(&names("a")).is_err());
    }
}
