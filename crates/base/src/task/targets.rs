//! Targets of rows.

use serde::{Deserialize, Serialize};

/// Targets of rows, one per row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "values")]
pub enum Targets {
    /// Index into the classes of the task.
    Class(Vec<usize>),
    /// Values of a regression target, in its own unit.
    Value(Vec<f64>),
}

impl Targets {
    /// Number of targets.
    pub fn len(&self) -> usize {
        match self {
            Self::Class(values) => values.len(),
            Self::Value(values) => values.len(),
        }
    }

    /// True without any target.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
