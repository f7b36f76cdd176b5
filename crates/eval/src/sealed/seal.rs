//! Putting rows aside.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::fold::Dev;
use crate::identity::{RowMarks, contents};
use crate::ledger::{Ledger, Plan};
use crate::rows::Data;
use crate::rows::table::Table;
use crate::split::{SplitError, Splitter};
use crate::structure::Structure;
use crate::view::divide;

use super::SealError;

/// A test set that is not opened yet. It has no copy and shows nothing but its size;
/// [`Dev::conclude`] takes it.
pub struct Sealed<S: Structure> {
    pub(super) table: Arc<Table>,
    pub(super) rows: Vec<u32>,
    plan: Plan,
    developed_before: usize,
    structure: PhantomData<S>,
}

impl<S: Structure> fmt::Debug for Sealed<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} rows)", self.rows.len())
    }
}

impl<S: Structure> Data<S> {
    /// Puts the test rows of the splitter's first partition aside, and freezes the plan for them in
    /// the ledger. The same rows again, in another process, are the same seal: the plan that was
    /// frozen first holds.
    ///
    /// Rows that the splitter drops are neither developed on nor tested.
    ///
    /// # Errors
    /// [`SealError::Split`] if the rows cannot be divided so; [`SealError::Ledger`] if the set meets
    /// one that was opened before, or the ledger cannot be used.
    pub fn seal(
        self,
        by: &impl Splitter<S>,
        ledger: &Ledger,
        plan: &Plan,
    ) -> Result<(Dev<S>, Sealed<S>), SealError> {
        self.put_aside(by, ledger, plan, None)
    }

    /// As [`seal`](Self::seal), for the conclusion `by` of [`Dev::conclude_as`]: it may also seal again
    /// what it opened itself before it was killed.
    ///
    /// # Errors
    /// As [`seal`](Self::seal).
    pub fn seal_as(
        self,
        by: &impl Splitter<S>,
        ledger: &Ledger,
        plan: &Plan,
        conclusion: &str,
    ) -> Result<(Dev<S>, Sealed<S>), SealError> {
        self.put_aside(by, ledger, plan, Some(conclusion))
    }

    fn put_aside(
        self,
        by: &impl Splitter<S>,
        ledger: &Ledger,
        plan: &Plan,
        conclusion: Option<&str>,
    ) -> Result<(Dev<S>, Sealed<S>), SealError> {
        if !(plan.margin >= 0.0 && plan.margin.is_finite()) {
            return Err(SealError::Margin {
                margin: plan.margin,
            });
        }
        let table = Arc::clone(self.table());
        let all: Vec<u32> = (0..table.len() as u32).collect();
        let none = SplitError::NoFold {
            splitter: "seal",
            mend: "use a splitter with a fold",
        };
        let first = divide::<S, _>(&table, &all, by)?
            .into_iter()
            .next()
            .ok_or(none)?;
        let set = table.marks_of(&first.test);
        let developed = contents(&table.marks_of(&first.train));
        let record = ledger.record_seal(&set, developed, plan, conclusion)?;
        // The rows are bound to this ledger: nothing of them is disclosed to another.
        let _ = table.sealed_in.set(ledger.id());
        let dev = Dev::new(Arc::clone(&table), first.train);
        Ok((
            dev,
            Sealed {
                table,
                rows: first.test,
                plan: record.plan,
                developed_before: record.developed_before,
                structure: PhantomData,
            },
        ))
    }
}

impl<S: Structure> Sealed<S> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never true: a splitter leaves no side empty.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The plan that was frozen when these rows were sealed first.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Number of these rows that an earlier seal left to develop on, and of which scores may have been
    /// seen since: they are not fresh test rows.
    pub fn developed_before(&self) -> usize {
        self.developed_before
    }

    pub(super) fn marks(&self) -> Vec<RowMarks> {
        self.table.marks_of(&self.rows)
    }
}
