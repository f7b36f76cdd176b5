//! What is predicted, and the targets of it: one type for cohorts, losses, metrics and reports.

mod targets;

use serde::{Deserialize, Serialize};

pub use targets::Targets;

/// What is predicted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Task {
    /// One of these classes; scores are log-probabilities in this order.
    Classification {
        /// Class names, in the order of the scores.
        classes: Vec<String>,
    },
    /// A number; one score per row, the predicted value.
    Regression,
}

impl Task {
    /// Scores per row: the number of classes, or 1.
    pub fn n_scores(&self) -> usize {
        match self {
            Self::Classification { classes } => classes.len(),
            Self::Regression => 1,
        }
    }
}
