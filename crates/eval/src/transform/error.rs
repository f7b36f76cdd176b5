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
    /// A number that a transform is not for.
    #[error(
        "{transform}: column `{column}` holds {got}; expected {expected}; leave the transform out, or take the column out of the modality"
    )]
    Domain {
        /// The transform.
        transform: &'static str,
        /// Name of the column.
        column: String,
        /// What it is for.
        expected: &'static str,
        /// The number.
        got: String,
    },
    /// Nothing is left of the columns.
    #[error(
        "{transform}: expected {expected}, got none among the train rows; leave the transform out"
    )]
    Nothing {
        /// The transform.
        transform: &'static str,
        /// What it looks for.
        expected: String,
    },
    /// Train rows that a transform cannot be fitted on.
    #[error("{transform}: expected {expected}, got {got}")]
    Size {
        /// The transform.
        transform: &'static str,
        /// What it takes.
        expected: String,
        /// What there is, and how to mend it.
        got: String,
    },
    /// An option out of its range.
    #[error(transparent)]
    Config(#[from] midfuse_base::ConfigError),
}

impl TransformError {
    pub(super) fn domain(
        transform: &'static str,
        column: String,
        expected: &'static str,
        got: f64,
    ) -> Self {
        let got = got.to_string();
        Self::Domain {
            transform,
            column,
            expected,
            got,
        }
    }

    pub(super) fn nothing(transform: &'static str, expected: String) -> Self {
        Self::Nothing {
            transform,
            expected,
        }
    }

    pub(super) fn size(transform: &'static str, expected: String, got: String) -> Self {
        Self::Size {
            transform,
            expected,
            got,
        }
    }
}
