//! K blocks of time, nothing dropped.

use serde::{Deserialize, Serialize};

use super::time_order::{SplitInTime, TimeOrder, honest_in_time};
use super::{Partition, SplitError, order};

/// `k` blocks of consecutive rows in time; each is tested in turn, all others train.
///
/// For rows that cover a moment each. Rows whose spans reach over a border are refused, not dropped:
/// use [`PurgedKFold`](super::PurgedKFold) for them.
///
/// Source: Roberts et al., *Ecography* 40 (2017): blocks in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockedKFold {
    /// Number of blocks, 2 to the number of rows, at most 10,000.
    pub k: usize,
}

impl BlockedKFold {
    /// `k` blocks.
    pub fn new(k: usize) -> Self {
        Self { k }
    }
}

impl SplitInTime for BlockedKFold {
    fn split_in_time(&self, order: &TimeOrder) -> Result<Vec<Partition>, SplitError> {
        const NAME: &str = "BlockedKFold";
        order::check_k(NAME, self.k)?;
        let blocks = order.blocks(NAME, self.k)?;
        let mut fold_of = vec![0; order.order.len()];
        for (fold, block) in blocks.iter().enumerate() {
            for &row in block {
                if let Some(slot) = fold_of.get_mut(row) {
                    *slot = fold;
                }
            }
        }
        Ok(Partition::from_folds(&fold_of, self.k))
    }
}

honest_in_time!(BlockedKFold);
