//! Categories as columns of zeros and ones.

use serde::{Deserialize, Serialize};

use crate::view::TrainTable;

use super::{Number, OrdinalEncoder, TransformError};

/// A column for each known category; a category that is missing or was not in train is zero in all
/// of them.
///
/// Reference: scikit-learn's `OneHotEncoder(handle_unknown="ignore")`.
///
/// `NOTE[DIFF]` A missing value is not a category of its own; mark it with an
/// [`Imputer`](super::Imputer)'s indicator, or give it a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OneHotEncoder {
    codes: OrdinalEncoder,
}

impl OneHotEncoder {
    /// Fits on train rows; `None` is a missing value.
    ///
    /// # Errors
    /// [`TransformError::NoRows`], [`TransformError::Width`].
    pub fn fit<R: AsRef<[Option<String>]>>(
        train: &TrainTable<'_, R>,
    ) -> Result<Self, TransformError> {
        OrdinalEncoder::fit(train).map(|codes| Self { codes })
    }

    /// Known categories of each column, sorted: the order of the columns that come out.
    pub fn categories(&self) -> &[Vec<String>] {
        &self.codes.categories
    }

    /// Columns that come out.
    pub fn n_columns(&self) -> usize {
        self.codes.categories.iter().map(Vec::len).sum()
    }

    /// Zeros and ones of one row.
    ///
    /// # Errors
    /// [`TransformError::Width`].
    pub fn apply<N: Number>(&self, row: &[Option<String>]) -> Result<Vec<N>, TransformError> {
        let codes = self.codes.apply(row)?;
        let columns = codes.iter().zip(&self.codes.categories);
        let ones = columns.flat_map(|(&code, known)| {
            (1..=known.len() as i64).map(move |at| N::from_f64(f64::from(u8::from(at == code))))
        });
        Ok(ones.collect())
    }
}
