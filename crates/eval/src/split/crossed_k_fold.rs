//! Folds in which every axis of groups is unseen.

use midfuse_base::Seed;
use serde::{Deserialize, Serialize};

use crate::rows::{GroupAxis, RowSet};
use crate::structure::Crossed;

use super::group_k_fold::to_the_lightest;
use super::{Partition, SplitError, Splitter, order};

/// `k` folds of groups on each axis; every combination of them is tested in turn (`k` to the number
/// of axes), and a row trains only if none of its groups is in the tested fold of its axis.
///
/// Rows with some groups tested and some not are on neither side; the loops report them as dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrossedKFold {
    /// Number of folds per axis, 2 to the number of groups of each, at most 10,000.
    pub k: usize,
    /// Orders groups of equal size; all groups if they are shuffled.
    pub seed: Seed,
    /// Whether groups come in a random order instead of by size. Default false.
    #[serde(default)]
    pub shuffle: bool,
}

impl CrossedKFold {
    /// `k` folds per axis; `seed` orders groups of equal size.
    pub fn new(k: usize, seed: Seed) -> Self {
        Self {
            k,
            seed,
            shuffle: false,
        }
    }

    /// Lets groups come in a random order, for repeats that differ.
    #[must_use]
    pub fn with_shuffle(mut self) -> Self {
        self.shuffle = true;
        self
    }

    /// Fold of each row on one axis.
    fn folds_of(&self, axis: &GroupAxis<'_>) -> Result<Vec<usize>, SplitError> {
        let (groups, needed) = (axis.names.len(), self.k);
        if groups < needed {
            return Err(SplitError::TooFewGroups {
                splitter: NAME,
                groups,
                needed,
            });
        }
        let mut sizes = vec![0_usize; groups];
        for &code in &axis.codes {
            if let Some(size) = sizes.get_mut(code) {
                *size += 1;
            }
        }
        let shuffled = order::shuffled(axis.names.iter().copied(), self.seed.derive(axis.name));
        let fold_of_group = to_the_lightest(&sizes, shuffled, self.k, self.shuffle);
        Ok(axis
            .codes
            .iter()
            .filter_map(|&code| fold_of_group.get(code).copied())
            .collect())
    }
}

const NAME: &str = "CrossedKFold";

impl Splitter<Crossed> for CrossedKFold {
    fn split(&self, rows: &RowSet<'_, Crossed>) -> Result<Vec<Partition>, SplitError> {
        order::check_k(NAME, self.k)?;
        let axes = rows.group_axes();
        let folds: Vec<Vec<usize>> = axes
            .iter()
            .map(|axis| self.folds_of(axis))
            .collect::<Result<_, _>>()?;
        let cells = u32::try_from(axes.len())
            .ok()
            .and_then(|n| self.k.checked_pow(n));
        let cells = cells
            .filter(|&cells| cells <= 10_000)
            .ok_or(SplitError::NoFold {
                splitter: NAME,
                mend: "more than 10,000 combinations of folds; use fewer folds",
            })?;
        Ok((0..cells)
            .map(|cell| self.partition(cell, &folds, rows.len()))
            .collect())
    }
}

impl CrossedKFold {
    /// Tests the combination number `cell`, its digits to base `k` being the folds of the axes.
    fn partition(&self, cell: usize, folds: &[Vec<usize>], n: usize) -> Partition {
        let mut part = Partition::default();
        for row in 0..n {
            let mut digits = cell;
            let mut tested = 0;
            for folds in folds {
                tested += usize::from(folds.get(row).copied() == Some(digits % self.k));
                digits /= self.k;
            }
            if tested == folds.len() {
                part.test.push(row);
            } else if tested == 0 {
                part.train.push(row);
            }
        }
        part
    }
}
