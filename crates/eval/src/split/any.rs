//! A splitter that is chosen at run time.

use midfuse_base::Seed;
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::{Crossed, Grouped, GroupedTimed, Iid, Structure, StructureKind, Timed};

use super::{
    BlockedKFold, Bootstrap, CombinatorialPurged, CrossedKFold, ExpandingWindow, GroupKFold,
    GroupShuffleSplit, IterativeKFold, KFold, LeaveGroupsOut, Partition, Predefined, PurgedKFold,
    Repeated, RollingWindow, ShuffleSplit, SplitError, Splitter, StratifiedGroupKFold,
    StratifiedGroupShuffleSplit, StratifiedKFold, StratifiedShuffleSplit,
};

macro_rules! any_splitter {
    ($($variant:ident($splitter:ty) = $name:literal for [$($structure:ident),+];)+) => {
        /// A splitter that is chosen at run time, by its name in a file (`name = "group-k-fold"`).
        ///
        /// It stands for every structure; one that is not honest for the rows is
        /// [`SplitError::Dishonest`] when it splits.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "name")]
        #[non_exhaustive]
        pub enum AnySplitter {
            $(
                #[doc = concat!("See [`", stringify!($variant), "`](super::", stringify!($variant), ").")]
                #[serde(rename = $name)]
                $variant($splitter),
            )+
        }

        impl AnySplitter {
            /// Name of the type.
            pub fn type_name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => stringify!($variant),)+
                }
            }

            /// The structures whose promise it keeps.
            pub fn honest_for(&self) -> &'static [StructureKind] {
                match self {
                    $(Self::$variant(_) => &[$(StructureKind::$structure),+],)+
                }
            }
        }

        /// Every splitter: name of its type, its name in a file, and the structures whose promise it
        /// keeps.
        pub const SPLITTERS: &[(&str, &str, &[StructureKind])] = &[
            $((stringify!($variant), $name, &[$(StructureKind::$structure),+]),)+
        ];

        impl<S: Structure> Splitter<S> for AnySplitter {
            fn split(&self, rows: &RowSet<'_, S>) -> Result<Vec<Partition>, SplitError> {
                match self {
                    $(Self::$variant(splitter) => {
                        // Each compiles only where the splitter is made for the structure.
                        $(if let Some(rows) = rows.known_as::<$structure>() {
                            return splitter.split(&rows);
                        })+
                    })+
                }
                Err(SplitError::Dishonest {
                    splitter: self.type_name(),
                    structure: S::NAME,
                    instead: honest_types(S::KIND),
                })
            }
        }
    };
}

// One line per splitter, and the only table of which one is honest for which structure.
any_splitter! {
    KFold(KFold) = "k-fold" for [Iid];
    StratifiedKFold(StratifiedKFold) = "stratified-k-fold" for [Iid];
    ShuffleSplit(ShuffleSplit) = "shuffle-split" for [Iid];
    StratifiedShuffleSplit(StratifiedShuffleSplit) = "stratified-shuffle-split" for [Iid];
    IterativeKFold(IterativeKFold) = "iterative-k-fold" for [Iid];
    GroupKFold(GroupKFold) = "group-k-fold" for [Grouped];
    StratifiedGroupKFold(StratifiedGroupKFold) = "stratified-group-k-fold" for [Grouped];
    GroupShuffleSplit(GroupShuffleSplit) = "group-shuffle-split" for [Grouped];
    StratifiedGroupShuffleSplit(StratifiedGroupShuffleSplit) = "stratified-group-shuffle-split" for [Grouped];
    LeaveGroupsOut(LeaveGroupsOut) = "leave-groups-out" for [Grouped];
    Bootstrap(Bootstrap) = "bootstrap" for [Iid, Grouped];
    BlockedKFold(BlockedKFold) = "blocked-k-fold" for [Timed, GroupedTimed];
    PurgedKFold(PurgedKFold) = "purged-k-fold" for [Timed, GroupedTimed];
    CombinatorialPurged(CombinatorialPurged) = "combinatorial-purged" for [Timed, GroupedTimed];
    ExpandingWindow(ExpandingWindow) = "expanding-window" for [Timed, GroupedTimed];
    RollingWindow(RollingWindow) = "rolling-window" for [Timed, GroupedTimed];
    CrossedKFold(CrossedKFold) = "crossed-k-fold" for [Crossed];
    Repeated(Repeated<Box<AnySplitter>>) = "repeated" for [Iid, Grouped, Timed, GroupedTimed, Crossed];
    Predefined(Predefined) = "predefined" for [Iid, Grouped, Timed, GroupedTimed, Crossed];
}

/// Names of the types that are honest for a structure, for messages.
fn honest_types(structure: StructureKind) -> String {
    let honest = SPLITTERS
        .iter()
        .filter(|(_, _, structures)| structures.contains(&structure))
        .map(|&(name, _, _)| name);
    honest.collect::<Vec<_>>().join(", ")
}

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
            (!stratified || has_classes) && splitter.honest_for().contains(&S::KIND)
        };
        let usual = candidates
            .iter()
            .find(fits)
            .map(|(_, splitter)| splitter.clone());
        usual.unwrap_or(Self::PurgedKFold(PurgedKFold::new(k)))
    }
}
