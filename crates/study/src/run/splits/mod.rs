//! Every split of a study and its seed, in one place: a rehearsal makes the very splits of the run.

mod outer;
mod rehearse;
mod stop;

use midfuse_base::Seed;
use midfuse_eval::split::{
    AnySplitter, ExpandingWindow, Extent, GroupKFold, KFold, Predefined, SplitError,
    StratifiedGroupKFold, StratifiedKFold,
};

use crate::time_resolution::TimeResolution;
use crate::{Error, EvaluationError};
use midfuse_plan::file::{Protocol, SplitterName, StructureName};

/// What makes the outer folds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FoldSource<'a> {
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
    pub(crate) source: FoldSource<'a>,
    /// Whether there are classes or strata to balance.
    pub(crate) has_strata: bool,
    pub(crate) resolution: TimeResolution,
}

impl Splits<'_> {
    /// Splits a share of `n` rows off to be sealed.
    pub(crate) fn seal(&self, n: usize, share: f64) -> AnySplitter {
        if self.structure.has_times() {
            return self.latest(1, part_of(n, share));
        }
        self.k_fold(folds_for(share), self.protocol.seed.derive("seal"))
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

    /// A split that cannot be made, and what else may mend it.
    pub(crate) fn wrong(&self, place: impl Into<String>, source: SplitError) -> Error {
        let empty = matches!(source, SplitError::EmptySide { .. });
        let mend = if empty && matches!(self.source, FoldSource::File(_)) {
            "; rows that are sealed leave the folds of the split file: without protocol.test_fraction the folds stay as they are"
        } else if empty && self.structure == StructureName::GroupedTimed {
            "; rows of tested groups do not train: where groups reach over much of the time, fewer folds leave more, or structure = \"grouped\", which claims that time does not matter"
        } else {
            ""
        };
        let place = place.into();
        EvaluationError::SplitAt {
            place,
            source,
            mend,
        }
        .into()
    }

    /// K folds of rows without times: of the study's own kind where it is one, also where that is
    /// not honest for the rows, which eval then refuses.
    fn k_fold(&self, k: usize, seed: Seed) -> AnySplitter {
        let own = match self.source {
            FoldSource::Splitter(splitter) => k_fold_by_name(splitter, k, seed),
            FoldSource::File(_) => None,
        };
        own.unwrap_or_else(|| match (self.structure.has_groups(), self.has_strata) {
            (false, false) => AnySplitter::KFold(KFold::new(k, seed)),
            (false, true) => AnySplitter::StratifiedKFold(StratifiedKFold::new(k, seed)),
            (true, false) => AnySplitter::GroupKFold(GroupKFold::new(k, seed)),
            (true, true) => AnySplitter::StratifiedGroupKFold(StratifiedGroupKFold::new(k, seed)),
        })
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
            .map_or(Extent::Rows(0), |gap| self.resolution.extent(gap))
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

/// The splitter of this name, if it makes k folds of rows without times.
fn k_fold_by_name(splitter: SplitterName, k: usize, seed: Seed) -> Option<AnySplitter> {
    match splitter {
        SplitterName::KFold => Some(AnySplitter::KFold(KFold::new(k, seed))),
        SplitterName::StratifiedKFold => {
            Some(AnySplitter::StratifiedKFold(StratifiedKFold::new(k, seed)))
        }
        SplitterName::GroupKFold => Some(AnySplitter::GroupKFold(GroupKFold::new(k, seed))),
        SplitterName::StratifiedGroupKFold => Some(AnySplitter::StratifiedGroupKFold(
            StratifiedGroupKFold::new(k, seed),
        )),
        SplitterName::ShuffleSplit
        | SplitterName::StratifiedShuffleSplit
        | SplitterName::GroupShuffleSplit
        | SplitterName::StratifiedGroupShuffleSplit
        | SplitterName::LeaveGroupsOut
        | SplitterName::ExpandingWindow
        | SplitterName::RollingWindow
        | SplitterName::BlockedKFold
        | SplitterName::PurgedKFold
        | SplitterName::CombinatorialPurged => None,
    }
}
