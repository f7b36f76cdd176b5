//! Rows to develop on, and the outer loop.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::rows::Data;
use crate::rows::table::Table;
use crate::split::{SplitError, Splitter};
use crate::structure::Structure;
use crate::view::{Test, Train, View};

use super::parallel::{self, FoldPanicked};
use crate::view::{Division, divide};

/// Rows to develop on: everything but the sealed test set.
pub struct Dev<S: Structure> {
    pub(crate) table: Arc<Table>,
    pub(crate) rows: Vec<u32>,
    structure: PhantomData<S>,
}

impl<S: Structure> fmt::Debug for Dev<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dev({}, {} rows)", S::NAME, self.rows.len())
    }
}

/// An outer fold.
#[derive(Debug)]
pub struct Fold<'id, S: Structure> {
    /// Index of the fold, from 0.
    pub index: usize,
    /// Rows to fit on.
    pub train: View<'id, Train, S>,
    /// Rows to score, without targets.
    pub test: View<'id, Test, S>,
    /// Ids of rows that are on neither side.
    pub dropped: Vec<String>,
}

impl<S: Structure> Data<S> {
    /// All rows to develop on, without a sealed test set: for an estimate by cross-validation only.
    pub fn develop(self) -> Dev<S> {
        let rows = (0..self.table().len() as u32).collect();
        Dev::new(Arc::clone(self.table()), rows)
    }
}

impl<S: Structure> Dev<S> {
    pub(crate) fn new(table: Arc<Table>, rows: Vec<u32>) -> Self {
        Self {
            table,
            rows,
            structure: PhantomData,
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never true: sealing leaves a row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Ids of the rows, in the order of the ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|&row| self.table.id(row))
    }

    /// Runs `f` on each fold, one after the other. Only what cannot name the fold leaves it.
    ///
    /// # Errors
    /// [`SplitError`] if the rows cannot be split so; `f` has then not run.
    pub fn cross_validate<T>(
        &self,
        by: &impl Splitter<S>,
        mut f: impl for<'id> FnMut(Fold<'id, S>) -> T,
    ) -> Result<Vec<T>, SplitError> {
        let divisions = divide::<S, _>(&self.table, &self.rows, by)?;
        let folds = divisions.into_iter().enumerate();
        Ok(folds
            .map(|(index, division)| f(fold(&self.table, index, division)))
            .collect())
    }

    /// Runs `f` on all folds at once, a thread each; a fold that panics leaves the others alone.
    ///
    /// # Errors
    /// [`SplitError`] if the rows cannot be split so; `f` has then not run.
    pub fn par_cross_validate<T: Send>(
        &self,
        by: &impl Splitter<S>,
        f: impl for<'id> Fn(Fold<'id, S>) -> T + Sync,
    ) -> Result<Vec<Result<T, FoldPanicked>>, SplitError> {
        let divisions = divide::<S, _>(&self.table, &self.rows, by)?;
        Ok(parallel::run(divisions, |index, division| {
            f(fold(&self.table, index, division))
        }))
    }
}

fn fold<'id, S: Structure>(table: &Arc<Table>, index: usize, division: Division) -> Fold<'id, S> {
    Fold {
        index,
        train: View::new(Arc::clone(table), division.train, division.weights),
        test: View::new(Arc::clone(table), division.test, None),
        dropped: division.dropped,
    }
}
