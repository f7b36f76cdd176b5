//! Every split of a study and its seed, in one place: a rehearsal makes the very splits of the run.

use midfuse_base::Seed;
use midfuse_eval::fold::{Dev, StopRows};
use midfuse_eval::split::{
    AnySplitter, BlockedKFold, CombinatorialPurged, ExpandingWindow, Extent, GroupKFold,
    GroupShuffleSplit, KFold, LeaveGroupsOut, Predefined, PurgedKFold, RollingWindow, ShuffleSplit,
    SplitError, StratifiedGroupKFold, StratifiedGroupShuffleSplit, StratifiedKFold,
    StratifiedShuffleSplit,
};
use midfuse_eval::structure::Structure;
use midfuse_eval::view::{Train, View};

use crate::clock::Clock;
use crate::{Error, Result};
use midfuse_plan::file::{Protocol, Size, SplitterName, StructureName};

/// Most outer folds of one repeat: each is a thread, and a model per strategy.
const MOST_FOLDS: usize = 1000;

/// Blocks of `combinatorial-purged`, and groups of `leave-groups-out`, that are tested together.
const TEST_BLOCKS: usize = 2;
const TEST_GROUPS: usize = 1;

/// What makes the outer folds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outer<'a> {
    Splitter(SplitterName),
    File(&'a Predefined),
}

/// The splits of a study.
///
/// Rows in time are split forward on every level but the outer one, whose splitter the study file
/// names: the sealed rows are the latest of all, inner folds test what follows on what they are
/// fitted on, and the latest training rows decide when to stop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Splits<'a> {
    pub(crate) protocol: &'a Protocol,
    pub(crate) structure: StructureName,
    pub(crate) outer: Outer<'a>,
    /// Whether there are classes or strata to balance.
    pub(crate) has_strata: bool,
    pub(crate) clock: Clock,
}

