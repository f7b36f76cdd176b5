//! K folds of independent rows, each with its share of every class.

use midfuse_base::Seed;
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Iid;

use super::partition::check_classes;
use super::{Partition, Side, SplitError, Splitter, order};

/// `k` folds of independent rows with equal shares of every class (or declared stratum).
///
/// The rows are dealt out class after class without starting again at the first fold, so the
/// folds differ by at most one row in each class **and** in total. (Allocation per class, as in
/// scikit-learn, lets totals differ by the number of classes: its issue 14673.)
///
/// Every class that occurs is in the test rows of every fold, or the split is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StratifiedKFold {
    /// Number of folds, 2 to the size of the smallest class.
    pub k: usize,
    /// Shuffles the rows within their class.
    pub seed: Seed,
}

impl StratifiedKFold {
    /// `k` folds, shuffled by `seed`.
    pub fn new(k: usize, seed: Seed) -> Self {
        Self { k, seed }
    }
}

impl Splitter<Iid> for StratifiedKFold {
    fn split(&self, rows: &RowSet<'_, Iid>) -> Result<Vec<Partition>, SplitError> {
        const NAME: &str = "StratifiedKFold";
        order::check_k(NAME, self.k)?;
        let strata = rows
            .strata()
            .ok_or(SplitError::NoClasses { splitter: NAME })?;
        if rows.len() < self.k {
            let (rows, folds) = (rows.len(), self.k);
            return Err(SplitError::TooFewRows {
                splitter: NAME,
                rows,
                folds,
            });
        }
        let fold_of = deal(
            &strata.codes,
            &order::shuffled(rows.ids(), self.seed),
            self.k,
        );
        let parts = Partition::from_folds(&fold_of, self.k);
        for (fold, part) in parts.iter().enumerate() {
            check_classes(NAME, &strata.names, &strata.codes, fold, part, Side::Test)?;
        }
        Ok(parts)
    }
}

/// Fold of each row: the rows in the order of class, then of `order`, dealt to the folds in turn.
pub(super) fn deal(classes: &[usize], order: &[usize], k: usize) -> Vec<usize> {
    let mut by_class = order.to_vec();
    by_class.sort_by_key(|&row| classes.get(row));
    let mut fold_of = vec![0; classes.len()];
    for (turn, &row) in by_class.iter().enumerate() {
        if let Some(slot) = fold_of.get_mut(row) {
            *slot = turn % k;
        }
    }
    fold_of
}
