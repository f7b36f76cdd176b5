//! Every choice of some blocks of time, purged.

use midfuse_base::{Options, Validate, options};
use serde::{Deserialize, Serialize};

use super::time_order::{SplitInTime, TimeOrder, honest_in_time};
use super::{Partition, SplitError, choose, order};

/// Cuts time into `k` blocks and tests every choice of `p` of them, purged like
/// [`PurgedKFold`](super::PurgedKFold); every row is tested `C(k - 1, p - 1)` times.
///
/// Chosen blocks that are neighbours are one block; the time between blocks that are not is not
/// purged.
///
/// Source: López de Prado, *Advances in Financial Machine Learning* (2018), chapter 12.
#[options(new = "Every choice of `p` of `k` blocks, without embargo.")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CombinatorialPurged {
    /// Number of blocks.
    #[option(rule = "2 to the number of rows, at most 10,000")]
    pub k: usize,
    /// Number of blocks that are tested together.
    #[option(rule = "1 to `k - 1`")]
    pub p: usize,
    /// Time after a block in which no train row may start, in the unit of the spans.
    #[option(default = 0, range = 0..)]
    pub embargo: i64,
}

impl SplitInTime for CombinatorialPurged {
    fn split_in_time(&self, order: &TimeOrder) -> Result<Vec<Partition>, SplitError> {
        const NAME: &str = "CombinatorialPurged";
        order::check_k(NAME, self.k)?;
        let check = Validate::new(NAME);
        check.ensure(
            (1..self.k).contains(&self.p),
            "p",
            "1 to k - 1 blocks",
            self.p,
        )?;
        self.check_options(check)?;
        let choices = choose::subsets(NAME, self.k, self.p)?;
        let blocks = order.blocks(NAME, self.k)?;
        let part = |choice: &Vec<usize>| order.purged(&runs(&blocks, choice), self.embargo);
        Ok(choices.iter().map(part).collect())
    }
}

honest_in_time!(CombinatorialPurged);

/// The chosen blocks, neighbours joined.
fn runs(blocks: &[Vec<usize>], choice: &[usize]) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut last = None;
    for &block in choice {
        let rows = blocks.get(block).cloned().unwrap_or_default();
        match runs.last_mut() {
            Some(run) if last.is_some_and(|last| last + 1 == block) => run.extend(rows),
            _ => runs.push(rows),
        }
        last = Some(block);
    }
    runs
}
