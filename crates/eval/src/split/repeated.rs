//! A splitter several times over, with other seeds.

use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Structure;

use super::{
    AnySplitter, Bootstrap, CrossedKFold, GroupKFold, GroupShuffleSplit, IterativeKFold, KFold,
    Partition, ShuffleSplit, SplitError, Splitter, StratifiedGroupKFold,
    StratifiedGroupShuffleSplit, StratifiedKFold, StratifiedShuffleSplit, order,
};

/// A splitter `repeats` times over, each time with a seed of its own; the folds of the first repeat
/// come first.
///
/// Groups are shuffled, so that repeats differ also where no two groups have one size. There are at
/// most 10,000 folds in all.
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
    ($($splitter:ident $(with $shuffle:ident)?),+ $(,)?) => {
        $(impl Reseed for $splitter {
            fn reseeded(&self, label: &str) -> Result<Self, SplitError> {
                let seed = self.seed.derive(label);
                Ok(Self { seed, $($shuffle: true,)? ..*self })
            }
        })+

        impl Reseed for AnySplitter {
            fn reseeded(&self, label: &str) -> Result<Self, SplitError> {
                match self {
                    $(Self::$splitter(by) => by.reseeded(label).map(Self::$splitter),)+
                    other => Err(SplitError::NothingToRepeat {
                        splitter: other.type_name(),
                    }),
                }
            }
        }
    };
}

reseed!(
    KFold,
    StratifiedKFold,
    IterativeKFold,
    GroupKFold with shuffle,
    StratifiedGroupKFold with shuffle,
    CrossedKFold with shuffle,
    ShuffleSplit,
    StratifiedShuffleSplit,
    GroupShuffleSplit,
    StratifiedGroupShuffleSplit,
    Bootstrap,
);

impl<B: Reseed> Reseed for Box<B> {
    fn reseeded(&self, label: &str) -> Result<Self, SplitError> {
        (**self).reseeded(label).map(Self::new)
    }
}

impl<S: Structure, B: Splitter<S> + Reseed> Splitter<S> for Repeated<B> {
    fn split(&self, rows: &RowSet<'_, S>) -> Result<Vec<Partition>, SplitError> {
        order::check_count("Repeated", "repeats", self.repeats)?;
        let mut parts = Vec::new();
        for repeat in 0..self.repeats {
            parts.extend(self.by.reseeded(&format!("repeat-{repeat}"))?.split(rows)?);
            if parts.len() > order::MOST_FOLDS {
                let (splitter, mend) = ("Repeated", "more than 10,000 folds; use fewer repeats");
                return Err(SplitError::NoFold { splitter, mend });
            }
        }
        Ok(parts)
    }
}

impl<S: Structure> Splitter<S> for Box<AnySplitter> {
    fn split(&self, rows: &RowSet<'_, S>) -> Result<Vec<Partition>, SplitError> {
        (**self).split(rows)
    }
}
