//! Opening the test set, once.

use std::sync::Arc;

use crate::fold::Dev;
use crate::ledger::{Ledger, Plan};
use crate::structure::Structure;
use crate::view::{Test, Train, View};

use super::{SealError, Sealed};

/// The last fold: all developed rows to fit on, the sealed ones to score.
#[derive(Debug)]
pub struct Final<'id, S: Structure> {
    /// Rows to fit on.
    pub train: View<'id, Train, S>,
    /// The sealed rows, without targets.
    pub test: View<'id, Test, S>,
    /// The plan that was frozen at sealing.
    pub plan: Plan,
}

impl<S: Structure> Dev<S> {
    /// Ends development and opens the test set. The ledger records it before `f` runs, so a program
    /// that dies meanwhile has opened it.
    ///
    /// `plan` has to be the one that was frozen at sealing.
    ///
    /// # Errors
    /// [`SealError::Ledger`] if the set, or one that it meets, was opened before, if another set was
    /// sealed since, if the plan was changed, or if the ledger cannot be used.
    pub fn conclude<T>(
        self,
        sealed: Sealed<S>,
        plan: &Plan,
        ledger: &Ledger,
        f: impl for<'id> FnOnce(Final<'id, S>) -> T,
    ) -> Result<T, SealError> {
        self.check(&sealed)?;
        ledger.record_opening(&sealed.marks(), plan, None)?;
        Ok(f(self.last(sealed, plan)))
    }

    /// As [`conclude`](Self::conclude), for a conclusion that may be killed and go on: until `f` returns
    /// `Ok`, the same conclusion of the same rows (sealed by [`Data::seal_as`](crate::rows::Data::seal_as))
    /// may run again, and every run is recorded.
    ///
    /// `conclusion` has to be a hash of everything that decides the result (the models, their settings
    /// and seeds, the data, the program), so that running it again can only give what it would have
    /// given, and no second choice. One process concludes at a time. Write the results down inside `f`.
    ///
    /// # Errors
    /// As [`conclude`](Self::conclude); [`LedgerError::Busy`](crate::ledger::LedgerError::Busy) while
    /// another process concludes.
    pub fn conclude_as<T, E>(
        self,
        sealed: Sealed<S>,
        plan: &Plan,
        conclusion: &str,
        ledger: &Ledger,
        f: impl for<'id> FnOnce(Final<'id, S>) -> Result<T, E>,
    ) -> Result<Result<T, E>, SealError> {
        self.check(&sealed)?;
        let marks = sealed.marks();
        let _running = ledger.claim()?;
        ledger.record_opening(&marks, plan, Some(conclusion))?;
        let result = f(self.last(sealed, plan));
        if result.is_ok() {
            ledger.record_end(&marks, conclusion)?;
        }
        Ok(result)
    }

    fn check(&self, sealed: &Sealed<S>) -> Result<(), SealError> {
        if Arc::ptr_eq(&self.table, &sealed.table) {
            Ok(())
        } else {
            Err(SealError::OtherData)
        }
    }

    fn last<'id>(self, sealed: Sealed<S>, plan: &Plan) -> Final<'id, S> {
        Final {
            train: View::new(Arc::clone(&self.table), self.rows, None),
            test: View::new(sealed.table, sealed.rows, None),
            plan: plan.clone(),
        }
    }
}
