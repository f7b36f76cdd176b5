//! Windows that walk through time: test rows, and the rows before them.

use std::collections::BTreeSet;

use super::time_order::TimeOrder;
use super::{Extent, Partition, SplitError, order};

/// Walks through time: the last `folds` test windows, each with the rows before it.
#[derive(Debug)]
pub(super) struct Walk {
    pub(super) splitter: &'static str,
    pub(super) folds: usize,
    pub(super) test: Extent,
    pub(super) gap: Extent,
    /// How far train reaches back; `None`: to the first row.
    pub(super) train: Option<Extent>,
}

impl Walk {
    pub(super) fn partitions(&self, time: &TimeOrder) -> Result<Vec<Partition>, SplitError> {
        order::check_count(self.splitter, "folds", self.folds)?;
        self.test.at_least(1, self.splitter, "test")?;
        self.gap.at_least(0, self.splitter, "gap")?;
        if let Some(train) = self.train {
            train.at_least(1, self.splitter, "train")?;
        }
        (0..self.folds)
            .map(|fold| self.partition(time, fold))
            .collect()
    }

    fn partition(&self, time: &TimeOrder, fold: usize) -> Result<Partition, SplitError> {
        let (test, border) = self.test_window(time, fold)?;
        let before = time
            .order
            .iter()
            .copied()
            .filter(|&row| self.ends_before(time, row, border));
        let mut before: Vec<usize> = before.collect();
        if let Extent::Rows(gap) = self.gap {
            before.truncate(before.len().saturating_sub(gap));
        }
        match self.train {
            Some(Extent::Rows(rows)) => {
                before.drain(..before.len().saturating_sub(rows));
            }
            Some(Extent::Time(length)) => {
                let gap = if let Extent::Time(gap) = self.gap {
                    gap
                } else {
                    0
                };
                let earliest = border.saturating_sub(gap).saturating_sub(length);
                before.retain(|&row| time.spans.get(row).is_some_and(|s| s.start >= earliest));
            }
            None => {}
        }
        let test: BTreeSet<usize> = test.into_iter().collect();
        let train = time.other_groups(before.into_iter(), &test);
        Ok(Partition::new(train, test.into_iter().collect()))
    }

    /// Whether a row ends before the border, and before the gap if that is a time.
    fn ends_before(&self, time: &TimeOrder, row: usize, border: i64) -> bool {
        let gap = if let Extent::Time(gap) = self.gap {
            gap
        } else {
            0
        };
        time.spans
            .get(row)
            .is_some_and(|span| span.end < border.saturating_sub(gap))
    }

    /// Test rows of a fold and the moment at which its window begins.
    fn test_window(&self, time: &TimeOrder, fold: usize) -> Result<(Vec<usize>, i64), SplitError> {
        let mend = "the test windows reach back before the first row; use fewer or shorter ones";
        let too_long = SplitError::NoFold {
            splitter: self.splitter,
            mend,
        };
        let back = self.folds - fold;
        let start_of = |row: &usize| time.spans.get(*row).map(|span| span.start);
        match self.test {
            Extent::Rows(rows) => {
                let all = time.order.len();
                let from = rows
                    .checked_mul(back)
                    .and_then(|r| all.checked_sub(r))
                    .ok_or(too_long)?;
                let test = time
                    .order
                    .get(from..from + rows)
                    .unwrap_or_default()
                    .to_vec();
                let border = test.first().and_then(start_of).unwrap_or(i64::MIN);
                Ok((test, border))
            }
            Extent::Time(length) => {
                let last = time.order.iter().filter_map(start_of).max().unwrap_or(0);
                let edge = |n: usize| {
                    let back = i64::try_from(n).ok().and_then(|n| n.checked_mul(length));
                    back.and_then(|back| last.checked_add(1)?.checked_sub(back))
                };
                let border = edge(back).ok_or(too_long.clone())?;
                let end = edge(back - 1).ok_or(too_long)?;
                let inside = |row: &usize| start_of(row).is_some_and(|s| s >= border && s < end);
                Ok((time.order.iter().copied().filter(inside).collect(), border))
            }
        }
    }
}
