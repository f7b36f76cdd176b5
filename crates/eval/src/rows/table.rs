//! The columns behind every view: sorted by row id, so that nothing depends on the order of rows.

use std::fmt;
use std::sync::OnceLock;

use crate::identity::{LedgerId, RowMarks};
use midfuse_base::{Targets, Task};

use super::{RowHash, Span};

/// One way in which rows belong together: a name per axis, a code per row.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    pub(crate) name: String,
    /// Index into `names`, one per row.
    pub(crate) codes: Vec<u32>,
    /// Names of the groups, sorted.
    pub(crate) names: Vec<String>,
}

/// Labels to stratify by, any number per row.
#[derive(Debug, Clone)]
pub(crate) struct Labels {
    /// Indices into `names`, sorted, per row.
    pub(crate) codes: Vec<Vec<u32>>,
    /// Names of the labels, sorted.
    pub(crate) names: Vec<String>,
}

/// Everything that is declared of the rows; never changes after it is made. Its `Debug` form shows no
/// target: splitters and views of every role hold it.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) ids: Vec<String>,
    pub(crate) task: Task,
    pub(crate) targets: Targets,
    pub(crate) axes: Vec<Axis>,
    /// What one score counts, where that is not the first axis of groups.
    pub(crate) units: Option<Axis>,
    pub(crate) spans: Option<Vec<Span>>,
    pub(crate) labels: Option<Labels>,
    pub(crate) content: Vec<RowHash>,
    /// Per row, hashes of the modalities that no other row shares.
    pub(crate) parts: Vec<Vec<RowHash>>,
    /// The ledger that some of the rows were sealed in.
    pub(crate) sealed_in: OnceLock<LedgerId>,
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({} rows)", self.len())
    }
}

impl Table {
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(crate) fn id(&self, row: u32) -> &str {
        self.ids.get(row as usize).map_or("", String::as_str)
    }

    /// Position of an id; the ids are sorted.
    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        let at = self
            .ids
            .binary_search_by(|have| have.as_str().cmp(id))
            .ok()?;
        u32::try_from(at).ok()
    }

    /// By what some rows are recognised.
    pub(crate) fn marks_of(&self, rows: &[u32]) -> Vec<RowMarks> {
        let contents = pick(&self.content, rows);
        let marks = rows.iter().zip(contents).map(|(&row, content)| RowMarks {
            content,
            id: RowHash::of_id(self.id(row)),
            parts: self.parts.get(row as usize).cloned().unwrap_or_default(),
        });
        marks.collect()
    }

    /// Ids of some rows.
    pub(crate) fn ids_of(&self, rows: &[u32]) -> Vec<String> {
        rows.iter().map(|&row| self.id(row).to_owned()).collect()
    }

    /// Targets of some rows.
    pub(crate) fn targets_of(&self, rows: &[u32]) -> Targets {
        self.targets.select(rows.iter().map(|&row| row as usize))
    }
}

/// `values[row]` of each row; rows of a view are always in range.
pub(crate) fn pick<T: Clone>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter()
        .filter_map(|&row| values.get(row as usize).cloned())
        .collect()
}
