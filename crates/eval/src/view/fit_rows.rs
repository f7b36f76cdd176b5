//! Rows that a transform may be fitted on.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use midfuse_wire::JobSpec;

use super::Brand;

/// Ids of rows that a transform may be fitted on.
///
/// It comes from a view of train rows, or in a worker from the rows of a job that are fitted on and
/// decide no stopping; there is no other way to have one.
#[derive(Debug, Clone)]
pub struct FitRows<'id> {
    ids: Vec<String>,
    weights: Option<Vec<u32>>,
    brand: Brand<'id>,
}

/// A row that the data lack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "train row {id:?} is not among the {rows} rows of the data; open the cohort that the rows come from"
)]
pub struct MissingRow {
    /// Its id.
    pub id: String,
    /// Number of rows in the data.
    pub rows: usize,
}

/// What train rows hold: the only thing that a transform is fitted on.
///
/// `T` is one row: `Vec<f64>` or `&[f32]` of a table, `Vec<Option<String>>` of categories,
/// `Option<String>` of text.
#[derive(Debug, Clone)]
pub struct TrainTable<'id, T> {
    rows: Vec<T>,
    brand: Brand<'id>,
}

impl<'id> FitRows<'id> {
    pub(crate) fn new(ids: Vec<String>, weights: Option<Vec<u32>>) -> Self {
        Self {
            ids,
            weights,
            brand: PhantomData,
        }
    }

    /// In a worker, the rows of a job that transforms may be fitted on: those of `fit` that decide no
    /// stopping.
    pub fn of(job: &'id JobSpec) -> Self {
        let stop: BTreeSet<usize> = job.stop.iter().copied().collect();
        let rows = job.fit.iter().enumerate();
        let fit = rows.filter(|(position, _)| !stop.contains(position));
        Self::new(fit.map(|(_, id)| id.clone()).collect(), None)
    }

    /// The ids.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// How often each row counts, where a bootstrap made the view.
    pub fn weights(&self) -> Option<&[u32]> {
        self.weights.as_deref()
    }

    /// Takes the train rows out of data whose rows have the ids `ids`, in any order; `row` gives
    /// the row at a position. A row that a bootstrap drew several times is taken as often.
    ///
    /// # Errors
    /// [`MissingRow`] if the data lack a train row.
    pub fn take<T>(
        &self,
        ids: &[String],
        row: impl Fn(usize) -> T,
    ) -> Result<TrainTable<'id, T>, MissingRow> {
        let position: BTreeMap<&str, usize> = ids
            .iter()
            .enumerate()
            .map(|(at, id)| (id.as_str(), at))
            .collect();
        let mut rows = Vec::with_capacity(self.ids.len());
        for (fit, id) in self.ids.iter().enumerate() {
            let missing = || MissingRow {
                id: id.clone(),
                rows: ids.len(),
            };
            let at = position.get(id.as_str()).copied().ok_or_else(missing)?;
            let times = self
                .weights
                .as_ref()
                .and_then(|weights| weights.get(fit))
                .copied();
            rows.extend((0..times.unwrap_or(1)).map(|_| row(at)));
        }
        Ok(TrainTable {
            rows,
            brand: PhantomData,
        })
    }
}

impl<T> TrainTable<'_, T> {
    /// The rows: train rows only.
    pub fn rows(&self) -> &[T] {
        &self.rows
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}
