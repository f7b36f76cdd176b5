//! Why rows cannot be split as asked.

use std::fmt;

/// A side of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Rows that are fitted on.
    Train,
    /// Rows that are scored.
    Test,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Train => "train",
            Self::Test => "test",
        })
    }
}

/// A split that cannot be made without breaking a promise.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// A class would be absent from a side.
    #[error(
        "{splitter}: class {class:?} is absent from the {side} rows of fold {fold}; use fewer folds, merge the class with another, or collect more of it"
    )]
    Infeasible {
        /// The splitter.
        splitter: &'static str,
        /// Name of the class.
        class: String,
        /// Index of the fold.
        fold: usize,
        /// The side that lacks it.
        side: Side,
    },
    /// Fewer rows than folds.
    #[error(
        "{splitter}: expected at least {folds} rows for {folds} folds, got {rows}; use fewer folds"
    )]
    TooFewRows {
        /// The splitter.
        splitter: &'static str,
        /// Number of rows.
        rows: usize,
        /// Number of folds.
        folds: usize,
    },
    /// Fewer groups than the splitter needs.
    #[error("{splitter}: expected at least {needed} groups, got {groups}; use fewer folds")]
    TooFewGroups {
        /// The splitter.
        splitter: &'static str,
        /// Number of groups.
        groups: usize,
        /// Number that is needed.
        needed: usize,
    },
    /// A side without a row.
    #[error("fold {fold}: the {side} side is empty; use fewer folds or larger windows")]
    EmptySide {
        /// Index of the fold.
        fold: usize,
        /// The side.
        side: Side,
    },
    /// No fold at all.
    #[error("{splitter}: no fold can be made; {mend}")]
    NoFold {
        /// The splitter.
        splitter: &'static str,
        /// What to do.
        mend: &'static str,
    },
    /// An option out of its range.
    #[error(transparent)]
    Config(#[from] midfuse_base::ConfigError),
    /// A stratified splitter on a regression target.
    #[error(
        "{splitter}: expected class targets, or one declared stratum per row; declare strata, or use the splitter without them"
    )]
    NoClasses {
        /// The splitter.
        splitter: &'static str,
    },
    /// A splitter, chosen at run time, that is not honest for the structure.
    #[error("{splitter} would split dependent rows ({structure}); use {instead}")]
    Dishonest {
        /// The splitter.
        splitter: &'static str,
        /// The structure.
        structure: &'static str,
        /// Splitters that are honest for it.
        instead: String,
    },
    /// A row on both sides, twice on one, or out of range.
    #[error(
        "fold {fold}: row {position} is listed more than once or does not exist; a partition names each row at most once"
    )]
    NotAPartition {
        /// Index of the fold.
        fold: usize,
        /// Position of the row.
        position: usize,
    },
    /// A group on both sides.
    #[error("fold {fold}: group {group:?} of {axis:?} is on both sides; keep its rows together")]
    SharedGroup {
        /// Name of the axis.
        axis: String,
        /// Name of the group.
        group: String,
        /// Index of the fold.
        fold: usize,
    },
    /// A train row whose time meets that of a test row.
    #[error("fold {fold}: train row {id:?} covers a time that a test row covers; purge it")]
    OverlappingSpan {
        /// Id of the train row.
        id: String,
        /// Index of the fold.
        fold: usize,
    },
    /// A splitter without a seed, repeated.
    #[error("{splitter}: it has no seed, so repeating it gives the same folds again; use it once")]
    NothingToRepeat {
        /// The splitter.
        splitter: &'static str,
    },
    /// A split file that names a row which the cohort lacks.
    #[error(
        "split file: fold {fold} names row {id:?}, which the cohort lacks; use the file that belongs to the cohort"
    )]
    UnknownRow {
        /// Id of the row.
        id: String,
        /// Index of the fold.
        fold: usize,
    },
    /// Weights that do not fit the train rows.
    #[error("fold {fold}: expected {expected} train weights of at least 1, got {got}")]
    Weights {
        /// Index of the fold.
        fold: usize,
        /// Number of train rows.
        expected: usize,
        /// Number of positive weights.
        got: usize,
    },
}
