//! Rows in one role, of one fold.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::rows::RowSet;
use crate::rows::table::Table;
use crate::split::{Partition, SplitError, Splitter, checked};
use crate::structure::{HasGroups, Structure};
use midfuse_base::Targets;

use super::{FitRows, Role, Train};

/// Invariant in `'id`: no two folds unify.
pub(crate) type Brand<'id> = PhantomData<fn(&'id ()) -> &'id ()>;

/// Rows in role `R`, of structure `S`, in the fold `'id`.
///
/// A view is a list of rows over the cohort's table, never a copy. Only a loop can make one. Ids
/// can be read in every role, so that inputs can be looked up; targets in [`Train`] only.
pub struct View<'id, R: Role, S: Structure> {
    pub(crate) table: Arc<Table>,
    pub(crate) rows: Vec<u32>,
    pub(crate) weights: Option<Vec<u32>>,
    brand: Brand<'id>,
    of: PhantomData<fn() -> (R, S)>,
}

impl<R: Role, S: Structure> fmt::Debug for View<'_, R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "View({}, {}, {} rows)",
            R::NAME,
            S::NAME,
            self.rows.len()
        )
    }
}

impl<R: Role, S: Structure> View<'_, R, S> {
    pub(crate) fn new(table: Arc<Table>, rows: Vec<u32>, weights: Option<Vec<u32>>) -> Self {
        Self {
            table,
            rows,
            weights,
            brand: PhantomData,
            of: PhantomData,
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never true: a loop makes no empty view.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Ids of the rows, in the order of the ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|&row| self.table.id(row))
    }

    /// The partitions that a splitter makes of these rows, as rows of the table.
    pub(crate) fn divide<B: Splitter<S> + ?Sized>(
        &self,
        by: &B,
    ) -> Result<Vec<Division>, SplitError> {
        divide::<S, B>(&self.table, &self.rows, by)
    }
}

impl<R: Role, S: HasGroups> View<'_, R, S> {
    /// Group of each row, in the order of the ids.
    pub fn groups(&self) -> Vec<&str> {
        let groups = RowSet::<S>::new(&self.table, &self.rows).groups();
        groups
            .codes
            .iter()
            .filter_map(|&code| groups.names.get(code).copied())
            .collect()
    }
}

impl<'id, S: Structure> View<'id, Train, S> {
    /// Targets of the rows, in the order of the ids: of train rows only.
    pub fn targets(&self) -> Targets {
        self.table.targets_of(&self.rows)
    }

    /// How often each row counts, where a bootstrap made the view.
    pub fn weights(&self) -> Option<&[u32]> {
        self.weights.as_deref()
    }

    /// The rows as something that a transform can be fitted on.
    pub fn fit_rows(&self) -> FitRows<'id> {
        FitRows::new(self.table.ids_of(&self.rows), self.weights.clone())
    }
}

/// A partition as rows of the table.
#[derive(Debug)]
pub(crate) struct Division {
    pub(crate) train: Vec<u32>,
    pub(crate) test: Vec<u32>,
    pub(crate) weights: Option<Vec<u32>>,
    pub(crate) dropped: Vec<String>,
}

/// Divides some rows of a table; every partition is checked.
pub(crate) fn divide<S: Structure, B: Splitter<S> + ?Sized>(
    table: &Table,
    rows: &[u32],
    by: &B,
) -> Result<Vec<Division>, SplitError> {
    let parts = checked(by, &RowSet::<S>::new(table, rows))?;
    Ok(parts
        .into_iter()
        .map(|part| Division::new(table, rows, part))
        .collect())
}

impl Division {
    fn new(table: &Table, rows: &[u32], part: Partition) -> Self {
        let mut weighted: Vec<(usize, Option<u32>)> = match &part.weights {
            Some(weights) => part
                .train
                .iter()
                .copied()
                .zip(weights.iter().copied().map(Some))
                .collect(),
            None => part
                .train
                .iter()
                .map(|&position| (position, None))
                .collect(),
        };
        weighted.sort_unstable();
        let mut test = part.test;
        test.sort_unstable();
        let used = super::Seen::of(
            &weighted
                .iter()
                .map(|&(p, _)| p as u32)
                .chain(test.iter().map(|&p| p as u32))
                .collect::<Vec<_>>(),
        );
        let dropped = (0..rows.len() as u32).filter(|&position| !used.has(position));
        let row_at = |position: usize| rows.get(position).copied();
        Self {
            train: weighted
                .iter()
                .filter_map(|&(position, _)| row_at(position))
                .collect(),
            test: test.into_iter().filter_map(row_at).collect(),
            weights: part
                .weights
                .is_some()
                .then(|| weighted.iter().filter_map(|w| w.1).collect()),
            dropped: dropped
                .filter_map(|p| row_at(p as usize))
                .map(|row| table.id(row).to_owned())
                .collect(),
        }
    }
}
