//! What is to be concluded, stated before the test set is opened.

use serde::{Deserialize, Serialize};

use midfuse_metrics::metric::Metric;

/// What is to be concluded from the sealed test set, stated before it is opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The metric that decides.
    pub primary: Metric,
    /// The comparisons that are confirmatory; Holm's correction runs over them.
    pub comparisons: Vec<PlannedComparison>,
    /// The smallest difference that matters, in the unit of the metric.
    pub margin: f64,
}

/// One comparison of two models by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedComparison {
    /// The model that is claimed to be better.
    pub better: String,
    /// The model that it is compared with.
    pub than: String,
}

impl Plan {
    /// A plan with a primary metric and its confirmatory comparisons.
    pub fn new(primary: Metric, comparisons: Vec<PlannedComparison>) -> Self {
        Self {
            primary,
            comparisons,
            margin: 0.0,
        }
    }

    /// Sets the smallest difference that matters.
    #[must_use]
    pub fn with_margin(mut self, margin: f64) -> Self {
        self.margin = margin;
        self
    }

    /// Whether a comparison was stated before the test set was opened; one that was not is
    /// exploratory.
    pub fn is_confirmatory(&self, comparison: &PlannedComparison) -> bool {
        self.comparisons.contains(comparison)
    }

    pub(super) fn in_words(&self) -> String {
        let pairs = self
            .comparisons
            .iter()
            .map(|c| format!("{} > {}", c.better, c.than));
        let pairs = pairs.collect::<Vec<_>>().join(", ");
        format!("{}, margin {}, [{pairs}]", self.primary, self.margin)
    }
}
