//! What a transform refuses.

/// Rows that a transform cannot be fitted on, or applied to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransformError {
    /// No row to fit on.
    #[error("{transform}: expected at least one row to fit on, got none")]
    NoRows {
        /// The transform.
        transform: &'static str,
    },
    /// A row with another number of columns.
    #[error("{transform}: expected rows of {expected} columns, got one of {got}")]
    Width {
        /// The transform.
        transform: &'static str,
        /// Columns of the fitted rows.
        expected: usize,
        /// Columns of this row.
        got: usize,
    },
    /// An infinite value.
    #[error(
        "{transform}: column {column} holds an infinite value in train row {row}; mark it as missing (NaN) or mend it"
    )]
    Infinite {
        /// The transform.
        transform: &'static str,
        /// Position of the row among the train rows.
        row: usize,
        /// The column.
        column: usize,
    },
    /// A stored transform that no fit could have made.
    #[error("{transform}: the stored one is not valid: {why}; save the model again")]
    Stored {
        /// The transform.
        transform: &'static str,
        /// What does not fit.
        why: &'static str,
    },
    /// An option out of its range.
    #[error(transparent)]
    Config(#[from] midfuse_base::ConfigError),
}