impl Splits<'_> {
    /// Splits a share of `n` rows off to be sealed.
    pub(crate) fn seal(&self, n: usize, share: f64) -> AnySplitter {
        if self.structure.has_times() {
            return self.latest(1, part_of(n, share));
        }
        self.k_fold(folds_for(share), self.protocol.seed.derive("seal"))
    }

    /// The outer folds of a repeat, of `n` rows.
    pub(crate) fn outer(&self, repeat: usize, n: usize) -> AnySplitter {
        let splitter = match self.outer {
            Outer::Splitter(splitter) => splitter,
            Outer::File(folds) => return AnySplitter::Predefined(folds.clone()),
        };
        let p = self.protocol;
        let seed = p.seed.derive(&format!("repeat-{repeat}/outer"));
        let folds = p.outer_folds;
        let share = match p.test_size {
            Some(Size::Share(share)) => share,
            _ => 1.0 / folds as f64,
        };
        let embargo = self.clock.ticks(p.embargo.unwrap_or(0.0));
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
                    .map_or(test, |length| self.clock.extent(length));
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
                    AnySplitter::GroupKFold(by.with_shuffle())
                }
                AnySplitter::StratifiedGroupKFold(by) if p.repeats > 1 => {
                    AnySplitter::StratifiedGroupKFold(by.with_shuffle())
                }
                by => by,
            },
        }
    }

    /// Seed of everything within an outer fold.
    pub(crate) fn seed(&self, repeat: usize, fold: usize) -> Seed {
        self.protocol
            .seed
            .derive(&format!("repeat-{repeat}/fold-{fold}"))
    }

    /// The inner folds of the outer fold with this seed and `n` training rows.
    pub(crate) fn inner(&self, fold: Seed, n: usize) -> AnySplitter {
        let folds = self.protocol.inner_folds;
        if self.structure.has_times() {
            return self.latest(folds, (n / (folds + 1)).max(1));
        }
        self.k_fold(folds, fold.derive("inner"))
    }

    /// Rows of `train` that decide when to stop; `None` where the study has none.
    ///
    /// Where the rows or groups are too few for the wanted share, the nearest larger one is taken;
    /// with times, the latest rows are.
    ///
    /// # Errors
    /// [`Error::Evaluation`] if they cannot even be halved.
    pub(crate) fn stop_rows<'id, S: Structure>(
        &self,
        train: &View<'id, Train, S>,
        seed: Seed,
    ) -> Result<Option<StopRows<'id>>> {
        let fraction = self.protocol.stop_fraction;
        if fraction == 0.0 {
            return Ok(None);
        }
        let wrong = |error: SplitError| {
            Error::Evaluation(format!(
                "stopping rows: {error}; or set protocol.stop_fraction = 0"
            ))
        };
        if self.structure.has_times() {
            let by = self.latest(1, part_of(train.len(), fraction));
            return train.stop_rows(&by).map(Some).map_err(wrong);
        }
        let mut k = folds_for(fraction);
        loop {
            match train.stop_rows(&self.k_fold(k, seed.derive("stop"))) {
                Ok(rows) => return Ok(Some(rows)),
                Err(_) if k > 2 => k -= 1,
                Err(error) => return Err(wrong(error)),
            }
        }
    }

    /// Number of outer folds of one repeat.
    ///
    /// # Errors
    /// [`Error::Evaluation`] if the rows cannot be split, or into too many folds.
    pub(crate) fn count<S: Structure>(&self, dev: &Dev<S>) -> Result<usize> {
        let folds = dev
            .cross_validate(&self.outer(0, dev.len()), |_| ())
            .map_err(|error| self.wrong("outer folds", &error))?
            .len();
        if folds > MOST_FOLDS {
            return Err(Error::Evaluation(format!(
                "outer folds: {folds} are more than the {MOST_FOLDS} that a study runs; use fewer blocks or another splitter"
            )));
        }
        Ok(folds)
    }

    /// Makes every split once, so that one that cannot be made is known before the first job.
    ///
    /// # Errors
    /// [`Error::Evaluation`] that names the fold.
    pub(crate) fn rehearse<S: Structure>(&self, dev: &Dev<S>) -> Result<()> {
        self.count(dev)?;
        for repeat in 0..self.protocol.repeats {
            let folds = dev
                .cross_validate(&self.outer(repeat, dev.len()), |fold| {
                    let seed = self.seed(repeat, fold.index);
                    let by = self.inner(seed, fold.train.len());
                    let inner = fold.train.cross_validate(&by, |inner| {
                        self.stop_rows(&inner.train, inner_seed(seed, inner.index))
                            .map(|_| ())
                    });
                    let place = format!("repeat {} fold {}", repeat + 1, fold.index + 1);
                    inner
                        .map_err(|error| self.wrong(&format!("{place}, inner folds"), &error))?
                        .into_iter()
                        .chain([self.stop_rows(&fold.train, refit_seed(seed)).map(|_| ())])
                        .collect::<Result<()>>()
                })
                .map_err(|error| self.wrong("outer folds", &error))?;
            folds.into_iter().collect::<Result<()>>()?;
        }
        Ok(())
    }

    /// A split that cannot be made, and what else may mend it.
    pub(crate) fn wrong(&self, place: &str, error: &SplitError) -> Error {
        let empty = matches!(error, SplitError::EmptySide { .. });
        let mend = if empty && matches!(self.outer, Outer::File(_)) {
            "; rows that are sealed leave the folds of the split file: without protocol.test_fraction the folds stay as they are"
        } else if empty && self.structure == StructureName::GroupedTimed {
            "; rows of tested groups do not train: where groups reach over much of the time, fewer folds leave more, or structure = \"grouped\", which claims that time does not matter"
        } else {
            ""
        };
        Error::Evaluation(format!("{place}: {error}{mend}"))
    }

    /// K folds of rows without times: of the study's own kind where it is one.
    fn k_fold(&self, k: usize, seed: Seed) -> AnySplitter {
        let splitter = match self.outer {
            Outer::Splitter(splitter) if splitter.is_partition() => splitter,
            _ => SplitterName::usual(self.structure, self.has_strata),
        };
        match splitter {
            SplitterName::StratifiedKFold => {
                AnySplitter::StratifiedKFold(StratifiedKFold::new(k, seed))
            }
            SplitterName::GroupKFold => AnySplitter::GroupKFold(GroupKFold::new(k, seed)),
            SplitterName::StratifiedGroupKFold => {
                AnySplitter::StratifiedGroupKFold(StratifiedGroupKFold::new(k, seed))
            }
            _ => AnySplitter::KFold(KFold::new(k, seed)),
        }
    }

    /// The latest rows, in windows of some rows.
    fn latest(&self, folds: usize, rows: usize) -> AnySplitter {
        self.window(folds, Extent::Rows(rows))
    }

    fn window(&self, folds: usize, test: Extent) -> AnySplitter {
        let by = ExpandingWindow::new(folds, test);
        AnySplitter::ExpandingWindow(by.with_gap(self.gap()))
    }

    fn gap(&self) -> Extent {
        self.protocol
            .gap
            .map_or(Extent::Rows(0), |gap| self.clock.extent(gap))
    }

    /// The length of an outer test window; by default the rows before the first are as many as in a
    /// window.
    fn test_window(&self, n: usize, size: Option<Size>) -> Extent {
        match size {
            None => Extent::Rows((n / (self.protocol.outer_folds + 1)).max(1)),
            Some(Size::Share(share)) => Extent::Rows(part_of(n, share)),
            Some(Size::Length(length)) => self.clock.extent(length),
        }
    }
}

/// Seed of an inner fold, given that of its outer fold.
pub(crate) fn inner_seed(fold: Seed, inner: usize) -> Seed {
    fold.derive(&format!("inner-{inner}"))
}

/// Seed of the refits of an outer fold.
pub(crate) fn refit_seed(fold: Seed) -> Seed {
    fold.derive("refit")
}

/// Folds whose one test part is nearest to this share of the rows.
fn folds_for(share: f64) -> usize {
    (1.0 / share).round().max(2.0) as usize
}

/// A share of `n` rows, at least one.
fn part_of(n: usize, share: f64) -> usize {
    (n as f64 * share).round().max(1.0) as usize
}
