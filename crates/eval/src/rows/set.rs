//! The rows that a splitter splits.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use crate::structure::{HasGroups, HasSpans, Structure};
pub use midfuse_base::Strata;

use super::Span;
use super::table::Table;

/// Some rows of a cohort, as a splitter sees them: positions `0..len()`, in the order of their ids.
///
/// What a splitter may ask depends on the structure: groups of grouped rows, spans of timed ones.
#[derive(Debug)]
pub struct RowSet<'a, S: Structure> {
    table: &'a Table,
    rows: &'a [u32],
    structure: PhantomData<S>,
}

/// One axis of groups, with codes `0..names.len()` of the groups that occur.
#[derive(Debug, Clone)]
pub struct GroupAxis<'a> {
    /// Name of the axis.
    pub name: &'a str,
    /// Group of each row, as a position in `names`.
    pub codes: Vec<usize>,
    /// Names of the groups that occur, sorted.
    pub names: Vec<&'a str>,
}

impl<'a, S: Structure> RowSet<'a, S> {
    pub(crate) fn new(table: &'a Table, rows: &'a [u32]) -> Self {
        Self {
            table,
            rows,
            structure: PhantomData,
        }
    }

    /// The same rows under the structure that they have, if it is `T`.
    pub(crate) fn known_as<T: Structure>(&self) -> Option<RowSet<'a, T>> {
        (T::KIND == S::KIND).then(|| RowSet::new(self.table, self.rows))
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Id of a row; empty for a position out of range.
    pub fn id(&self, position: usize) -> &'a str {
        self.rows
            .get(position)
            .map_or("", |&row| self.table.id(row))
    }

    /// Ids of all rows.
    pub fn ids(&self) -> impl Iterator<Item = &'a str> + use<'a, S> {
        let table = self.table;
        self.rows.iter().map(move |&row| table.id(row))
    }

    /// Names of the classes of the task; empty where nothing is classified.
    pub fn class_names(&self) -> &'a [String] {
        self.table.task.classes()
    }

    /// Class of each row; `None` where nothing is classified.
    pub fn classes(&self) -> Option<Vec<usize>> {
        let all = self.table.targets.as_classes()?;
        Some(super::table::pick(all, self.rows))
    }

    /// What stratified splitters balance: the declared stratum of each row, or else what the task
    /// has for it, a class or whether the event was seen. `None` for a number without strata, or
    /// where a row has more or fewer than one label.
    pub fn strata(&self) -> Option<Strata> {
        let Some(labels) = &self.table.labels else {
            return self.strata_of_task();
        };
        let one = |row: &u32| match labels.codes.get(*row as usize).map(Vec::as_slice) {
            Some([code]) => Some(*code as usize),
            _ => None,
        };
        let codes = self.rows.iter().map(one).collect::<Option<_>>()?;
        Some(Strata {
            codes,
            names: labels.names.clone(),
        })
    }

    /// What the task has for strata, whatever was declared.
    pub(crate) fn strata_of_task(&self) -> Option<Strata> {
        self.table.task.strata(&self.table.targets_of(self.rows))
    }

    /// The declared labels of each row, as positions in their names; or else its stratum. `None` for
    /// a number without labels.
    pub fn labels(&self) -> Option<(Vec<Vec<usize>>, Vec<String>)> {
        let Some(labels) = &self.table.labels else {
            let Strata { codes, names } = self.strata_of_task()?;
            return Some((codes.into_iter().map(|code| vec![code]).collect(), names));
        };
        let of = |row: &Vec<u32>| row.iter().map(|&code| code as usize).collect();
        let codes = super::table::pick(&labels.codes, self.rows);
        Some((codes.iter().map(of).collect(), labels.names.clone()))
    }

    /// Whether the cohort has a row of this id, in these rows or not.
    pub(crate) fn cohort_has(&self, id: &str) -> bool {
        self.table.find(id).is_some()
    }

    pub(crate) fn axes(&self) -> impl Iterator<Item = GroupAxis<'a>> + use<'a, S> {
        let rows = self.rows;
        self.table.axes.iter().map(move |axis| {
            let codes = super::table::pick(&axis.codes, rows);
            let mut dense: BTreeMap<u32, usize> = codes.iter().map(|&code| (code, 0)).collect();
            for (position, slot) in dense.values_mut().enumerate() {
                *slot = position;
            }
            let name = |&code: &u32| axis.names.get(code as usize).map(String::as_str);
            GroupAxis {
                name: &axis.name,
                names: dense.keys().filter_map(name).collect(),
                codes: codes
                    .iter()
                    .filter_map(|code| dense.get(code).copied())
                    .collect(),
            }
        })
    }

    pub(crate) fn declared_spans(&self) -> Option<Vec<Span>> {
        self.table
            .spans
            .as_ref()
            .map(|all| super::table::pick(all, self.rows))
    }
}

impl<'a, S: HasGroups> RowSet<'a, S> {
    /// The groups of the rows.
    pub fn groups(&self) -> GroupAxis<'a> {
        let none = GroupAxis {
            name: "",
            codes: Vec::new(),
            names: Vec::new(),
        };
        self.axes().next().unwrap_or(none)
    }
}

impl<'a> RowSet<'a, crate::structure::Crossed> {
    /// Every axis of groups.
    pub fn group_axes(&self) -> Vec<GroupAxis<'a>> {
        self.axes().collect()
    }
}

impl<S: HasSpans> RowSet<'_, S> {
    /// The time that each row covers.
    pub fn spans(&self) -> Vec<Span> {
        self.declared_spans().unwrap_or_default()
    }
}
