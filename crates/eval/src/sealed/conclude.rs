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
        if !Arc::ptr_eq(&self.table, &sealed.table) {
            return Err(SealError::OtherData);
        }
        ledger.record_opening(sealed.hashes(), plan)?;
        let train = View::new(Arc::clone(&self.table), self.rows, None);
        let test = View::new(sealed.table, sealed.rows, None);
        Ok(f(Final {
            train,
            test,
            plan: plan.clone(),
        }))
    }
}
