//! One division of the rows, and the promises that hold for every one.

use crate::rows::RowSet;
use crate::structure::Structure;

use midfuse_base::Strata;

use super::{Side, SplitError, Splitter, promise};

/// One division of rows into train and test; rows in neither are dropped (purged, or unusable).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Partition {
    /// Positions to fit on.
    pub train: Vec<usize>,
    /// Positions to score.
    pub test: Vec<usize>,
    /// How often each row of `train` counts, for a bootstrap; `None` where each counts once.
    /// Weights over unique rows, so that no inner split can separate two copies of a row.
    pub weights: Option<Vec<u32>>,
}

impl Partition {
    /// A partition without weights.
    pub fn new(train: Vec<usize>, test: Vec<usize>) -> Self {
        Self {
            train,
            test,
            weights: None,
        }
    }

    /// One partition per fold, from the fold of each row: a fold is tested, the others train.
    pub(crate) fn from_folds(fold_of: &[usize], k: usize) -> Vec<Self> {
        let mut parts = vec![Self::default(); k];
        for (row, &fold) in fold_of.iter().enumerate() {
            for (index, part) in parts.iter_mut().enumerate() {
                let side = if index == fold {
                    &mut part.test
                } else {
                    &mut part.train
                };
                side.push(row);
            }
        }
        parts
    }
}

/// The partitions of a splitter, each checked: a row at most once, both sides filled, the structure
/// kept, every class that occurs (or an event and a censored row) in train.
pub(crate) fn checked<S: Structure, B: Splitter<S> + ?Sized>(
    by: &B,
    rows: &RowSet<'_, S>,
) -> Result<Vec<Partition>, SplitError> {
    let parts = by.split(rows)?;
    let strata = rows.strata_of_task();
    for (fold, part) in parts.iter().enumerate() {
        check_once(rows.len(), fold, part)?;
        promise::check(rows, fold, part)?;
        if let Some(Strata { codes, names }) = &strata {
            check_classes("split", names, codes, fold, part, Side::Train)?;
        }
    }
    Ok(parts)
}

fn check_once(n: usize, fold: usize, part: &Partition) -> Result<(), SplitError> {
    let mut used = vec![false; n];
    for &position in part.train.iter().chain(&part.test) {
        match used.get_mut(position) {
            Some(slot) if !*slot => *slot = true,
            _ => return Err(SplitError::NotAPartition { fold, position }),
        }
    }
    for (side, rows) in [(Side::Train, &part.train), (Side::Test, &part.test)] {
        if rows.is_empty() {
            return Err(SplitError::EmptySide { fold, side });
        }
    }
    if let Some(weights) = &part.weights {
        let got = weights.iter().filter(|&&weight| weight > 0).count();
        if got != part.train.len() || weights.len() != got {
            return Err(SplitError::Weights {
                fold,
                expected: part.train.len(),
                got,
            });
        }
    }
    Ok(())
}

/// That every class that occurs in `classes` occurs on one side of a partition.
pub(crate) fn check_classes(
    splitter: &'static str,
    names: &[String],
    classes: &[usize],
    fold: usize,
    part: &Partition,
    side: Side,
) -> Result<(), SplitError> {
    let present = |positions: &mut dyn Iterator<Item = usize>| {
        let mut seen = vec![false; names.len()];
        for position in positions {
            if let Some(slot) = classes.get(position).and_then(|&class| seen.get_mut(class)) {
                *slot = true;
            }
        }
        seen
    };
    let rows = if side == Side::Train {
        &part.train
    } else {
        &part.test
    };
    let here = present(&mut rows.iter().copied());
    let anywhere = present(&mut (0..classes.len()));
    let missing = here
        .iter()
        .zip(&anywhere)
        .zip(names)
        .find(|((here, any), _)| **any && !**here);
    match missing {
        None => Ok(()),
        Some((_, class)) => Err(SplitError::Infeasible {
            splitter,
            class: class.clone(),
            fold,
            side,
        }),
    }
}
