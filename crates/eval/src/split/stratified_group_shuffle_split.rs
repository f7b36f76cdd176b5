//! Independent random divisions of groups, each with its share of every class.

use midfuse_base::Seed;
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Grouped;

use super::partition::check_classes;
use super::shuffle_split::{check, seed_of};
use super::stratified_group::{Counts, draw};
use super::{Partition, Side, SplitError, Splitter, order};

/// `folds` random divisions of whole groups, each by itself, with about `test_fraction` of the rows
/// of every class (or declared stratum) tested.
///
/// Groups are drawn at random and kept while they bring the test rows nearer to their share of each
/// class; then they are exchanged until no exchange does. In integers. Every class that occurs is on
/// both sides, or the split is refused.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StratifiedGroupShuffleSplit {
    /// Number of divisions, 1 to 10,000.
    pub folds: usize,
    /// Share of the rows of each class that is tested, above 0 and below 1.
    pub test_fraction: f64,
    /// Shuffles the groups.
    pub seed: Seed,
}

impl StratifiedGroupShuffleSplit {
    /// `folds` divisions, shuffled by `seed`.
    pub fn new(folds: usize, test_fraction: f64, seed: Seed) -> Self {
        Self {
            folds,
            test_fraction,
            seed,
        }
    }
}

impl Splitter<Grouped> for StratifiedGroupShuffleSplit {
    fn split(&self, rows: &RowSet<'_, Grouped>) -> Result<Vec<Partition>, SplitError> {
        const NAME: &str = "StratifiedGroupShuffleSplit";
        check(NAME, self.folds, self.test_fraction)?;
        let strata = rows
            .strata()
            .ok_or(SplitError::NoClasses { splitter: NAME })?;
        let groups = rows.groups();
        let n_groups = groups.names.len();
        let counts = Counts::new(&groups.codes, n_groups, &strata.codes, strata.names.len());
        (0..self.folds)
            .map(|fold| {
                let names = groups.names.iter().copied();
                let order = order::shuffled(names, seed_of(self.seed, fold));
                let tested = draw(&counts, &order, self.test_fraction);
                let is_tested = |&row: &usize| {
                    let group = groups.codes.get(row);
                    group
                        .and_then(|&group| tested.get(group))
                        .copied()
                        .unwrap_or(false)
                };
                let (test, train) = (0..rows.len()).partition(is_tested);
                let part = Partition::new(train, test);
                for side in [Side::Test, Side::Train] {
                    check_classes(NAME, &strata.names, &strata.codes, fold, &part, side)?;
                }
                Ok(part)
            })
            .collect()
    }
}
