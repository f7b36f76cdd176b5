//! Independent random divisions of groups.

use midfuse_base::Seed;
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Grouped;

use super::shuffle_split::{check, seed_of, share};
use super::{Partition, SplitError, Splitter, order};

/// `folds` random divisions of whole groups, each by itself.
///
/// `ceil(test_fraction * groups)` groups are tested, as in scikit-learn's `GroupShuffleSplit`: a
/// share of the groups, not of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupShuffleSplit {
    /// Number of divisions, 1 to 10,000.
    pub folds: usize,
    /// Share of the groups that is tested, above 0 and below 1.
    pub test_fraction: f64,
    /// Shuffles the groups.
    pub seed: Seed,
}

impl GroupShuffleSplit {
    /// `folds` divisions, shuffled by `seed`.
    pub fn new(folds: usize, test_fraction: f64, seed: Seed) -> Self {
        Self {
            folds,
            test_fraction,
            seed,
        }
    }
}

impl Splitter<Grouped> for GroupShuffleSplit {
    fn split(&self, rows: &RowSet<'_, Grouped>) -> Result<Vec<Partition>, SplitError> {
        const NAME: &str = "GroupShuffleSplit";
        check(NAME, self.folds, self.test_fraction)?;
        let groups = rows.groups();
        let n_test = share(groups.names.len(), self.test_fraction);
        if n_test == groups.names.len() {
            let (groups, needed) = (n_test, n_test + 1);
            return Err(SplitError::TooFewGroups {
                splitter: NAME,
                groups,
                needed,
            });
        }
        let part = |fold| {
            let names = groups.names.iter().copied();
            let ranks = order::ranks(names, seed_of(self.seed, fold));
            let is_tested = |&row: &usize| {
                let group = groups.codes.get(row);
                group
                    .and_then(|&group| ranks.get(group))
                    .is_some_and(|&rank| rank < n_test)
            };
            let (test, train) = (0..rows.len()).partition(is_tested);
            Partition::new(train, test)
        };
        Ok((0..self.folds).map(part).collect())
    }
}
