//! Structures and splitters by name, and which of them go together.

use midfuse_base::Choices;
use midfuse_eval::split::SPLITTERS;
use midfuse_eval::structure::StructureKind;
use serde::{Deserialize, Serialize};

/// How rows depend on one another: a claim that the report prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Choices)]
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

/// How a splitter makes its folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Every row is tested once and trains in all other folds.
    Folds,
    /// A share of the rows or groups, drawn anew for every fold.
    Shares,
    /// Every choice of some groups.
    Choices,
    /// Windows that walk through time; train lies before test.
    Windows,
    /// Blocks of time, each tested once; all other rows train.
    Blocks,
    /// Blocks of time; rows whose time touches a tested block leave train.
    Purged,
}

/// Whether classes or strata are balanced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Balance {
    Stratified,
    Plain,
}

/// One line per splitter: its name in a study file, how it makes folds, whether it is stratified.
macro_rules! splitters {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal: $way:ident, $balance:ident;)+) => {
        /// Which splitter makes the outer folds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Choices)]
        #[serde(rename_all = "kebab-case")]
        pub enum SplitterName {
            $($(#[$doc])+ $variant,)+
        }

        impl SplitterName {
            /// Every splitter.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in a study file.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            fn way(self) -> Way {
                match self {
                    $(Self::$variant => Way::$way,)+
                }
            }

            fn balance(self) -> Balance {
                match self {
                    $(Self::$variant => Balance::$balance,)+
                }
            }
        }
    };
}

splitters! {
    /// Folds of equal size.
    KFold = "k-fold": Folds, Plain;
    /// Folds of equal size with the classes or strata in equal shares.
    StratifiedKFold = "stratified-k-fold": Folds, Stratified;
    /// A share of the rows, drawn anew for every fold.
    ShuffleSplit = "shuffle-split": Shares, Plain;
    /// The same, of each class or stratum.
    StratifiedShuffleSplit = "stratified-shuffle-split": Shares, Stratified;
    /// Whole groups, folds of about equal size.
    GroupKFold = "group-k-fold": Folds, Plain;
    /// Whole groups, classes or strata in about equal shares.
    StratifiedGroupKFold = "stratified-group-k-fold": Folds, Stratified;
    /// A share of the groups, drawn anew for every fold.
    GroupShuffleSplit = "group-shuffle-split": Shares, Plain;
    /// The same, with about that share of each class or stratum.
    StratifiedGroupShuffleSplit = "stratified-group-shuffle-split": Shares, Stratified;
    /// Every choice of some groups.
    LeaveGroupsOut = "leave-groups-out": Choices, Plain;
    /// Windows that walk through time; train is all that came before.
    ExpandingWindow = "expanding-window": Windows, Plain;
    /// Windows that walk through time; train is a window before each.
    RollingWindow = "rolling-window": Windows, Plain;
    /// Blocks of time, for rows that cover a moment each.
    BlockedKFold = "blocked-k-fold": Blocks, Plain;
    /// Blocks of time, purged, with an embargo after each.
    PurgedKFold = "purged-k-fold": Purged, Plain;
    /// Every choice of some blocks of time, purged.
    CombinatorialPurged = "combinatorial-purged": Purged, Plain;
}

impl SplitterName {
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

    /// Whether it keeps the promise of a structure, as eval's table of splitters says.
    pub fn is_honest_for(self, structure: StructureName) -> bool {
        SPLITTERS.iter().any(|&(_, name, structures)| {
            name == self.name() && structures.contains(&structure.kind())
        })
    }

    /// Whether it goes by time.
    pub fn is_in_time(self) -> bool {
        match self.way() {
            Way::Windows | Way::Blocks | Way::Purged => true,
            Way::Folds | Way::Shares | Way::Choices => false,
        }
    }

    /// Whether train lies before test.
    pub fn is_window(self) -> bool {
        self.way() == Way::Windows
    }

    /// Whether it draws a share of the rows or groups for every fold.
    pub fn is_shuffle_split(self) -> bool {
        self.way() == Way::Shares
    }

    /// Whether it balances classes or strata.
    pub fn is_stratified(self) -> bool {
        self.balance() == Balance::Stratified
    }

    /// Whether another seed gives other folds.
    pub fn has_seed(self) -> bool {
        match self.way() {
            Way::Folds | Way::Shares => true,
            Way::Choices | Way::Windows | Way::Blocks | Way::Purged => false,
        }
    }

    /// Whether every row is tested once and trains in all other folds.
    pub fn is_partition(self) -> bool {
        match self.way() {
            Way::Folds | Way::Blocks => true,
            Way::Shares | Way::Choices | Way::Windows | Way::Purged => false,
        }
    }

    /// Whether rows whose time touches a tested block leave train.
    pub fn is_purged(self) -> bool {
        self.way() == Way::Purged
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
        for &splitter in SplitterName::ALL {
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
