//! The inner loop: folds of train rows.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::split::{SplitError, Splitter};
use crate::structure::Structure;
use crate::view::{Brand, Division, Seen, Train, Valid, View};

use super::parallel::{self, FoldPanicked};

/// An inner fold of the train rows of `'out`: scores on it may rank models.
#[derive(Debug)]
pub struct Inner<'out, 'id, S: Structure> {
    /// Index of the fold, from 0.
    pub index: usize,
    /// Rows to fit on.
    pub train: View<'id, Train, S>,
    /// Rows that rank models.
    pub valid: View<'id, Valid, S>,
    /// Ids of rows that are on neither side.
    pub dropped: Vec<String>,
    pub(crate) up: Brand<'out>,
}

/// Train rows that only decide when to stop: carved out of train by a splitter that is honest for
/// the structure, so no group is both fitted on and stopped on.
///
/// Rows that the splitter drops, because they meet the time or the group of a stopping row, are
/// neither fitted on nor stopped on.
#[derive(Debug)]
pub struct StopRows<'id> {
    pub(crate) rows: Vec<u32>,
    pub(crate) dropped: Vec<u32>,
    brand: Brand<'id>,
}

impl StopRows<'_> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never true: a splitter leaves no side empty.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of train rows that are neither fitted on nor stopped on.
    pub fn n_dropped(&self) -> usize {
        self.dropped.len()
    }
}

impl<'out, S: Structure> View<'out, Train, S> {
    /// Runs `f` on each inner fold, one after the other. Nesting is recursion: the same bound on the
    /// splitter, a brand of its own, [`Valid`] in place of `Test`.
    ///
    /// # Errors
    /// [`SplitError`] if the rows cannot be split so; `f` has then not run.
    pub fn cross_validate<T>(
        &self,
        by: &impl Splitter<S>,
        mut f: impl for<'id> FnMut(Inner<'out, 'id, S>) -> T,
    ) -> Result<Vec<T>, SplitError> {
        let folds = self.divide(by)?.into_iter().enumerate();
        Ok(folds
            .map(|(index, division)| f(self.inner(index, division)))
            .collect())
    }

    /// Runs `f` on all inner folds at once, a thread each; a fold that panics leaves the others
    /// alone.
    ///
    /// # Errors
    /// [`SplitError`] if the rows cannot be split so; `f` has then not run.
    pub fn par_cross_validate<T: Send>(
        &self,
        by: &impl Splitter<S>,
        f: impl for<'id> Fn(Inner<'out, 'id, S>) -> T + Sync,
    ) -> Result<Vec<Result<T, FoldPanicked>>, SplitError> {
        let divisions = self.divide(by)?;
        Ok(parallel::run(divisions, |index, division| {
            f(self.inner(index, division))
        }))
    }

    /// The test rows of the splitter's first partition of these train rows, for early stopping.
    ///
    /// # Errors
    /// [`SplitError`] if the rows cannot be split so.
    pub fn stop_rows(&self, by: &impl Splitter<S>) -> Result<StopRows<'out>, SplitError> {
        let none = SplitError::NoFold {
            splitter: "stop rows",
            mend: "use a splitter with a fold",
        };
        let first = self.divide(by)?.into_iter().next().ok_or(none)?;
        let used = [first.train.as_slice(), &first.test].map(Seen::of);
        let is_dropped = |row: &u32| !used.iter().any(|side| side.has(*row));
        Ok(StopRows {
            dropped: self.rows.iter().copied().filter(is_dropped).collect(),
            rows: first.test,
            brand: PhantomData,
        })
    }

    fn inner<'id>(&self, index: usize, division: Division) -> Inner<'out, 'id, S> {
        Inner {
            index,
            train: View::new(Arc::clone(&self.table), division.train, division.weights),
            valid: View::new(Arc::clone(&self.table), division.test, None),
            dropped: division.dropped,
            up: PhantomData,
        }
    }
}
