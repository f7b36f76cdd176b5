//! K folds of whole groups.

use std::cmp::Reverse;

use midfuse_base::Seed;
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Grouped;

use super::{Partition, SplitError, Splitter, order};

/// `k` folds of whole groups with about equal numbers of rows.
///
/// Groups go, by decreasing size, to the fold with the fewest rows (as in scikit-learn); groups of
/// one size are ordered by the seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupKFold {
    /// Number of folds, 2 to the number of groups, at most 10,000.
    pub k: usize,
    /// Orders groups of equal size.
    pub seed: Seed,
}

impl GroupKFold {
    /// `k` folds; `seed` orders groups of equal size.
    pub fn new(k: usize, seed: Seed) -> Self {
        Self { k, seed }
    }
}

impl Splitter<Grouped> for GroupKFold {
    fn split(&self, rows: &RowSet<'_, Grouped>) -> Result<Vec<Partition>, SplitError> {
        order::check_k("GroupKFold", self.k)?;
        let groups = rows.groups();
        let needed = self.k;
        if groups.names.len() < needed {
            let groups = groups.names.len();
            return Err(SplitError::TooFewGroups {
                splitter: "GroupKFold",
                groups,
                needed,
            });
        }
        let mut sizes = vec![0_usize; groups.names.len()];
        for &group in &groups.codes {
            if let Some(size) = sizes.get_mut(group) {
                *size += 1;
            }
        }
        let ranks = order::ranks(groups.names.iter().copied(), self.seed);
        let fold_of_group = lightest_first(&sizes, &ranks, self.k);
        let fold_of: Vec<usize> = groups
            .codes
            .iter()
            .filter_map(|&group| fold_of_group.get(group).copied())
            .collect();
        Ok(Partition::from_folds(&fold_of, self.k))
    }
}

/// Fold of each group: by decreasing size (then rank) to the fold with the fewest rows so far. A
/// group has a row, so with `k` groups or more no fold stays empty.
pub(super) fn lightest_first(sizes: &[usize], ranks: &[usize], k: usize) -> Vec<usize> {
    let mut by_size: Vec<usize> = (0..sizes.len()).collect();
    by_size.sort_by_key(|&group| (Reverse(sizes.get(group)), ranks.get(group)));
    let mut loads = vec![0_usize; k];
    let mut fold_of = vec![0; sizes.len()];
    for group in by_size {
        let Some((fold, load)) = loads.iter_mut().enumerate().min_by_key(|(_, load)| **load) else {
            continue;
        };
        *load += sizes.get(group).copied().unwrap_or(0);
        if let Some(slot) = fold_of.get_mut(group) {
            *slot = fold;
        }
    }
    fold_of
}
