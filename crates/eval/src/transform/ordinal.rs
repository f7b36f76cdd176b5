//! Categories as numbers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::view::TrainTable;

use super::TransformError;
use super::number::check_width;

const NAME: &str = "OrdinalEncoder";

/// Numbers the categories of each column: 1, 2, ... in the order of their names; 0 is a category
/// that is missing or was not in train.
///
/// Reference: scikit-learn's `OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1,
/// encoded_missing_value=-1)`.
///
/// `NOTE[DIFF]` Codes are greater by one, so that 0 can be the row of an embedding for the unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct OrdinalEncoder {
    /// Known categories of each column, sorted.
    pub categories: Vec<Vec<String>>,
}

/// What is read from a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    categories: Vec<Vec<String>>,
}

impl TryFrom<Stored> for OrdinalEncoder {
    type Error = TransformError;

    fn try_from(Stored { categories }: Stored) -> Result<Self, TransformError> {
        let sorted =
            |known: &Vec<String>| known.iter().zip(known.iter().skip(1)).all(|(a, b)| a < b);
        if categories.iter().all(sorted) {
            return Ok(Self { categories });
        }
        let why = "categories are not sorted, or occur twice";
        Err(TransformError::Stored {
            transform: NAME,
            why,
        })
    }
}

impl OrdinalEncoder {
    /// Fits on train rows; `None` is a missing value.
    ///
    /// # Errors
    /// [`TransformError::NoRows`], [`TransformError::Width`].
    pub fn fit<R: AsRef<[Option<String>]>>(
        train: &TrainTable<'_, R>,
    ) -> Result<Self, TransformError> {
        let first = train
            .rows()
            .first()
            .ok_or(TransformError::NoRows { transform: NAME })?;
        let mut known: Vec<BTreeSet<&String>> = vec![BTreeSet::new(); first.as_ref().len()];
        for row in train.rows() {
            check_width(NAME, known.len(), row.as_ref().len())?;
            for (category, known) in row.as_ref().iter().zip(&mut known) {
                known.extend(category);
            }
        }
        let categories = known
            .into_iter()
            .map(|column| column.into_iter().cloned().collect());
        Ok(Self {
            categories: categories.collect(),
        })
    }

    /// Codes of each column, the unknown included: what an embedding table needs.
    pub fn cardinalities(&self) -> Vec<i64> {
        self.categories
            .iter()
            .map(|known| known.len() as i64 + 1)
            .collect()
    }

    /// Codes of one row.
    ///
    /// # Errors
    /// [`TransformError::Width`].
    pub fn apply(&self, row: &[Option<String>]) -> Result<Vec<i64>, TransformError> {
        check_width(NAME, self.categories.len(), row.len())?;
        let code = |(category, known): (&Option<String>, &Vec<String>)| {
            let at = category
                .as_ref()
                .and_then(|category| known.binary_search(category).ok());
            at.map_or(0, |at| at as i64 + 1)
        };
        Ok(row.iter().zip(&self.categories).map(code).collect())
    }
}
