//! A splitter several times over, with other seeds.

use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Structure;

use super::{
    AnySplitter, CrossedKFold, GroupKFold, IterativeKFold, KFold, Partition, SplitError, Splitter,
    StratifiedGroupKFold, StratifiedKFold, order,
};

/// A splitter `repeats` times over, each time with a seed of its own; the folds of the first repeat
/// come first.
///
/// `NOTE[DIFF]` The groups of [`GroupKFold`] and [`StratifiedGroupKFold`] are ordered by size before
/// the seed, so their repeats differ as far as groups of equal weight allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeated<B> {
    /// Number of repeats, 1 to 10,000.
    pub repeats: usize,
    /// What is repeated.
    pub by: B,
}

impl<B: Reseed> Repeated<B> {
    /// `by`, `repeats` times over.
    pub fn new(repeats: usize, by: B) -> Self {
        Self { repeats, by }
    }
}

/// A splitter that depends on a seed.
pub trait Reseed: Sized {
    /// The same splitter with a seed that derives from its own.
    ///
    /// # Errors
    /// [`SplitError::NothingToRepeat`] if it has none.
    fn reseeded(&self, label: &str) -> Result<Self, SplitError>;
}

macro_rules! reseed {
    ($($splitter:ty),+) => {
        $(impl Reseed for $splitter {
            fn reseeded(&self, label: &str) -> Result<Self, SplitError> {
                Ok(Self { seed: self.seed.derive(label), ..*self })
            }
        })+
    };
}

reseed!(
    KFold,
    StratifiedKFold,
    GroupKFold,
    StratifiedGroupKFold,
    CrossedKFold,
    IterativeKFold
);

impl<B: Reseed> Reseed for Box<B> {
    fn reseeded(&self, label: &str) -> Result<Self, SplitError> {
        (**self).reseeded(label).map(Self::new)
    }
}

impl Reseed for AnySplitter {
    fn reseeded(&self, label: &str) -> Result<Self, SplitError> {
        match self {
            Self::KFold(by) => by.reseeded(label).map(Self::KFold),
            Self::StratifiedKFold(by) => by.reseeded(label).map(Self::StratifiedKFold),
            Self::GroupKFold(by) => by.reseeded(label).map(Self::GroupKFold),
            Self::StratifiedGroupKFold(by) => by.reseeded(label).map(Self::StratifiedGroupKFold),
            Self::CrossedKFold(by) => by.reseeded(label).map(Self::CrossedKFold),
            Self::IterativeKFold(by) => by.reseeded(label).map(Self::IterativeKFold),
            other => Err(SplitError::NothingToRepeat {
                splitter: other.type_name(),
            }),
        }
    }
}

impl<S: Structure, B: Splitter<S> + Reseed> Splitter<S> for Repeated<B> {
    fn split(&self, rows: &RowSet<'_, S>) -> Result<Vec<Partition>, SplitError> {
        order::check_count("Repeated", "repeats", self.repeats)?;
        let mut parts = Vec::new();
        for repeat in 0..self.repeats {
            parts.extend(self.by.reseeded(&format!("repeat-{repeat}"))?.split(rows)?);
        }
        Ok(parts)
    }
}

impl<S: Structure> Splitter<S> for Box<AnySplitter> {
    fn split(&self, rows: &RowSet<'_, S>) -> Result<Vec<Partition>, SplitError> {
        (**self).split(rows)
    }
}
