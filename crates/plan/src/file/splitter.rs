//! Structures and splitters by name, and which of them go together.

use midfuse_eval::split::SPLITTERS;
use midfuse_eval::structure::StructureKind;
use serde::{Deserialize, Serialize};

/// How rows depend on one another: a claim that the report prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StructureName {
    /// Every row is a unit of its own.
    Iid,
    /// Rows of one group (a patient, a speaker) belong together.
    Grouped,
    /// Every row covers a time, and rows near in time depend on one another.
    Timed,
    /// Rows have a group and cover a time.
    GroupedTimed,
}

impl StructureName {
    /// The strictest structure that a cohort with groups, with times, or with both declares.
    pub fn strictest(groups: bool, times: bool) -> Self {
        match (groups, times) {
            (false, false) => Self::Iid,
            (true, false) => Self::Grouped,
            (false, true) => Self::Timed,
            (true, true) => Self::GroupedTimed,
        }
    }

    /// The structure of rows that it claims.
    pub fn kind(self) -> StructureKind {
        match self {
            Self::Iid => StructureKind::Iid,
            Self::Grouped => StructureKind::Grouped,
            Self::Timed => StructureKind::Timed,
            Self::GroupedTimed => StructureKind::GroupedTimed,
        }
    }

    /// Whether a group is never on both sides.
    pub fn has_groups(self) -> bool {
        self.kind().keeps_groups()
    }

    /// Whether no training row covers a moment that a test row covers.
    pub fn has_times(self) -> bool {
        self.kind().keeps_times()
    }

    /// Its name in a study file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Iid => "iid",
            Self::Grouped => "grouped",
            Self::Timed => "timed",
            Self::GroupedTimed => "grouped-timed",
        }
    }
}

/// Which splitter makes the outer folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SplitterName {
    /// Folds of equal size.
    KFold,
    /// Folds of equal size with the classes or strata in equal shares.
    StratifiedKFold,
    /// A share of the rows, drawn anew for every fold.
    ShuffleSplit,
    /// The same, of each class or stratum.
    StratifiedShuffleSplit,
    /// Whole groups, folds of about equal size.
    GroupKFold,
    /// Whole groups, classes or strata in about equal shares.
    StratifiedGroupKFold,
    /// A share of the groups, drawn anew for every fold.
    GroupShuffleSplit,
    /// The same, with about that share of each class or stratum.
    StratifiedGroupShuffleSplit,
    /// Every choice of some groups.
    LeaveGroupsOut,
    /// Windows that walk through time; train is all that came before.
    ExpandingWindow,
    /// Windows that walk through time; train is a window before each.
    RollingWindow,
    /// Blocks of time, for rows that cover a moment each.
    BlockedKFold,
    /// Blocks of time, purged, with an embargo after each.
    PurgedKFold,
    /// Every choice of some blocks of time, purged.
    CombinatorialPurged,
}

impl SplitterName {
    /// Every splitter.
    pub const ALL: [Self; 14] = [
        Self::KFold,
        Self::StratifiedKFold,
        Self::ShuffleSplit,
        Self::StratifiedShuffleSplit,
        Self::GroupKFold,
        Self::StratifiedGroupKFold,
        Self::GroupShuffleSplit,
        Self::StratifiedGroupShuffleSplit,
        Self::LeaveGroupsOut,
        Self::ExpandingWindow,
        Self::RollingWindow,
        Self::BlockedKFold,
        Self::PurgedKFold,
        Self::CombinatorialPurged,
    ];

    /// What makes the outer folds where the study file names no splitter.
    pub fn usual(structure: StructureName, has_strata: bool) -> Self {
        match (structure, has_strata) {
            (StructureName::Iid, false) => Self::KFold,
            (StructureName::Iid, true) => Self::StratifiedKFold,
            (StructureName::Grouped, false) => Self::GroupKFold,
            (StructureName::Grouped, true) => Self::StratifiedGroupKFold,
            (StructureName::Timed | StructureName::GroupedTimed, _) => Self::ExpandingWindow,
        }
    }

    /// Its name in a study file.
    pub fn name(self) -> &'static str {
        match self {
            Self::KFold => "k-fold",
            Self::StratifiedKFold => "stratified-k-fold",
            Self::ShuffleSplit => "shuffle-split",
            Self::StratifiedShuffleSplit => "stratified-shuffle-split",
            Self::GroupKFold => "group-k-fold",
            Self::StratifiedGroupKFold => "stratified-group-k-fold",
            Self::GroupShuffleSplit => "group-shuffle-split",
            Self::StratifiedGroupShuffleSplit => "stratified-group-shuffle-split",
            Self::LeaveGroupsOut => "leave-groups-out",
            Self::ExpandingWindow => "expanding-window",
            Self::RollingWindow => "rolling-window",
            Self::BlockedKFold => "blocked-k-fold",
            Self::PurgedKFold => "purged-k-fold",
            Self::CombinatorialPurged => "combinatorial-purged",
        }
    }

    /// Whether it keeps the promise of a structure, as eval's table of splitters says.
    pub fn is_honest_for(self, structure: StructureName) -> bool {
        SPLITTERS.iter().any(|&(_, name, structures)| {
            name == self.name() && structures.contains(&structure.kind())
        })
    }

    /// Whether it goes by time.
    pub fn is_in_time(self) -> bool {
        self.is_window()
            || matches!(
                self,
                Self::BlockedKFold | Self::PurgedKFold | Self::CombinatorialPurged
            )
    }

    /// Whether train lies before test.
    pub fn is_window(self) -> bool {
        matches!(self, Self::ExpandingWindow | Self::RollingWindow)
    }

    /// Whether it draws a share of the rows or groups for every fold.
    pub fn is_shuffle_split(self) -> bool {
        matches!(
            self,
            Self::ShuffleSplit
                | Self::StratifiedShuffleSplit
                | Self::GroupShuffleSplit
                | Self::StratifiedGroupShuffleSplit
        )
    }

    /// Whether it balances classes or strata.
    pub fn is_stratified(self) -> bool {
        matches!(
            self,
            Self::StratifiedKFold
                | Self::StratifiedShuffleSplit
                | Self::StratifiedGroupKFold
                | Self::StratifiedGroupShuffleSplit
        )
    }

    /// Whether another seed gives other folds.
    pub fn has_seed(self) -> bool {
        !self.is_in_time() && self != Self::LeaveGroupsOut
    }

    /// Whether every row is tested once and trains in all other folds.
    pub fn is_partition(self) -> bool {
        matches!(
            self,
            Self::KFold
                | Self::StratifiedKFold
                | Self::GroupKFold
                | Self::StratifiedGroupKFold
                | Self::BlockedKFold
        )
    }

    /// Names of the splitters that keep the promise of a structure, for messages.
    pub fn honest_for(structure: StructureName) -> String {
        let names = Self::ALL
            .iter()
            .filter(|splitter| splitter.is_honest_for(structure))
            .map(|splitter| splitter.name());
        names.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_file() {
        for splitter in SplitterName::ALL {
            let name = serde_json::to_value(splitter).unwrap();
            assert_eq!(name, splitter.name());
        }
        for structure in [
            StructureName::Iid,
            StructureName::Grouped,
            StructureName::Timed,
            StructureName::GroupedTimed,
        ] {
            let name = serde_json::to_value(structure).unwrap();
            assert_eq!(name, structure.name());
            for strata in [true, false] {
                let usual = SplitterName::usual(structure, strata);
                assert!(usual.is_honest_for(structure));
            }
        }
    }
}
