//! K blocks of time, purged.

use midfuse_base::{Options, Validate, options};
use serde::{Deserialize, Serialize};

use super::time_order::{SplitInTime, TimeOrder, honest_in_time};
use super::{Partition, SplitError, order};

/// `k` blocks of consecutive rows in time; each is tested in turn, and rows around it are dropped
/// from train.
///
/// A train row is dropped if its span meets the window of the block, from the first start to the
/// **last** end, or if it starts within `embargo` after that window. Rows with groups are dropped,
/// too, if their group is tested.
///
/// Source: López de Prado, *Advances in Financial Machine Learning* (2018), chapter 7.
#[options(new = "`k` blocks without embargo.")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurgedKFold {
    /// Number of blocks.
    #[option(rule = "2 to the number of rows, at most 10,000")]
    pub k: usize,
    /// Time after a block in which no train row may start, in the unit of the spans.
    #[option(default = 0, range = 0..)]
    pub embargo: i64,
}

impl SplitInTime for PurgedKFold {
    fn split_in_time(&self, order: &TimeOrder) -> Result<Vec<Partition>, SplitError> {
        const NAME: &str = "PurgedKFold";
        order::check_k(NAME, self.k)?;
        self.check_options(Validate::new(NAME))?;
        let blocks = order.blocks(NAME, self.k)?;
        Ok(blocks
            .into_iter()
            .map(|block| order.purged(&[block], self.embargo))
            .collect())
    }
}

honest_in_time!(PurgedKFold);
