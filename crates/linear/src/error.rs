//! What a fit or a prediction refuses, and how to mend it.

use midfuse_base::ConfigError;

/// Why a linear model was not fitted, or did not predict.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LinearError {
    /// An option is out of its range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There is nothing to fit.
    #[error("{model}: expected at least one row and one column, got {rows} x {columns}")]
    Empty {
        /// The model.
        model: &'static str,
        /// Rows of `x`.
        rows: usize,
        /// Columns of `x`.
        columns: usize,
    },
    /// Targets or weights are not one per row.
    #[error("{model}: expected {expected} {what}, one per row of x, got {got}")]
    Length {
        /// The model.
        model: &'static str,
        /// `"targets"`, `"weights"`.
        what: &'static str,
        /// Rows of `x`.
        expected: usize,
        /// How many came.
        got: usize,
    },
    /// Rows to predict have other columns than the rows that were fitted.
    #[error("{model}: expected the {expected} columns of the fit, got {got}")]
    Columns {
        /// The model.
        model: &'static str,
        /// Columns of the fit.
        expected: usize,
        /// Columns that came.
        got: usize,
    },
    /// A missing or infinite value.
    #[error(
        "{model}: expected finite values, got {value} in row {row}, column {column} of x; impute or \
         drop missing values first"
    )]
    Value {
        /// The model.
        model: &'static str,
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
        /// What stands there.
        value: f64,
    },
    /// A target that the model cannot take.
    #[error("{model}: expected {expected} as target of row {row}, got {value}")]
    Target {
        /// The model.
        model: &'static str,
        /// What would do.
        expected: String,
        /// Row, from 0.
        row: usize,
        /// What came.
        value: f64,
    },
    /// A weight below zero or not finite.
    #[error("{model}: expected weights of 0 or more, got {value} in row {row}")]
    Weight {
        /// The model.
        model: &'static str,
        /// Row, from 0.
        row: usize,
        /// What came.
        value: f64,
    },
    /// Every weight is zero.
    #[error("{model}: expected at least one row with a weight above 0, got none")]
    NoWeight {
        /// The model.
        model: &'static str,
    },
    /// A class without rows has no coefficients: its intercept would be minus infinity.
    #[error(
        "{model}: expected rows with weight of all {n_classes} classes, got none of class {class}; \
         stratify the split, merge classes, or drop the class"
    )]
    AbsentClass {
        /// The model.
        model: &'static str,
        /// The class, from 0.
        class: usize,
        /// Classes of the task.
        n_classes: usize,
    },
    /// Without an event the partial likelihood is constant.
    #[error("{model}: expected at least one row with an event and a weight above 0, got none")]
    NoEvent {
        /// The model.
        model: &'static str,
    },
    /// Log-risks that give no baseline hazard.
    #[error(
        "baseline hazard: expected rows with an event, and log-risks that are finite and not thousands \
         apart, got {times} times of events, last hazard {last}; train with a lower learning rate or \
         more weight decay"
    )]
    Hazard {
        /// Distinct times of events.
        times: usize,
        /// Cumulative hazard at the last of them.
        last: f64,
    },
    /// Penalties of a path that do not decrease.
    #[error(
        "{model}: expected finite penalties of 0 or more in decreasing order, got {penalties:?}"
    )]
    Path {
        /// The model.
        model: &'static str,
        /// What came.
        penalties: Vec<f64>,
    },
    /// The objective has no optimum, or more than one: collinear columns, at least as many columns
    /// as rows, or outcomes that the columns separate without error.
    #[error(
        "{model}: expected one optimum, but with penalty {penalty} it is not unique or lies at \
         infinity, because columns are collinear or separate the outcomes; raise `penalty`"
    )]
    NotUnique {
        /// The model.
        model: &'static str,
        /// The penalty.
        penalty: f64,
    },
    /// The solver stopped before the optimum.
    #[error(
        "{model}: expected the optimum within {iterations} iterations at penalty {penalty}, got a \
         last change of {change:e} where the tolerance is {tolerance:e}; standardise the columns, \
         raise `penalty` or `max_iterations`"
    )]
    NotConverged {
        /// The model.
        model: &'static str,
        /// The penalty.
        penalty: f64,
        /// Iterations that were made.
        iterations: usize,
        /// What the tolerance is held against.
        change: f64,
        /// The tolerance.
        tolerance: f64,
    },
}

/// A result with [`LinearError`].
pub type Result<T, E = LinearError> = std::result::Result<T, E>;
