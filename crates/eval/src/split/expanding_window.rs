//! Train on the past, test on what follows; train grows.

use midfuse_base::options;
use serde::{Deserialize, Serialize};

use super::time_order::{SplitInTime, TimeOrder, honest_in_time};
use super::walk::Walk;
use super::{Extent, Partition, SplitError};

/// Tests the last `folds` windows in turn and trains on every row that ended before the window.
///
/// Every train row ends before every test row starts, also where windows are counted in rows and
/// spans overlap or moments repeat. Rows with groups are dropped from train if their group is
/// tested.
///
/// Reference: scikit-learn's `TimeSeriesSplit`. `NOTE[DIFF]` It counts rows and ignores their times.
#[options(new = "`folds` test windows of the same extent.")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpandingWindow {
    /// Number of test windows.
    #[option(rule = "1 to 10,000")]
    pub folds: usize,
    /// Length of a test window.
    #[option(rule = "at least 1")]
    pub test: Extent,
    /// What is left out between train and test.
    #[option(default = Extent::NONE, rule = "at least 0")]
    pub gap: Extent,
}

impl SplitInTime for ExpandingWindow {
    fn split_in_time(&self, order: &TimeOrder) -> Result<Vec<Partition>, SplitError> {
        let Self { folds, test, gap } = *self;
        Walk {
            splitter: "ExpandingWindow",
            folds,
            test,
            gap,
            train: None,
        }
        .partitions(order)
    }
}

honest_in_time!(ExpandingWindow);
