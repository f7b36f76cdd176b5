//! Predictions that remember what their model has seen.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::identity::RowHash;
use crate::identity::{Look, of_set};
use crate::ledger::Ledger;
use crate::rows::table::{Table, pick};
use crate::structure::Structure;
use crate::view::{Brand, Role, Seen, Test, Valid, View};
use midfuse_metrics::metric::{Metric, Unit};

use super::{Disclosed, Score, ScoreError};

/// Scores of rows in role `R`, by a model that was fitted in the fold `'id`.
///
/// They are scored against a view of the same fold and role: every row must have been predicted,
/// and none may have been seen by the model.
#[derive(Clone)]
pub struct ViewPredictions<'id, R: Role> {
    table: Arc<Table>,
    /// Sorted rows, and the scores of each.
    rows: Vec<(u32, Vec<f64>)>,
    seen: Seen,
    brand: Brand<'id>,
    role: PhantomData<fn() -> R>,
}

impl<R: Role> fmt::Debug for ViewPredictions<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ViewPredictions({}, {} rows)", R::NAME, self.rows.len())
    }
}

impl<'id, R: Role> ViewPredictions<'id, R> {
    pub(crate) fn new(
        table: Arc<Table>,
        rows: &[u32],
        scores: Vec<Vec<f64>>,
        seen: Seen,
    ) -> Result<Self, ScoreError> {
        if rows.len() != scores.len() {
            return Err(ScoreError::Rows {
                expected: rows.len(),
                got: scores.len(),
            });
        }
        let expected = table.task.n_scores();
        let wrong = |scores: &[f64]| scores.len() != expected || scores.iter().any(|s| s.is_nan());
        if let Some((&row, got)) = rows.iter().zip(&scores).find(|(_, scores)| wrong(scores)) {
            let id = table.id(row).to_owned();
            return Err(ScoreError::Scores {
                id,
                expected,
                got: got.clone(),
            });
        }
        let mut rows: Vec<_> = rows.iter().copied().zip(scores).collect();
        rows.sort_by_key(|(row, _)| *row);
        Ok(Self {
            table,
            rows,
            seen,
            brand: PhantomData,
            role: PhantomData,
        })
    }

    /// Scores of each row of the view, in its order.
    ///
    /// # Errors
    /// [`ScoreError::Leak`] and [`ScoreError::NotPredicted`].
    pub fn of<S: Structure>(&self, view: &View<'id, R, S>) -> Result<Vec<&[f64]>, ScoreError> {
        if let Some(row) = self.seen.first_of(&view.rows) {
            return Err(ScoreError::Leak {
                id: self.table.id(row).to_owned(),
            });
        }
        let find = |&row: &u32| match self.rows.binary_search_by_key(&row, |(row, _)| *row) {
            Ok(at) => Ok(self
                .rows
                .get(at)
                .map_or(&[][..], |(_, scores)| scores.as_slice())),
            Err(_) => Err(ScoreError::NotPredicted {
                id: self.table.id(row).to_owned(),
            }),
        };
        view.rows.iter().map(find).collect()
    }

    /// The value of a metric on the rows of the view, at a stated unit: rows of grouped data are
    /// not scored one by one unless the unit says so.
    ///
    /// # Errors
    /// As [`of`](Self::of); [`ScoreError::Metric`] if the metric refuses, among others
    /// [`Unit::Row`] on grouped rows; [`ScoreError::Undefined`] where its message would show targets of
    /// test rows.
    pub fn score<S: Structure>(
        &self,
        view: &View<'id, R, S>,
        metric: Metric,
        unit: Unit,
    ) -> Result<Score<R>, ScoreError> {
        let predictions = self.with_targets(view)?.predictions()?;
        let value = metric
            .score(&predictions, unit)
            .map_err(ScoreError::of_role::<R>)?;
        Ok(Score::new(value, metric, self.look_at(view)?))
    }

    /// What is seen of these rows.
    fn look_at<S: Structure>(&self, view: &View<'id, R, S>) -> Result<Look, ScoreError> {
        let scores = self.of(view)?.into_iter();
        let bytes = scores.map(|row| {
            let bits = row.iter().flat_map(|score| score.to_bits().to_le_bytes());
            bits.collect::<Vec<u8>>()
        });
        Ok(Look {
            rows: of_set(&sorted(&self.table, &view.rows)),
            predictions: RowHash::of(bytes),
            sealed_in: self.table.sealed_in.get().cloned(),
        })
    }

    fn with_targets<S: Structure>(&self, view: &View<'id, R, S>) -> Result<Disclosed, ScoreError> {
        let scores = self.of(view)?.into_iter().map(<[f64]>::to_vec).collect();
        let disclosed = Disclosed::of(&self.table, &view.rows, scores);
        Ok(disclosed.with_seen(&self.table, &self.seen))
    }
}

impl<'id> ViewPredictions<'id, Valid> {
    /// The predictions with their targets: rows of an inner fold lie inside train.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn with_targets_of<S: Structure>(
        &self,
        view: &View<'id, Valid, S>,
    ) -> Result<Disclosed, ScoreError> {
        self.with_targets(view)
    }
}

impl<'id> ViewPredictions<'id, Test> {
    /// The predictions with their targets, once the ledger has recorded that `what` was looked at
    /// on these rows.
    ///
    /// # Errors
    /// As [`of`](Self::of); [`ScoreError::Ledger`] if it cannot be recorded.
    pub fn disclose<S: Structure>(
        &self,
        view: &View<'id, Test, S>,
        ledger: &Ledger,
        what: &str,
    ) -> Result<Disclosed, ScoreError> {
        let disclosed = self.with_targets(view)?;
        ledger.record_disclosure(what, "rows", &self.look_at(view)?)?;
        Ok(disclosed)
    }
}

/// What rows hold, sorted.
fn sorted(table: &Table, rows: &[u32]) -> Vec<RowHash> {
    let mut hashes = pick(&table.content, rows);
    hashes.sort_unstable();
    hashes
}
