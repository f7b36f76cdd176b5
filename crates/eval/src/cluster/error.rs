//! What cannot be clustered.

/// Rows that cannot be clustered.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// An edge to a row that is not there.
    #[error("cluster: edge {edge} names row {id:?}, which is not among the rows")]
    UnknownRow {
        /// Position of the edge.
        edge: usize,
        /// The row.
        id: String,
    },
    /// An id that occurs twice.
    #[error("cluster: id {id:?} occurs more than once")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// A matrix that is not as large as the rows ask for.
    #[error("cluster: expected {expected} {what}, got {got}")]
    Length {
        /// What is counted.
        what: &'static str,
        /// Number that is needed.
        expected: usize,
        /// Number that came.
        got: usize,
    },
    /// A distance or coordinate that is not a finite number, or a negative distance.
    #[error("cluster: row {id:?}: expected a finite {what}, got {got}")]
    Number {
        /// The row.
        id: String,
        /// What is wrong.
        what: &'static str,
        /// The value.
        got: f64,
    },
    /// An option out of its range.
    #[error(transparent)]
    Config(#[from] midfuse_base::ConfigError),
}
