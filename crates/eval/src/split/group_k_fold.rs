//! K folds of whole groups.

use std::cmp::Reverse;

use midfuse_base::{Seed, options};
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Grouped;

use super::{Partition, SplitError, Splitter, order};

/// `k` folds of whole groups with about equal numbers of rows.
///
/// Groups go, by decreasing size, to the fold with the fewest rows (as in scikit-learn); groups of
/// one size are ordered by the seed. Shuffled, they go in a random order, so that two seeds give
/// different folds whatever the sizes; folds still differ by at most the largest group.
#[options(new = "`k` folds; `seed` orders groups of equal size.")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupKFold {
    /// Number of folds.
    #[option(rule = "2 to the number of groups, at most 10,000")]
    pub k: usize,
    /// Orders groups of equal size; all groups if they are shuffled.
    pub seed: Seed,
    /// Whether groups come in a random order instead of by size, for repeats that differ.
    #[option(default = false)]
    pub shuffle: bool,
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
        let shuffled = order::shuffled(groups.names.iter().copied(), self.seed);
        let fold_of_group = to_the_lightest(&sizes, shuffled, self.k, self.shuffle);
        let fold_of: Vec<usize> = groups
            .codes
            .iter()
            .filter_map(|&group| fold_of_group.get(group).copied())
            .collect();
        Ok(Partition::from_folds(&fold_of, self.k))
    }
}

/// Fold of each group: in `order`, by decreasing size unless they are shuffled, each to the fold with
/// the fewest rows so far. A group has a row, so with `k` groups or more no fold stays empty.
pub(super) fn to_the_lightest(
    sizes: &[usize],
    mut order: Vec<usize>,
    k: usize,
    shuffle: bool,
) -> Vec<usize> {
    if !shuffle {
        order.sort_by_key(|&group| Reverse(sizes.get(group)));
    }
    let mut loads = vec![0_usize; k];
    let mut fold_of = vec![0; sizes.len()];
    for group in order {
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
