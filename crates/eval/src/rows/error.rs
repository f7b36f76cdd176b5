//! What can be wrong with declared rows.

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
    /// A class target outside the classes of the task.
    #[error("rows: row {id:?} has class {class}, the task has classes 0 to {last}; list every class in the task", last = n_classes.saturating_sub(1))]
    UnknownClass {
        /// The row.
        id: String,
        /// Its class index.
        class: usize,
        /// Number of classes.
        n_classes: usize,
    },
    /// A regression target that is NaN or infinite.
    #[error("rows: row {id:?} has the target {value}; drop rows without a finite target")]
    NotFinite {
        /// The row.
        id: String,
        /// Its target, as text.
        value: String,
    },
    /// A follow-up time before its start.
    #[error("rows: row {id:?} has the time {time}; count times from the start of follow-up")]
    NegativeTime {
        /// The row.
        id: String,
        /// Its time, as text.
        time: String,
    },
    /// Class targets for a regression, or values for a classification.
    #[error(
        "rows: the task is a {task}, the targets are {targets}; use the targets that fit the task"
    )]
    TaskMismatch {
        /// Kind of task.
        task: &'static str,
        /// Kind of targets.
        targets: &'static str,
    },
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
