//! What a metric refuses, with the values.

use midfuse_base::TargetShape;

/// Why a metric gives no number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricError {
    /// Two lists that go row by row differ in length.
    #[error("metric: {what} has {got} entries for {expected} rows; give one per row")]
    Length {
        /// The list, `"weights"`.
        what: &'static str,
        /// Number of rows.
        expected: usize,
        /// Its length.
        got: usize,
    },
    /// Nothing to score.
    #[error("metric {metric}: needs at least {needs} rows, got {got}")]
    TooFewRows {
        /// The metric.
        metric: &'static str,
        /// Least number of rows.
        needs: usize,
        /// Rows given.
        got: usize,
    },
    /// A value is NaN or infinite.
    #[error("metric: {what} of row {row} is {value}; it has to be finite")]
    NonFinite {
        /// The list, `"scores"`.
        what: &'static str,
        /// Position of the row.
        row: usize,
        /// The value.
        value: f64,
    },
    /// A probability lies outside [0, 1].
    #[error(
        "metric: row {row} gives class {class} the probability {value}, outside [0, 1]; pass probabilities, not logits"
    )]
    NotAProbability {
        /// Position of the row.
        row: usize,
        /// Class of the probability.
        class: usize,
        /// The value.
        value: f64,
    },
    /// The probabilities of a row do not sum to 1.
    #[error("metric: the probabilities of row {row} sum to {sum}; they have to sum to 1")]
    ProbabilitySum {
        /// Position of the row.
        row: usize,
        /// Their sum.
        sum: f64,
    },
    /// A class index has no class.
    #[error(
        "metric: row {row} has class {class}, but there are {n_classes} classes, counted from 0"
    )]
    UnknownClass {
        /// Position of the row.
        row: usize,
        /// The class index.
        class: usize,
        /// Number of classes.
        n_classes: usize,
    },
    /// Every row has the same class, and the metric compares classes.
    #[error(
        "metric {metric}: all {rows} rows are {class}; it compares two classes, so give rows of both (stratify the split)"
    )]
    OneClass {
        /// The metric.
        metric: &'static str,
        /// `"positive"` or `"negative"`, or the class index.
        class: String,
        /// Number of rows.
        rows: usize,
    },
    /// A class has no row, and the metric needs each class.
    #[error(
        "metric {metric}: class {class} has no row of positive weight; give rows of every class (stratify the split)"
    )]
    ClassAbsent {
        /// The metric.
        metric: &'static str,
        /// The class without rows.
        class: usize,
    },
    /// A metric of two classes was asked for another number of them.
    #[error("metric {metric}: is for 2 classes, got {n_classes}; use {instead}")]
    NotBinary {
        /// The metric.
        metric: &'static str,
        /// Number of classes.
        n_classes: usize,
        /// Metrics for more classes.
        instead: &'static str,
    },
    /// A metric of one task was asked about another.
    #[error("metric {metric}: is for {needs}, got predictions of {got}")]
    WrongTask {
        /// The metric.
        metric: &'static str,
        /// What it scores predictions of.
        needs: TargetShape,
        /// What was predicted.
        got: TargetShape,
    },
    /// A weight is negative, NaN, infinite, or so large or small that sums of products lose it.
    #[error("metric: the weight of row {row} is {value}; weights are 0, or from 1e-100 to 1e100")]
    Weight {
        /// Position of the row.
        row: usize,
        /// The weight.
        value: f64,
    },
    /// All weights are zero.
    #[error(
        "metric: the weights of all {rows} rows are 0; give at least one row a positive weight"
    )]
    NoWeight {
        /// Number of rows.
        rows: usize,
    },
    /// The metric is not defined with weights.
    #[error("metric {metric}: is not defined with weights; score without them")]
    WeightsUnsupported {
        /// The metric.
        metric: &'static str,
    },
    /// Rows of grouped predictions were to be scored as if they were independent.
    #[error(
        "metric: {rows} rows lie in {groups} groups; score with Unit::Group, or say Unit::RowsIgnoringGroups if rows are meant"
    )]
    Grouped {
        /// Number of rows.
        rows: usize,
        /// Number of groups.
        groups: usize,
    },
    /// Groups were to be scored and the predictions carry none.
    #[error(
        "metric: the predictions carry no groups; add them with with_groups, or score with Unit::Row"
    )]
    NoGroups,
    /// The rows of a group differ in their target, so the group has none.
    #[error(
        "metric: rows of group {group} have the targets {first} and {second}; a group score needs one target per group, Unit::RowsAveragedInGroup does not"
    )]
    GroupTargetVaries {
        /// Code of the group.
        group: usize,
        /// A target in it.
        first: f64,
        /// Another target in it.
        second: f64,
    },
    /// A row was asked for that is not there.
    #[error("metric: row {row} was asked for, but there are {rows} rows, counted from 0")]
    RowOutOfRange {
        /// The position.
        row: usize,
        /// Number of rows.
        rows: usize,
    },
    /// A setting is out of its range.
    #[error("metric {metric}: {what} has to be {expected}, got {got}")]
    Setting {
        /// The metric.
        metric: &'static str,
        /// The setting.
        what: &'static str,
        /// Its range.
        expected: &'static str,
        /// The value.
        got: String,
    },
    /// No metric has this name.
    #[error("metric: there is no metric {name:?}; the metrics are {known}")]
    UnknownName {
        /// The name.
        name: String,
        /// All names.
        known: String,
    },
    /// The value does not exist for these rows.
    #[error("metric {metric}: is undefined for these rows: {reason}")]
    Undefined {
        /// The metric.
        metric: &'static str,
        /// Why.
        reason: String,
    },
}
