//! K folds of whole groups, each with its share of every class.

use midfuse_base::Seed;
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Grouped;

use super::partition::check_classes;
use super::stratified_group::{Counts, assign};
use super::{Partition, Side, SplitError, Splitter, order};

/// `k` folds of whole groups with about equal shares of every class (or declared stratum).
///
/// Minimises, in integers, the squared deviation of each class's share per fold (and of the number
/// of rows per fold): greedily, then by moving and swapping groups until nothing improves. Every
/// class that occurs is in the test rows of every fold, or the split is refused; with up to
/// [`EXHAUSTIVE`](Self::EXHAUSTIVE) assignments all are tried, so a refusal is then a proof.
///
/// `NOTE[DIFF]` scikit-learn's greedy pass compares standard deviations in floating point, which
/// leaves empty folds (its issue 34828) and one-class folds (33085).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StratifiedGroupKFold {
    /// Number of folds, 2 to the number of groups, at most 10,000.
    pub k: usize,
    /// Orders groups of equal weight; all groups if they are shuffled.
    pub seed: Seed,
    /// Whether the search starts from a random order of groups instead of the heaviest first, and
    /// stops at the first assignment that no move and no swap betters. Default false.
    #[serde(default)]
    pub shuffle: bool,
}

/// How even a stratified split of groups is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imbalance {
    /// Rows of each class (or stratum) in the test rows of each fold: `[fold][class]`.
    pub counts: Vec<Vec<u64>>,
}

impl StratifiedGroupKFold {
    /// Up to this number of assignments of groups to folds, all are tried.
    pub const EXHAUSTIVE: u64 = super::stratified_group::EXHAUSTIVE;

    /// `k` folds; `seed` orders groups of equal weight.
    pub fn new(k: usize, seed: Seed) -> Self {
        Self {
            k,
            seed,
            shuffle: false,
        }
    }

    /// Lets groups come in a random order, for repeats that differ; folds are then about as even as
    /// without, and not the most even ones.
    #[must_use]
    pub fn with_shuffle(mut self) -> Self {
        self.shuffle = true;
        self
    }
}

const NAME: &str = "StratifiedGroupKFold";

impl Splitter<Grouped> for StratifiedGroupKFold {
    fn split(&self, rows: &RowSet<'_, Grouped>) -> Result<Vec<Partition>, SplitError> {
        order::check_k(NAME, self.k)?;
        let strata = rows
            .strata()
            .ok_or(SplitError::NoClasses { splitter: NAME })?;
        let groups = rows.groups();
        let needed = self.k;
        if groups.names.len() < needed {
            let groups = groups.names.len();
            return Err(SplitError::TooFewGroups {
                splitter: NAME,
                groups,
                needed,
            });
        }
        let n_classes = strata.names.len();
        let counts = Counts::new(&groups.codes, groups.names.len(), &strata.codes, n_classes);
        let shuffled = order::shuffled(groups.names.iter().copied(), self.seed);
        let fold_of_group = assign(&counts, &shuffled, self.k, self.seed, self.shuffle);
        let fold_of: Vec<usize> = groups
            .codes
            .iter()
            .filter_map(|&group| fold_of_group.get(group).copied())
            .collect();
        let parts = Partition::from_folds(&fold_of, self.k);
        for (fold, part) in parts.iter().enumerate() {
            check_classes(NAME, &strata.names, &strata.codes, fold, part, Side::Test)?;
        }
        Ok(parts)
    }
}
