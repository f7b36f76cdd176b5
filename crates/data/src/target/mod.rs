//! What can be predicted from a cohort.

use serde::{Deserialize, Serialize};

/// Whether a target is a class or a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// One of a finite set of classes.
    Classification,
    /// A finite number.
    Regression,
}

/// A target of every row, in the order of [`crate::Cohort::ids`].
#[derive(Debug, Clone, PartialEq)]
pub struct TargetColumn {
    /// Its name in `cohort.toml`.
    pub name: String,
    /// Its values.
    pub values: TargetValues,
}

/// Values of a target, one per row.
#[derive(Debug, Clone, PartialEq)]
pub enum TargetValues {
    /// Classes.
    Classification {
        /// Class names: in the declared order, else sorted (as numbers if all are integers).
        classes: Vec<String>,
        /// Index into `classes` of each row, `[N]`.
        labels: Vec<usize>,
    },
    /// Numbers in their own unit, all finite, `[N]`.
    Regression(Vec<f64>),
}

impl TargetColumn {
    /// Class or number.
    pub fn kind(&self) -> TargetKind {
        match self.values {
            TargetValues::Classification { .. } => TargetKind::Classification,
            TargetValues::Regression(_) => TargetKind::Regression,
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match &self.values {
            TargetValues::Classification { labels, .. } => labels.len(),
            TargetValues::Regression(values) => values.len(),
        }
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Sorts class names: as numbers if all are integers, else as text.
pub(crate) fn sort_classes(classes: &mut [String]) {
    if classes.iter().all(|class| class.parse::<i64>().is_ok()) {
        classes.sort_by_key(|class| (class.parse::<i64>().unwrap_or_default(), class.clone()));
    } else {
        classes.sort();
    }
}

#[cfg(test)]
mod tests {
    use super::sort_classes;

    #[test]
    fn integers_sort_as_numbers_and_the_rest_as_text() {
        let mut numbers = ["10", "9", "-1"].map(String::from);
        sort_classes(&mut numbers);
        assert_eq!(numbers, ["-1", "9", "10"]);
        let mut mixed = ["10", "9", "x"].map(String::from);
        sort_classes(&mut mixed);
        assert_eq!(mixed, ["10", "9", "x"]);
    }
}
