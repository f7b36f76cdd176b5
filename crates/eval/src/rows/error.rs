//! What can be wrong with declared rows.

use midfuse_base::{TargetError, TargetProblem};

/// Rows that cannot be taken as they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowsError {
    /// There is no row.
    #[error("rows: expected at least one row, got none; check the filter that chose them")]
    Empty,
    /// An id occurs twice.
    #[error("rows: id {id:?} occurs more than once; give each row an id of its own")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// A column has another length than the ids.
    #[error("rows: expected {expected} values of {column}, one per row, got {got}")]
    Length {
        /// Which column: `"targets"`, `"groups"`.
        column: String,
        /// Number of ids.
        expected: usize,
        /// Number of values.
        got: usize,
    },
    /// A target that the task cannot have: a class outside its classes, a number that is not finite,
    /// a time before the start of follow-up.
    #[error("rows: the target of row {id:?} {problem}")]
    Target {
        /// The row.
        id: String,
        /// What is wrong with its target.
        problem: TargetProblem,
    },
    /// Targets of another task, or not as many events as times.
    #[error("rows: {0}")]
    Targets(TargetError),
    /// A row without a group.
    #[error(
        "rows: row {id:?} has an empty group on axis {axis:?}; give it a group of its own if it is alone"
    )]
    EmptyGroup {
        /// The row.
        id: String,
        /// The axis.
        axis: String,
    },
    /// A unit with rows in two groups.
    #[error(
        "rows: the unit {unit:?} has rows in the groups {:?} and {:?} of axis {axis:?}, and a unit cannot part in a split; make them one group",
        groups[0],
        groups[1]
    )]
    UnitAcrossGroups {
        /// The unit.
        unit: String,
        /// The axis.
        axis: String,
        /// Two of its groups.
        groups: [String; 2],
    },
    /// A span that ends before it starts.
    #[error("rows: row {id:?} spans {start} to {end}, which ends before it starts; swap them")]
    NegativeSpan {
        /// The row.
        id: String,
        /// Its start.
        start: i64,
        /// Its end.
        end: i64,
    },
    /// The rows declare something that the structure would ignore, or lack something that it needs.
    #[error("rows: {structure} rows need {needs}, these declare {declared}; {mend}")]
    Structure {
        /// Structure that was asked for.
        structure: &'static str,
        /// What it needs.
        needs: &'static str,
        /// What the rows declare.
        declared: String,
        /// What to do.
        mend: &'static str,
    },
}
