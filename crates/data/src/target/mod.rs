//! What can be predicted from a cohort: one file per task, behind [`TargetFormat`].

mod censored;
mod classification;
mod regression;
mod survival;
mod words;

use midfuse_base::{Targets, Task, TaskKind};

use crate::error::{DataError, Defect, Result, Row};
use crate::manifest::TargetSpec;
use crate::table::{Cell, Table};

pub(crate) use censored::{check_uncensored, follow_up_columns};
use classification::Classes;
use regression::Numbers;
use survival::TimesAndEvents;

/// A target of every row, in the order of [`crate::Cohort::ids`].
#[derive(Debug, Clone, PartialEq)]
pub struct TargetColumn {
    /// Its name in `cohort.toml`.
    pub name: String,
    /// What is predicted. Classes are in the declared order, else sorted (as numbers if all are
    /// integers); a survival states no horizons, which are a study's choice.
    pub task: Task,
    /// One per row.
    pub targets: Targets,
}

impl TargetColumn {
    /// Which task it is.
    pub fn kind(&self) -> TaskKind {
        self.task.kind()
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }
}

/// The targets of one task in a cohort: the columns that they are read from, how they are checked,
/// written and summed up.
pub(crate) trait TargetFormat {
    /// Keys of its section besides `name` and `kind`.
    fn keys(&self) -> &'static [&'static str];

    /// Checks the values of those keys; an error is the reason and how to mend it.
    fn check(&self, spec: &TargetSpec) -> Result<(), (String, &'static str)>;

    /// The columns of the row table that it reads.
    fn columns<'a>(&self, spec: &'a TargetSpec) -> Vec<&'a str>;

    /// Reads those columns, row by row.
    fn reader<'a>(&self, spec: &'a TargetSpec) -> Box<dyn TargetReader + 'a>;

    /// The section of a written cohort; `column` gives a name that is free.
    fn section(&self, target: &TargetColumn, column: &mut dyn FnMut(&str) -> String) -> TargetSpec;

    /// The cells of a row, one per column of [`TargetFormat::columns`].
    fn cells(&self, target: &TargetColumn, row: usize) -> Vec<String>;

    /// A line about the target; `warnings` get what deserves a look.
    fn summarise(&self, target: &TargetColumn, warnings: &mut Vec<String>) -> String;

    /// What a row of it is called, where its column may be one half of a censored outcome that was
    /// declared as this task by mistake.
    fn half_of_censored(&self) -> Option<&'static str>;

    /// Whether a column of numbers is the target, a function of it, or cut into its values.
    fn is_told_by_numbers(&self, column: &[f32], target: &TargetColumn) -> bool;

    /// Whether each category of a column stands for one value of the target and the reverse.
    fn is_told_by_categories(&self, column: &[Option<String>], target: &TargetColumn) -> bool;
}

/// The targets of one task while they are read.
pub(crate) trait TargetReader {
    /// Takes the cells of a row, one per column.
    fn push(&mut self, at: &Line<'_>, cells: &[(usize, &Cell<'_>)]) -> Result<()>;

    /// All that was read.
    fn finish(self: Box<Self>) -> TargetColumn;
}

/// How targets of a task lie in a cohort.
pub(crate) fn format(kind: TaskKind) -> &'static dyn TargetFormat {
    match kind {
        TaskKind::Classification => &Classes,
        TaskKind::Regression => &Numbers,
        TaskKind::Survival => &TimesAndEvents,
    }
}

/// Checks the keys of a section of `cohort.toml`; an error is the reason and how to mend it.
pub(crate) fn check(spec: &TargetSpec) -> Result<(), (String, &'static str)> {
    let format = format(spec.kind);
    let known = format.keys();
    match spec.keys().find(|key| !known.contains(key)) {
        Some(key) => Err((
            format!("a {} has no `{key}`", spec.kind),
            "remove the key, or correct the `kind`",
        )),
        None => format.check(spec),
    }
}

/// A row of a table that is being read.
pub(crate) struct Line<'a> {
    pub(crate) table: &'a Table,
    pub(crate) row: Row,
}

impl Line<'_> {
    /// An error about a cell.
    fn error(
        &self,
        defect: Defect,
        column: usize,
        reason: impl Into<String>,
        mend: impl Into<String>,
    ) -> DataError {
        self.table
            .cell_error(defect, self.row, column, reason, mend)
    }

    fn missing(&self, column: usize) -> DataError {
        let mend = "fill the cell in, or remove the row from the row table and every modality";
        self.error(Defect::MissingValue, column, "the target is missing", mend)
    }

    /// A finite number.
    fn number(&self, column: usize, cell: &Cell<'_>) -> Result<f64> {
        let value = cell
            .f64()
            .map_err(|error| self.table.number_error(self.row, column, &error))?;
        value.ok_or_else(|| self.missing(column))
    }
}

/// The shortest text that reads as the same number.
fn number(value: Option<&f64>) -> String {
    value.map(f64::to_string).unwrap_or_default()
}

/// Fewer rows than this say nothing about a column.
pub(crate) const FEW: usize = 20;

/// Whether the ranges of the values of two or more groups do not meet.
fn ranges_part(pairs: impl Iterator<Item = (u64, f64)>) -> bool {
    let mut ranges: std::collections::HashMap<u64, (f64, f64)> = std::collections::HashMap::new();
    for (group, value) in pairs {
        let (low, high) = ranges.entry(group).or_insert((value, value));
        (*low, *high) = (low.min(value), high.max(value));
    }
    let mut ranges: Vec<(f64, f64)> = ranges.into_values().collect();
    ranges.sort_by(|a, b| a.0.total_cmp(&b.0));
    let apart = ranges
        .iter()
        .zip(ranges.iter().skip(1))
        .all(|(a, b)| a.1 < b.0);
    ranges.len() > 1 && apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_has_its_columns() {
        for &kind in TaskKind::ALL {
            let format = format(kind);
            let spec = TargetSpec {
                time: Some("t".into()),
                event: Some("e".into()),
                ..TargetSpec::new("y", kind)
            };
            assert!(!format.columns(&spec).is_empty());
            let read = format.reader(&spec).finish();
            assert_eq!(read.kind(), kind);
            assert!(read.is_empty());
            let written = format.section(&read, &mut |name| name.to_owned());
            assert_eq!(written.kind, kind);
            assert!(written.keys().all(|key| format.keys().contains(&key)));
            assert_eq!(format.columns(&written).len(), format.cells(&read, 0).len());
            assert!(!format.summarise(&read, &mut Vec::new()).is_empty());
        }
    }

    #[test]
    fn keys_of_another_task_are_refused() {
        let spec = TargetSpec {
            classes: Some(vec!["a".into(), "b".into()]),
            ..TargetSpec::new("y", TaskKind::Regression)
        };
        assert_eq!(check(&spec).unwrap_err().0, "a regression has no `classes`");
        let spec = TargetSpec {
            column: Some("y".into()),
            ..TargetSpec::new("y", TaskKind::Survival)
        };
        assert_eq!(check(&spec).unwrap_err().0, "a survival has no `column`");
    }
}
