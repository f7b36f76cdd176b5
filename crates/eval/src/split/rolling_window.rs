//! Train on the recent past, test on what follows.

use midfuse_base::options;
use serde::{Deserialize, Serialize};

use super::time_order::{SplitInTime, TimeOrder, honest_in_time};
use super::walk::Walk;
use super::{Extent, Partition, SplitError};

/// Tests the last `folds` windows in turn and trains on a window of fixed extent before each.
///
/// Every train row ends before every test row starts. Rows with groups are dropped from train if
/// their group is tested.
#[options(new = "`folds` windows of the same extents.")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollingWindow {
    /// Number of test windows.
    #[option(rule = "1 to 10,000")]
    pub folds: usize,
    /// Length of a train window.
    #[option(rule = "at least 1")]
    pub train: Extent,
    /// Length of a test window.
    #[option(rule = "at least 1")]
    pub test: Extent,
    /// What is left out between train and test.
    #[option(default = Extent::NONE, rule = "at least 0")]
    pub gap: Extent,
}

impl SplitInTime for RollingWindow {
    fn split_in_time(&self, order: &TimeOrder) -> Result<Vec<Partition>, SplitError> {
        let Self {
            folds,
            train,
            test,
            gap,
        } = *self;
        let train = Some(train);
        Walk {
            splitter: "RollingWindow",
            folds,
            test,
            gap,
            train,
        }
        .partitions(order)
    }
}

honest_in_time!(RollingWindow);
