//! Folds in which every axis of groups is unseen.

use std::collections::BTreeSet;

use midfuse_base::{Seed, Validate, options};
use serde::{Deserialize, Serialize};

use crate::rows::{GroupAxis, RowSet};
use crate::structure::Crossed;

use super::group_k_fold::to_the_lightest;
use super::{Partition, SplitError, Splitter, order};

/// `k` folds of groups on each axis; every combination of them is tested in turn (`k` to the number
/// of axes), and a row trains only if none of its groups is in the tested fold of its axis.
///
/// Rows with some groups tested and some not are on neither side; the loops report them as dropped.
///
/// Where the axes hold the same things (both proteins of a pair), `shared` gives a thing one fold on
/// all axes: one that is tested on an axis trains on none.
#[options(new = "`k` folds per axis; `seed` orders groups of equal size.")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrossedKFold {
    /// Number of folds per axis; more than there are axes where they are shared.
    #[option(rule = "2 to the number of groups of each axis, at most 10,000")]
    pub k: usize,
    /// Orders groups of equal size; all groups if they are shuffled.
    pub seed: Seed,
    /// Whether groups of one name are one thing on every axis.
    #[option(default = false)]
    pub shared: bool,
    /// Whether groups come in a random order instead of by size, for repeats that differ.
    #[option(default = false)]
    pub shuffle: bool,
}

impl CrossedKFold {
    /// Fold of each row on each axis, of which all hold the same things.
    fn shared_folds(&self, axes: &[GroupAxis<'_>]) -> Result<Vec<Vec<usize>>, SplitError> {
        let all: BTreeSet<&str> = axes.iter().flat_map(|axis| axis.names.clone()).collect();
        let names: Vec<&str> = all.into_iter().collect();
        let mut codes = Vec::new();
        for axis in axes {
            let place: Vec<usize> = axis
                .names
                .iter()
                .filter_map(|name| names.binary_search(name).ok())
                .collect();
            let of_row = axis
                .codes
                .iter()
                .filter_map(|&code| place.get(code).copied());
            codes.extend(of_row);
        }
        let name = "shared";
        let folds = self.folds_of(&GroupAxis { name, codes, names })?;
        let rows = axes.first().map_or(0, |axis| axis.codes.len());
        Ok(folds.chunks(rows.max(1)).map(<[usize]>::to_vec).collect())
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
        let folds: Vec<Vec<usize>> = if self.shared {
            let leaves_train = self.k > axes.len();
            let expected = format!("more folds than the {} axes that share things", axes.len());
            Validate::new(NAME).ensure(leaves_train, "k", expected, self.k)?;
            self.shared_folds(&axes)?
        } else {
            axes.iter()
                .map(|axis| self.folds_of(axis))
                .collect::<Result<_, _>>()?
        };
        let cells = u32::try_from(axes.len())
            .ok()
            .and_then(|n| self.k.checked_pow(n));
        let cells = cells
            .filter(|&cells| cells <= 10_000)
            .ok_or(SplitError::NoFold {
                splitter: NAME,
                mend: "more than 10,000 combinations of folds; use fewer folds",
            })?;
        let parts = (0..cells).map(|cell| self.partition(cell, &folds, rows.len()));
        if !self.shared {
            return Ok(parts.collect());
        }
        // Pairs are few: a combination may have none. That is not a fold, and no broken promise.
        Ok(parts.filter(|part| !part.test.is_empty()).collect())
    }
}

impl CrossedKFold {
    /// Tests the combination number `cell`, its digits to base `k` being the folds of the axes.
    fn partition(&self, cell: usize, folds: &[Vec<usize>], n: usize) -> Partition {
        let tested: Vec<usize> = folds
            .iter()
            .scan(cell, |rest, _| {
                let fold = *rest % self.k;
                *rest /= self.k;
                Some(fold)
            })
            .collect();
        let mut part = Partition::default();
        for row in 0..n {
            let of_row = || folds.iter().filter_map(|axis| axis.get(row)).zip(&tested);
            let unseen = |(fold, of_axis): (&usize, &usize)| {
                if self.shared {
                    !tested.contains(fold)
                } else {
                    fold != of_axis
                }
            };
            if of_row().all(|(fold, of_axis)| fold == of_axis) {
                part.test.push(row);
            } else if of_row().all(unseen) {
                part.train.push(row);
            }
        }
        part
    }
}
