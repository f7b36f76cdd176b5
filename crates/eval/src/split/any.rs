//! A splitter that is chosen at run time.

use midfuse_base::Seed;
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Structure;

use super::{
    BlockedKFold, Bootstrap, CombinatorialPurged, CrossedKFold, ExpandingWindow, GroupKFold,
    GroupShuffleSplit, IterativeKFold, KFold, LeaveGroupsOut, Partition, Predefined, PurgedKFold,
    Repeated, RollingWindow, ShuffleSplit, SplitError, Splitter, StratifiedGroupKFold,
    StratifiedGroupShuffleSplit, StratifiedKFold, StratifiedShuffleSplit,
};

macro_rules! any_splitter {
    ($($name:ident),+ $(,)?) => {
        /// A splitter that is chosen at run time, by its name in a file (`name = "group-k-fold"`).
        ///
        /// It stands for every structure; one that is not honest for the rows is
        /// [`SplitError::Dishonest`] when it splits.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "name", rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum AnySplitter {
            /// See [`Repeated`].
            Repeated(Repeated<Box<AnySplitter>>),
            $(#[doc = concat!("See [`", stringify!($name), "`](super::", stringify!($name), ").")] $name($name),)+
        }

        impl AnySplitter {
            /// Name of the type.
            pub fn type_name(&self) -> &'static str {
                match self {
                    Self::Repeated(_) => "Repeated",
                    $(Self::$name(_) => stringify!($name),)+
                }
            }
        }
    };
}

any_splitter!(
    KFold,
    StratifiedKFold,
    GroupKFold,
    StratifiedGroupKFold,
    BlockedKFold,
    PurgedKFold,
    CombinatorialPurged,
    ExpandingWindow,
    RollingWindow,
    CrossedKFold,
    ShuffleSplit,
    StratifiedShuffleSplit,
    GroupShuffleSplit,
    StratifiedGroupShuffleSplit,
    LeaveGroupsOut,
    IterativeKFold,
    Bootstrap,
    Predefined,
);

impl AnySplitter {
    /// The usual splitter of `k` folds for rows of structure `S`: stratified where the target has
    /// classes, purged where rows cover a time.
    pub fn usual<S: Structure>(k: usize, has_classes: bool, seed: Seed) -> Self {
        let candidates = [
            (true, Self::StratifiedKFold(StratifiedKFold::new(k, seed))),
            (false, Self::KFold(KFold::new(k, seed))),
            (
                true,
                Self::StratifiedGroupKFold(StratifiedGroupKFold::new(k, seed)),
            ),
            (false, Self::GroupKFold(GroupKFold::new(k, seed))),
            (false, Self::CrossedKFold(CrossedKFold::new(k, seed))),
        ];
        let fits = |(stratified, splitter): &&(bool, Self)| {
            (!stratified || has_classes) && S::honest(splitter).is_some()
        };
        let usual = candidates
            .iter()
            .find(fits)
            .map(|(_, splitter)| splitter.clone());
        usual.unwrap_or(Self::PurgedKFold(PurgedKFold::new(k)))
    }
}

impl<S: Structure> Splitter<S> for AnySplitter {
    fn split(&self, rows: &RowSet<'_, S>) -> Result<Vec<Partition>, SplitError> {
        let Some(splitter) = S::honest(self) else {
            return Err(SplitError::Dishonest {
                splitter: self.type_name(),
                structure: S::NAME,
                instead: S::HONEST.to_owned(),
            });
        };
        splitter.split(rows)
    }
}
