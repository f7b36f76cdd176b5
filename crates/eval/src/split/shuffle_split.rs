//! Independent random divisions of rows.

use midfuse_base::{ConfigError, Seed, Validate};
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Iid;

use super::{Partition, SplitError, Splitter, order};

/// `folds` random divisions of independent rows, each by itself: a row may be tested several times,
/// or never.
///
/// `ceil(test_fraction * n)` rows are tested, as in scikit-learn's `ShuffleSplit`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShuffleSplit {
    /// Number of divisions, 1 to 10,000.
    pub folds: usize,
    /// Share of the rows that is tested, above 0 and below 1.
    pub test_fraction: f64,
    /// Shuffles the rows.
    pub seed: Seed,
}

impl ShuffleSplit {
    /// `folds` divisions, shuffled by `seed`.
    pub fn new(folds: usize, test_fraction: f64, seed: Seed) -> Self {
        Self {
            folds,
            test_fraction,
            seed,
        }
    }
}

impl Splitter<Iid> for ShuffleSplit {
    fn split(&self, rows: &RowSet<'_, Iid>) -> Result<Vec<Partition>, SplitError> {
        check("ShuffleSplit", self.folds, self.test_fraction)?;
        let n_test = share(rows.len(), self.test_fraction);
        let part = |fold| {
            let order = order::shuffled(rows.ids(), seed_of(self.seed, fold));
            let (test, train) = order.split_at_checked(n_test).unwrap_or((&order, &[]));
            Partition::new(train.to_vec(), test.to_vec())
        };
        Ok((0..self.folds).map(part).collect())
    }
}

/// Fails unless there is a division, and a fraction between 0 and 1.
pub(super) fn check(config: &'static str, folds: usize, fraction: f64) -> Result<(), ConfigError> {
    let check = Validate::new(config);
    order::check_count(config, "folds", folds)?;
    let inside = fraction > 0.0 && fraction < 1.0;
    check.ensure(
        inside,
        "test_fraction",
        "a fraction above 0 and below 1",
        fraction,
    )
}

/// `ceil(fraction * n)`, but for rounding errors of the product.
pub(super) fn share(n: usize, fraction: f64) -> usize {
    (fraction * n as f64 - 1e-9).ceil().max(0.0) as usize
}

pub(super) fn seed_of(seed: Seed, fold: usize) -> Seed {
    seed.derive(&format!("division-{fold}"))
}
