//! What one score counts: the declared unit, or what the targets of groups say.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::cohort::Cohort;
use crate::error::{Defect, Result, Row, quoted};
use crate::table::Table;
use crate::target::TargetColumn;

/// What one score counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units<'a> {
    /// Unit of each row, `[N]`; `None` where every row counts by itself.
    pub of_rows: Option<&'a [String]>,
    /// Column of the units; `None` where every row counts by itself.
    pub column: Option<&'a str>,
    /// Why.
    pub reason: UnitReason,
}

/// Why this is what one score counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitReason {
    /// `cohort.toml` says so.
    Declared,
    /// The study file says so.
    StudyFile,
    /// There are neither units nor groups.
    NoGroups,
    /// Nothing is declared, and the rows of each group share one target: it is the group that has it.
    OneTargetPerGroup,
    /// Nothing is declared, and targets differ within groups: it is the row that has one.
    TargetsDiffer,
}

impl Cohort {
    /// Declared unit of each row, `[N]`; the ids where every row counts by itself.
    pub fn units(&self) -> Option<&[String]> {
        self.rows().units.as_deref()
    }

    /// Column of [`Cohort::groups`].
    pub fn group_column(&self) -> Option<&str> {
        self.rows().columns.group.as_deref()
    }

    /// What one score of this target counts. Declared by `unit`; else a group whose rows share one
    /// target has it as a whole (a patient with several slices), and rows of groups in which targets
    /// differ (the patients of a site) have their own.
    pub fn units_of(&self, target: &TargetColumn) -> Units<'_> {
        let rows = |reason| Units {
            of_rows: None,
            column: None,
            reason,
        };
        if let Some(units) = self.units() {
            if units == self.ids() {
                return rows(UnitReason::Declared);
            }
            return Units {
                of_rows: Some(units),
                column: self.rows().columns.unit.as_deref(),
                reason: UnitReason::Declared,
            };
        }
        let Some(groups) = self.groups() else {
            return rows(UnitReason::NoGroups);
        };
        if !share_one_target(groups, target) {
            return rows(UnitReason::TargetsDiffer);
        }
        Units {
            of_rows: Some(groups),
            column: self.group_column(),
            reason: UnitReason::OneTargetPerGroup,
        }
    }
}

/// Whether all rows of each group have one target.
pub(crate) fn share_one_target(groups: &[String], target: &TargetColumn) -> bool {
    rows_that_differ(groups, target).is_none()
}

/// Positions of the first two rows of one group that have different targets.
pub fn rows_that_differ(groups: &[String], target: &TargetColumn) -> Option<(usize, usize)> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    groups.iter().enumerate().find_map(|(row, group)| {
        let before = *first.entry(group).or_insert(row);
        (target.targets.get(before) != target.targets.get(row)).then_some((before, row))
    })
}

/// Reads units; each lies in one group.
#[derive(Default)]
pub(crate) struct UnitReader {
    units: Vec<String>,
    /// Group of each unit, and the row that says so.
    group_of: HashMap<String, (String, Row)>,
}

impl UnitReader {
    pub(crate) fn push(
        &mut self,
        table: &Table,
        row: Row,
        column: usize,
        unit: String,
        group: Option<&String>,
    ) -> Result<()> {
        if let Some(group) = group {
            let (first, at) = self
                .group_of
                .entry(unit.clone())
                .or_insert_with(|| (group.clone(), row));
            if first != group {
                let reason = format!(
                    "the unit {} is in the group {}, and on {at} in the group {}",
                    quoted(&unit),
                    quoted(group),
                    quoted(first)
                );
                let mend = "a unit cannot part in a split: correct one of the two, name the unit as `group`, \
                            or give such groups one name";
                return Err(table.cell_error(Defect::UnitAcrossGroups, row, column, reason, mend));
            }
        }
        self.units.push(unit);
        Ok(())
    }

    pub(crate) fn finish(self) -> Vec<String> {
        self.units
    }
}
