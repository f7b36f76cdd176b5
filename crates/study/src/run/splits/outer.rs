//! The outer folds.

use midfuse_eval::split::{
    AnySplitter, BlockedKFold, CombinatorialPurged, Extent, GroupShuffleSplit, LeaveGroupsOut,
    PurgedKFold, RollingWindow, ShuffleSplit, StratifiedGroupShuffleSplit, StratifiedShuffleSplit,
};

use super::{FoldSource, Splits, part_of};
use midfuse_plan::file::{Size, SplitterName};

/// Blocks of `combinatorial-purged`, and groups of `leave-groups-out`, that are tested together.
const TEST_BLOCKS: usize = 2;
const TEST_GROUPS: usize = 1;

impl Splits<'_> {
    /// The outer folds of a repeat, of `n` rows.
    pub(crate) fn outer_splitter(&self, repeat: usize, n: usize) -> AnySplitter {
        let splitter = match self.source {
            FoldSource::Splitter(splitter) => splitter,
            FoldSource::File(folds) => return AnySplitter::Predefined(folds.clone()),
        };
        let p = self.protocol;
        let seed = p.seed.derive(&format!("repeat-{repeat}/outer"));
        let folds = p.outer_folds;
        let share = match p.test_size {
            Some(Size::Share(share)) => share,
            _ => 1.0 / folds as f64,
        };
        let embargo = self.resolution.ticks(p.embargo.unwrap_or(0.0));
        match splitter {
            SplitterName::ShuffleSplit => {
                AnySplitter::ShuffleSplit(ShuffleSplit::new(folds, share, seed))
            }
            SplitterName::StratifiedShuffleSplit => {
                AnySplitter::StratifiedShuffleSplit(StratifiedShuffleSplit::new(folds, share, seed))
            }
            SplitterName::GroupShuffleSplit => {
                AnySplitter::GroupShuffleSplit(GroupShuffleSplit::new(folds, share, seed))
            }
            SplitterName::StratifiedGroupShuffleSplit => AnySplitter::StratifiedGroupShuffleSplit(
                StratifiedGroupShuffleSplit::new(folds, share, seed),
            ),
            SplitterName::LeaveGroupsOut => AnySplitter::LeaveGroupsOut(LeaveGroupsOut::new(
                p.test_parts.unwrap_or(TEST_GROUPS),
            )),
            SplitterName::ExpandingWindow => self.window(folds, self.test_window(n, p.test_size)),
            SplitterName::RollingWindow => {
                let test = self.test_window(n, p.test_size);
                // A study file without the length is refused when it is read.
                let train = p
                    .train_size
                    .map_or(test, |length| self.resolution.extent(length));
                let by = RollingWindow::new(folds, train, test);
                AnySplitter::RollingWindow(by.with_gap(self.gap()))
            }
            SplitterName::BlockedKFold => AnySplitter::BlockedKFold(BlockedKFold::new(folds)),
            SplitterName::PurgedKFold => {
                AnySplitter::PurgedKFold(PurgedKFold::new(folds).with_embargo(embargo))
            }
            SplitterName::CombinatorialPurged => {
                let parts = p.test_parts.unwrap_or(TEST_BLOCKS);
                let by = CombinatorialPurged::new(folds, parts);
                AnySplitter::CombinatorialPurged(by.with_embargo(embargo))
            }
            SplitterName::KFold
            | SplitterName::StratifiedKFold
            | SplitterName::GroupKFold
            | SplitterName::StratifiedGroupKFold => match self.k_fold(folds, seed) {
                // By size alone, groups of different sizes would be cut alike in every repeat.
                AnySplitter::GroupKFold(by) if p.repeats > 1 => {
                    AnySplitter::GroupKFold(by.with_shuffle(true))
                }
                AnySplitter::StratifiedGroupKFold(by) if p.repeats > 1 => {
                    AnySplitter::StratifiedGroupKFold(by.with_shuffle(true))
                }
                by => by,
            },
        }
    }

    /// The length of an outer test window; by default the rows before the first are as many as in a
    /// window.
    fn test_window(&self, n: usize, size: Option<Size>) -> Extent {
        match size {
            None => Extent::Rows((n / (self.protocol.outer_folds + 1)).max(1)),
            Some(Size::Share(share)) => Extent::Rows(part_of(n, share)),
            Some(Size::Length(length)) => self.resolution.extent(length),
        }
    }
}
