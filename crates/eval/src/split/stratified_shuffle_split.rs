//! Independent random divisions of rows, each with its share of every class.

use midfuse_base::Seed;
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Iid;

use super::partition::check_classes;
use super::shuffle_split::{check, seed_of, share};
use super::{Partition, Side, SplitError, Splitter, order};

/// `folds` random divisions of independent rows, each by itself, with the share of every class (or
/// declared stratum) kept to one row.
///
/// `ceil(test_fraction * n)` rows are tested. Every class that occurs is on both sides, or the split
/// is refused.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StratifiedShuffleSplit {
    /// Number of divisions, 1 to 10,000.
    pub folds: usize,
    /// Share of the rows that is tested, above 0 and below 1.
    pub test_fraction: f64,
    /// Shuffles the rows.
    pub seed: Seed,
}

impl StratifiedShuffleSplit {
    /// `folds` divisions, shuffled by `seed`.
    pub fn new(folds: usize, test_fraction: f64, seed: Seed) -> Self {
        Self {
            folds,
            test_fraction,
            seed,
        }
    }
}

impl Splitter<Iid> for StratifiedShuffleSplit {
    fn split(&self, rows: &RowSet<'_, Iid>) -> Result<Vec<Partition>, SplitError> {
        const NAME: &str = "StratifiedShuffleSplit";
        check(NAME, self.folds, self.test_fraction)?;
        let strata = rows
            .strata()
            .ok_or(SplitError::NoClasses { splitter: NAME })?;
        let mut sizes = vec![0; strata.names.len()];
        for &code in &strata.codes {
            if let Some(size) = sizes.get_mut(code) {
                *size += 1;
            }
        }
        let n_test = share(rows.len(), self.test_fraction);
        let quota = quotas(&sizes, n_test);
        (0..self.folds)
            .map(|fold| {
                let mut left = quota.clone();
                let order = order::shuffled(rows.ids(), seed_of(self.seed, fold));
                let is_tested = |row: &usize| {
                    let stratum = strata.codes.get(*row).and_then(|&code| left.get_mut(code));
                    stratum.is_some_and(|left| {
                        let any = *left > 0;
                        *left = left.saturating_sub(1);
                        any
                    })
                };
                let (test, train) = order.into_iter().partition(is_tested);
                let part = Partition::new(train, test);
                for side in [Side::Test, Side::Train] {
                    check_classes(NAME, &strata.names, &strata.codes, fold, &part, side)?;
                }
                Ok(part)
            })
            .collect()
    }
}

/// How many of each stratum are tested: proportional, the remainder to the largest fractions (the
/// first of equal ones); in integers.
fn quotas(sizes: &[usize], n_test: usize) -> Vec<usize> {
    let n = sizes.iter().sum::<usize>().max(1);
    let mut quotas: Vec<usize> = sizes.iter().map(|size| size * n_test / n).collect();
    let mut by_rest: Vec<usize> = (0..sizes.len()).collect();
    let rest = |stratum: &usize| sizes.get(*stratum).map(|size| size * n_test % n);
    by_rest.sort_by_key(|stratum| std::cmp::Reverse(rest(stratum)));
    let missing = n_test - quotas.iter().sum::<usize>().min(n_test);
    for &stratum in by_rest.iter().take(missing) {
        if let Some(quota) = quotas.get_mut(stratum) {
            *quota += 1;
        }
    }
    quotas
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remainders_go_to_the_largest_fractions() {
        assert_eq!(quotas(&[50, 30, 20], 10), [5, 3, 2]);
        assert_eq!(quotas(&[7, 7, 6], 5), [2, 2, 1]);
        assert_eq!(quotas(&[0, 3], 2), [0, 2]);
    }
}
