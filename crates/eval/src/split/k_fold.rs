//! K folds of independent rows.

use midfuse_base::Seed;
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Iid;

use super::{Partition, SplitError, Splitter, order};

/// `k` folds of independent rows; the first `n mod k` folds have one row more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KFold {
    /// Number of folds, 2 to the number of rows, at most 10,000.
    pub k: usize,
    /// Shuffles the rows.
    pub seed: Seed,
}

impl KFold {
    /// `k` folds, shuffled by `seed`.
    pub fn new(k: usize, seed: Seed) -> Self {
        Self { k, seed }
    }
}

impl Splitter<Iid> for KFold {
    fn split(&self, rows: &RowSet<'_, Iid>) -> Result<Vec<Partition>, SplitError> {
        order::check_k("KFold", self.k)?;
        if rows.len() < self.k {
            let (rows, folds) = (rows.len(), self.k);
            return Err(SplitError::TooFewRows {
                splitter: "KFold",
                rows,
                folds,
            });
        }
        let ranks = order::ranks(rows.ids(), self.seed);
        let fold_of: Vec<usize> = ranks.iter().map(|rank| rank % self.k).collect();
        Ok(Partition::from_folds(&fold_of, self.k))
    }
}
