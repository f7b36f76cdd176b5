//! What one score counts, in a sentence.

use midfuse_data::UnitReason;
use midfuse_plan::file::UnitRule;
use serde::{Deserialize, Serialize};

/// What one score counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// How the rows of a unit count.
    pub rows: UnitRule,
    /// Number of units.
    pub units: usize,
    /// Column of the units; `None` where every row counts by itself.
    pub unit_column: Option<String>,
    /// Column of what no split parts; `None` where rows are independent.
    pub group_column: Option<String>,
    /// Why this is what counts.
    pub reason: UnitReason,
}

impl Counted {
    /// `auc over 279 units (patient), rows averaged within a unit; no site on both sides of a split`.
    pub fn sentence(&self, metric: &str) -> String {
        let n = self.units;
        let noun = |noun: &str| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
        let what = match &self.unit_column {
            None => noun("row"),
            Some(column) => format!("{} ({column})", noun("unit")),
        };
        let how = match self.rows {
            UnitRule::Row | UnitRule::RowsIgnoringGroups => "",
            UnitRule::Unit | UnitRule::Group => ", each with the mean prediction of its rows",
            UnitRule::RowsAveragedInUnit | UnitRule::RowsAveragedInGroup => {
                ", rows averaged within a unit"
            }
        };
        let split = match (&self.group_column, &self.unit_column) {
            (None, _) => String::new(),
            (Some(group), Some(unit)) if group == unit => {
                "; no unit on both sides of a split".to_owned()
            }
            (Some(group), _) => format!("; no {group} on both sides of a split"),
        };
        format!("{metric} over {what}{how}{split}")
    }

    /// What stands in for a unit that `cohort.toml` does not name.
    pub fn undeclared(&self) -> Option<String> {
        let group = self.group_column.as_deref()?;
        let taken = match self.reason {
            UnitReason::OneTargetPerGroup => {
                format!("a score counts a {group}, because its rows share one target")
            }
            UnitReason::TargetsDiffer => {
                format!("a score counts a row, because targets differ within a {group}")
            }
            UnitReason::Declared | UnitReason::StudyFile | UnitReason::NoGroups => return None,
        };
        Some(format!(
            "cohort.toml names no `unit`: {taken}; `unit` under [rows] says what is meant"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(rows: UnitRule, unit: Option<&str>, group: Option<&str>) -> Counted {
        Counted {
            rows,
            units: 279,
            unit_column: unit.map(str::to_owned),
            group_column: group.map(str::to_owned),
            reason: UnitReason::Declared,
        }
    }

    #[test]
    fn what_is_averaged_over_what() {
        let of = |rows, unit, group| counted(rows, unit, group).sentence("auc");
        assert_eq!(of(UnitRule::Row, None, None), "auc over 279 rows");
        assert_eq!(
            of(UnitRule::Row, None, Some("site")),
            "auc over 279 rows; no site on both sides of a split"
        );
        assert_eq!(
            of(UnitRule::RowsAveragedInUnit, Some("patient"), Some("site")),
            "auc over 279 units (patient), rows averaged within a unit; no site on both sides of a split"
        );
        assert_eq!(
            of(UnitRule::Group, Some("patient"), Some("patient")),
            "auc over 279 units (patient), each with the mean prediction of its rows; no unit on both sides of a split"
        );
    }

    #[test]
    fn a_guess_is_said() {
        let mut guessed = counted(UnitRule::Row, None, Some("site"));
        assert_eq!(guessed.undeclared(), None);
        guessed.reason = UnitReason::TargetsDiffer;
        let said = guessed.undeclared().unwrap();
        assert!(said.contains("a score counts a row, because targets differ within a site"));
    }
}
