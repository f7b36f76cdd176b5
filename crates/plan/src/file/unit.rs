//! How the rows of a unit count.

use midfuse_base::Choices;
use midfuse_metrics::metric::Unit;
use serde::{Deserialize, Serialize};

/// How the rows of a unit count. What a unit is, and what no split may part, says `cohort.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum UnitRule {
    /// Every row counts by itself; groups still do not part, and are drawn as wholes.
    Row,
    /// A unit counts once, with the mean prediction of its rows and the one target that they share.
    Unit,
    /// Losses are averaged within a unit, then over units: for targets that vary within one.
    RowsAveragedInUnit,
    /// As `unit`, where the groups are the units.
    Group,
    /// As `rows-averaged-in-unit`, where the groups are the units.
    RowsAveragedInGroup,
    /// As `row`, where there are groups.
    RowsIgnoringGroups,
}

impl UnitRule {
    /// Its name in a study file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Unit => "unit",
            Self::RowsAveragedInUnit => "rows-averaged-in-unit",
            Self::Group => "group",
            Self::RowsAveragedInGroup => "rows-averaged-in-group",
            Self::RowsIgnoringGroups => "rows-ignoring-groups",
        }
    }

    /// The name of a way to count units: those that are the groups, or others.
    pub fn of_units(unit: Unit, are_groups: bool) -> Self {
        match (unit, are_groups) {
            (Unit::Row | Unit::RowsIgnoringGroups, _) => Self::Row,
            (Unit::Group, true) => Self::Group,
            (Unit::Group, false) => Self::Unit,
            (Unit::RowsAveragedInGroup, true) => Self::RowsAveragedInGroup,
            (Unit::RowsAveragedInGroup, false) => Self::RowsAveragedInUnit,
        }
    }

    /// Whether every row counts by itself.
    pub fn is_by_row(self) -> bool {
        match self {
            Self::Row | Self::RowsIgnoringGroups => true,
            Self::Unit | Self::RowsAveragedInUnit | Self::Group | Self::RowsAveragedInGroup => {
                false
            }
        }
    }

    /// Whether it is said of groups.
    pub fn is_of_groups(self) -> bool {
        match self {
            Self::Group | Self::RowsAveragedInGroup => true,
            Self::Row | Self::RowsIgnoringGroups | Self::Unit | Self::RowsAveragedInUnit => false,
        }
    }

    /// What the metrics do with rows that lie in groups: the units.
    pub fn of_grouped_rows(self) -> Unit {
        match self {
            Self::Row | Self::RowsIgnoringGroups => Unit::RowsIgnoringGroups,
            Self::Unit | Self::Group => Unit::Group,
            Self::RowsAveragedInUnit | Self::RowsAveragedInGroup => Unit::RowsAveragedInGroup,
        }
    }
}
