//! Rows that a transform may be fitted on.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use super::Brand;

/// Ids of rows that a transform may be fitted on.
///
/// It comes from a view of train rows, or in a worker from the rows of a job that are fitted on and
/// decide no stopping; there is no other way to have one.
#[derive(Debug, Clone)]
pub struct FitRows<'id> {
    ids: Vec<String>,
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
    pub(crate) fn new(ids: Vec<String>) -> Self {
        Self {
            ids,
            brand: PhantomData,
        }
    }

    /// The ids.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// Takes the train rows out of data whose rows have the ids `ids`, in any order; `row` gives
    /// the row at a position.
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
        let rows = self.ids.iter().map(|id| match position.get(id.as_str()) {
            Some(&at) => Ok(row(at)),
            None => Err(MissingRow {
                id: id.clone(),
                rows: ids.len(),
            }),
        });
        Ok(TrainTable {
            rows: rows.collect::<Result<_, _>>()?,
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
