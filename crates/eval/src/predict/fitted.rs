//! Models that are fitted in this process, with what they have seen.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::rows::table::Table;
use crate::structure::Structure;
use crate::view::{Brand, FitRows, Role, Seen, Train, View};
use midfuse_base::Targets;

use super::{ScoreError, ViewPredictions};

/// Something that learns from train rows: a model, with its transforms.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not learn from train rows",
    label = "not a `Learner`",
    note = "implement `Learner::learn`, which is handed train rows and their targets and nothing else"
)]
pub trait Learner {
    /// What it learns.
    type Model: Predict;

    /// Learns from rows and their targets. Inputs are looked up by the ids of `rows`.
    fn learn(&self, rows: &FitRows<'_>, targets: &Targets) -> Self::Model;
}

/// Something that predicts one row at a time, so that no statistic of the test rows can enter.
pub trait Predict {
    /// Scores of the row with this id: log-probabilities in the order of the classes, or one value.
    fn predict(&self, id: &str) -> Vec<f64>;
}

/// A model that was fitted in the fold `'id`, with the rows that it has seen.
pub struct Fitted<'id, M> {
    model: M,
    table: Arc<Table>,
    seen: Seen,
    brand: Brand<'id>,
}

impl<M> fmt::Debug for Fitted<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fitted")
    }
}

/// Fits on train rows.
pub fn fit<'id, L: Learner, S: Structure>(
    learner: &L,
    on: &View<'id, Train, S>,
) -> Fitted<'id, L::Model> {
    Fitted {
        model: learner.learn(&on.fit_rows(), &on.targets()),
        table: Arc::clone(&on.table),
        seen: Seen::of(&on.rows),
        brand: PhantomData,
    }
}

impl<'id, M> Fitted<'id, M> {
    /// Whether the model has seen the row with this id.
    pub fn has_seen(&self, id: &str) -> bool {
        self.table.find(id).is_some_and(|row| self.seen.has(row))
    }

    /// The same model inside another that has seen no more.
    pub(super) fn mapped<N>(self, f: impl FnOnce(M) -> N) -> Fitted<'id, N> {
        Fitted {
            model: f(self.model),
            table: self.table,
            seen: self.seen,
            brand: self.brand,
        }
    }

    /// The same model in the outer fold, as one that has also seen `rows`.
    pub(crate) fn lifted<'out>(self, rows: &[u32], brand: Brand<'out>) -> Fitted<'out, M> {
        let Self {
            model,
            table,
            mut seen,
            ..
        } = self;
        seen.add(rows);
        Fitted {
            model,
            table,
            seen,
            brand,
        }
    }
}

impl<'id, M: Predict> Fitted<'id, M> {
    /// Predicts the rows of a view, one at a time.
    ///
    /// # Errors
    /// [`ScoreError::Leak`] if the model has seen one; [`ScoreError::Scores`] if it gives a wrong
    /// number of scores, or NaN.
    pub fn predict<R: Role, S: Structure>(
        &self,
        on: &View<'id, R, S>,
    ) -> Result<ViewPredictions<'id, R>, ScoreError> {
        if let Some(row) = self.seen.first_of(&on.rows) {
            return Err(ScoreError::Leak {
                id: self.table.id(row).to_owned(),
            });
        }
        let scores = on.ids().map(|id| self.model.predict(id)).collect();
        ViewPredictions::new(Arc::clone(&self.table), &on.rows, scores, self.seen.clone())
    }
}
