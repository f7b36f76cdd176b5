//! What a statistic refuses, with the values.

use crate::metric::MetricError;

/// Why a statistic gives no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatsError {
    /// A metric could not be computed, or the lists do not fit.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// Too few entries for the method.
    #[error("{method}: needs at least {needs} {what}, got {got}")]
    TooFew {
        /// The method.
        method: &'static str,
        /// What is counted, `"folds"`.
        what: &'static str,
        /// Least number.
        needs: usize,
        /// Number given.
        got: usize,
    },
    /// Every difference is the same, so there is no scale to judge it by.
    #[error("{method}: all {n} values are {value}; without variation there is no test")]
    NoVariation {
        /// The method.
        method: &'static str,
        /// Number of values.
        n: usize,
        /// Their common value.
        value: f64,
    },
    /// A setting is out of its range.
    #[error("{method}: {what} has to be {expected}, got {got}")]
    Setting {
        /// The method.
        method: &'static str,
        /// The setting.
        what: &'static str,
        /// Its range.
        expected: &'static str,
        /// The value.
        got: String,
    },
    /// Rows of one group were handed to a test of independent rows.
    #[error(
        "{method}: {rows} rows lie in {groups} groups and the test takes independent rows; use {instead}"
    )]
    ClusteredRows {
        /// The method.
        method: &'static str,
        /// Number of rows.
        rows: usize,
        /// Number of groups.
        groups: usize,
        /// What to use.
        instead: &'static str,
    },
    /// Folds of one data set were handed to a test of independent data sets.
    #[error(
        "{method}: takes independent data sets, and folds share training rows; compare folds with corrected_resampled_t"
    )]
    OverlappingFolds {
        /// The method.
        method: &'static str,
    },
    /// Two sets of predictions are not of the same rows.
    #[error("{method}: the two models were scored on different rows: {what} differ")]
    DifferentRows {
        /// The method.
        method: &'static str,
        /// What differs, `"targets"`.
        what: &'static str,
    },
    /// The metric was undefined in too many resamples.
    #[error(
        "{method}: the metric was undefined in {failed} of {draws} resamples ({reason}); the rows are too few for this metric"
    )]
    UndefinedResamples {
        /// The method.
        method: &'static str,
        /// Resamples without a number.
        failed: usize,
        /// Resamples drawn.
        draws: usize,
        /// The first reason.
        reason: String,
    },
    /// Values so large that their squares are not numbers.
    #[error("{method}: the squares of {what} overflow; divide them by a common unit")]
    Overflow {
        /// The method.
        method: &'static str,
        /// The values.
        what: &'static str,
    },
    /// The result has no standard error to build on.
    #[error("{method}: has no standard error, so {what} cannot be derived from it")]
    NoStandardError {
        /// The method.
        method: String,
        /// What was asked for.
        what: &'static str,
    },
}
