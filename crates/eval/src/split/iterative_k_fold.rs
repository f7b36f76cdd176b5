//! K folds of rows with several labels each.

use midfuse_base::Seed;
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Iid;

use super::partition::Partition;
use super::{Side, SplitError, Splitter, order};

/// `k` folds of independent rows with about equal shares of every label, where a row has any number
/// of labels (see [`Rows::with_labels`](crate::rows::Rows::with_labels)).
///
/// Iterative stratification: the label with the fewest rows left is dealt first, each row to the
/// fold that lacks most of that label, then to the one that lacks most rows; in integers. Every label that occurs is in the train rows of every fold, or the split is refused.
///
/// Source: Sechidis, Tsoumakas and Vlahavas, *On the stratification of multi-label data* (2011),
/// algorithm 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IterativeKFold {
    /// Number of folds, 2 to the number of rows, at most 10,000.
    pub k: usize,
    /// Orders rows that have the same labels.
    pub seed: Seed,
}

impl IterativeKFold {
    /// `k` folds, shuffled by `seed`.
    pub fn new(k: usize, seed: Seed) -> Self {
        Self { k, seed }
    }
}

const NAME: &str = "IterativeKFold";

impl Splitter<Iid> for IterativeKFold {
    fn split(&self, rows: &RowSet<'_, Iid>) -> Result<Vec<Partition>, SplitError> {
        order::check_k(NAME, self.k)?;
        if rows.len() < self.k {
            let (rows, folds) = (rows.len(), self.k);
            return Err(SplitError::TooFewRows {
                splitter: NAME,
                rows,
                folds,
            });
        }
        let (labels, names) = rows
            .labels()
            .ok_or(SplitError::NoClasses { splitter: NAME })?;
        let order = order::shuffled(rows.ids(), self.seed);
        let fold_of = Deal::new(&labels, names.len(), self.k).run(&order);
        let parts = Partition::from_folds(&fold_of, self.k);
        for (fold, part) in parts.iter().enumerate() {
            let has = |rows: &[usize], label: usize| {
                rows.iter()
                    .any(|&row| labels.get(row).is_some_and(|of| of.contains(&label)))
            };
            let missing =
                (0..names.len()).find(|&label| has(&part.test, label) && !has(&part.train, label));
            if let Some(class) = missing.and_then(|label| names.get(label)) {
                let (class, side) = (class.clone(), Side::Train);
                return Err(SplitError::Infeasible {
                    splitter: NAME,
                    class,
                    fold,
                    side,
                });
            }
        }
        Ok(parts)
    }
}

/// Rows being dealt to folds. A fold lacks `total - k * dealt` of a label, `k` times what it lacks.
struct Deal<'a> {
    labels: &'a [Vec<usize>],
    /// Per label: what each fold lacks of it, times `k`. The last one counts all rows.
    lacks: Vec<Vec<i64>>,
    /// Rows of each label that are not dealt yet.
    left: Vec<usize>,
    k: usize,
}

impl<'a> Deal<'a> {
    fn new(labels: &'a [Vec<usize>], n_labels: usize, k: usize) -> Self {
        let mut left = vec![0; n_labels];
        for &label in labels.iter().flatten() {
            if let Some(left) = left.get_mut(label) {
                *left += 1;
            }
        }
        let totals = left.iter().copied().chain([labels.len()]);
        let lacks = totals.map(|total| vec![total as i64; k]).collect();
        Self {
            labels,
            lacks,
            left,
            k,
        }
    }

    fn run(mut self, order: &[usize]) -> Vec<usize> {
        let mut fold_of = vec![usize::MAX; self.labels.len()];
        loop {
            let rarest = self.left.iter().enumerate().filter(|(_, left)| **left > 0);
            let rarest = rarest
                .min_by_key(|(_, left)| **left)
                .map(|(label, _)| label);
            for &row in order {
                let is_dealt = fold_of.get(row).is_none_or(|&fold| fold != usize::MAX);
                let labels = self.labels.get(row).map_or(&[][..], Vec::as_slice);
                if is_dealt || rarest.is_some_and(|label| !labels.contains(&label)) {
                    continue;
                }
                let fold = self.neediest(rarest);
                if let Some(slot) = fold_of.get_mut(row) {
                    *slot = fold;
                }
                self.give(fold, labels);
            }
            if rarest.is_none() {
                return fold_of;
            }
        }
    }

    /// The fold that lacks most of a label, then most rows, then the first.
    fn neediest(&self, label: Option<usize>) -> usize {
        let lack = |column: usize, fold: usize| {
            self.lacks
                .get(column)
                .and_then(|folds| folds.get(fold))
                .copied()
                .unwrap_or(0)
        };
        let rows = self.lacks.len() - 1;
        let need = |&fold: &usize| {
            (
                label.map_or(0, |label| lack(label, fold)),
                lack(rows, fold),
                std::cmp::Reverse(fold),
            )
        };
        (0..self.k).max_by_key(need).unwrap_or(0)
    }

    /// A row with these labels goes to a fold.
    fn give(&mut self, fold: usize, labels: &[usize]) {
        let rows = self.lacks.len() - 1;
        for &column in labels.iter().chain([&rows]) {
            if let Some(lack) = self
                .lacks
                .get_mut(column)
                .and_then(|folds| folds.get_mut(fold))
            {
                *lack -= self.k as i64;
            }
            if let Some(left) = self.left.get_mut(column) {
                *left -= 1;
            }
        }
    }
}
