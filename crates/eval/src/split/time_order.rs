//! Rows in the order of time: blocks of them, and what has to be purged around a block.

use std::collections::BTreeSet;

use crate::rows::{RowSet, Span};
use crate::structure::HasSpans;

use super::{Partition, SplitError};

/// Rows in the order of their start, then their end, then their id.
#[derive(Debug)]
pub(super) struct TimeOrder {
    pub(super) spans: Vec<Span>,
    pub(super) order: Vec<usize>,
    /// Group of each row, where rows have one.
    groups: Option<Vec<usize>>,
}

impl TimeOrder {
    pub(super) fn new<S: HasSpans>(rows: &RowSet<'_, S>) -> Self {
        let spans = rows.spans();
        let mut order: Vec<usize> = (0..spans.len()).collect();
        order.sort_by_key(|&row| (spans.get(row).copied(), row));
        let groups = rows.axes().next().map(|axis| axis.codes);
        Self {
            spans,
            order,
            groups,
        }
    }

    /// `k` runs of consecutive rows; the first `n mod k` have one more.
    pub(super) fn blocks(
        &self,
        splitter: &'static str,
        k: usize,
    ) -> Result<Vec<Vec<usize>>, SplitError> {
        let n = self.order.len();
        if n < k {
            return Err(SplitError::TooFewRows {
                splitter,
                rows: n,
                folds: k,
            });
        }
        let mut rest = self.order.as_slice();
        let blocks = (0..k).map(|block| {
            let size = n / k + usize::from(block < n % k);
            let (now, later) = rest.split_at_checked(size).unwrap_or((rest, &[]));
            rest = later;
            now.to_vec()
        });
        Ok(blocks.collect())
    }

    /// The time from the first start to the last end of some rows.
    pub(super) fn window(&self, rows: &[usize]) -> Option<Span> {
        let spans = || rows.iter().filter_map(|&row| self.spans.get(row));
        let start = spans().map(|span| span.start).min()?;
        let end = spans().map(|span| span.end).max()?;
        Some(Span { start, end })
    }

    /// The partition that tests `blocks`, runs of rows that are consecutive in time: of the other
    /// rows those train whose span meets no block's window, that do not start within `embargo` after
    /// one, and whose group is not tested.
    pub(super) fn purged(&self, blocks: &[Vec<usize>], embargo: i64) -> Partition {
        let windows: Vec<Span> = blocks
            .iter()
            .filter_map(|block| self.window(block))
            .collect();
        let test: BTreeSet<usize> = blocks.iter().flatten().copied().collect();
        let clear = |row: usize| {
            self.spans.get(row).is_some_and(|&span| {
                windows.iter().all(|window| {
                    let after = window.end.saturating_add(embargo);
                    // Equal to: does not meet the window and does not start within the embargo.
                    span.end < window.start || span.start > after
                })
            })
        };
        let train = self
            .order
            .iter()
            .copied()
            .filter(|&row| !test.contains(&row) && clear(row));
        let train = self.other_groups(train, &test);
        Partition::new(train, test.into_iter().collect())
    }

    /// Those of `train` whose group is not tested.
    pub(super) fn other_groups(
        &self,
        train: impl Iterator<Item = usize>,
        test: &BTreeSet<usize>,
    ) -> Vec<usize> {
        let Some(groups) = &self.groups else {
            return train.collect();
        };
        let tested: BTreeSet<_> = test.iter().filter_map(|&row| groups.get(row)).collect();
        train
            .filter(|&row| groups.get(row).is_some_and(|group| !tested.contains(group)))
            .collect()
    }
}

/// Splitters that are the same for timed rows with and without groups.
pub(super) trait SplitInTime {
    fn split_in_time(&self, order: &TimeOrder) -> Result<Vec<Partition>, SplitError>;
}

/// Implements `Splitter` for both structures of timed rows.
macro_rules! honest_in_time {
    ($splitter:ty) => {
        impl<S: crate::structure::HasSpans> crate::split::Splitter<S> for $splitter {
            fn split(
                &self,
                rows: &crate::rows::RowSet<'_, S>,
            ) -> Result<Vec<crate::split::Partition>, crate::split::SplitError> {
                use crate::split::time_order::{SplitInTime, TimeOrder};
                self.split_in_time(&TimeOrder::new(rows))
            }
        }
    };
}
pub(super) use honest_in_time;
