//! What a detector reports.

use serde::{Deserialize, Serialize};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// A person should look at it before a result is believed.
    Warning,
    /// A score on this split cannot be believed.
    Blocking,
}

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal,)+) => {
        /// What was found; its name in JSON and tables is in kebab case.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])+ #[serde(rename = $name)] $variant,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in JSON and tables: `"exact-duplicate"`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

codes! {
    /// Rows with the same content.
    ExactDuplicate = "exact-duplicate",
    /// Rows with nearly the same content.
    NearDuplicate = "near-duplicate",
    /// Rows with the same content and different targets.
    LabelConflict = "label-conflict",
    /// Rows of several groups with the same content.
    SharedContent = "shared-content",
    /// One file that several rows name.
    SharedFile = "shared-file",
    /// A group with rows in train and in test.
    GroupOnBothSides = "group-on-both-sides",
    /// A column that looks like the id of a group that nobody declared.
    UndeclaredGroup = "undeclared-group",
    /// Training rows that are not over when test rows begin.
    TimeOverlap = "time-overlap",
    /// A column from which the target can be read.
    ColumnNamesTarget = "column-names-target",
    /// A column that is associated with the target and is named like something known only afterwards.
    PostOutcomeName = "post-outcome-name",
    /// A site or batch that is associated with the target.
    SiteTellsTarget = "site-tells-target",
    /// What is missing is associated with the target.
    MissingnessTellsTarget = "missingness-tells-target",
    /// The order, name, size or length of rows is associated with the target.
    MetadataTellsTarget = "metadata-tells-target",
    /// Test rows that differ from training rows in distribution.
    ShiftedTestRows = "shifted-test-rows",
    /// Features that were chosen by their association with the target of test rows.
    SelectedWithTestRows = "selected-with-test-rows",
    /// A column that holds the mean target of the rows of a category.
    TargetEncoding = "target-encoding",
    /// Scores of a row that depend on the other rows of its batch.
    BatchDependence = "batch-dependence",
    /// A row that was made from another one on the other side of the split.
    AugmentedAcrossSplit = "augmented-across-split",
    /// Modalities that only the class ties together.
    UnalignedPairs = "unaligned-pairs",
    /// Features that were chosen by inputs of test rows, without targets.
    UnsupervisedSelection = "unsupervised-selection",
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of leak.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// The column, modality or group axis.
    pub subject: String,
    /// One sentence: what was found.
    pub what: String,
    /// The rows it is about, by position, in sets that belong together (the copies of one row, the
    /// rows of one group). Empty where it is about all rows.
    pub rows: Vec<Vec<usize>>,
    /// What `strength` measures.
    pub measure: String,
    /// How strong.
    pub strength: f64,
    /// Adjusted p-value, where one was computed.
    pub p: Option<f64>,
    /// How to mend it.
    pub mend: String,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_name_is_that_in_json() {
        for &code in Code::ALL {
            assert_eq!(
                serde_json::to_string(&code).unwrap(),
                format!("\"{}\"", code.name())
            );
        }
        assert!(Severity::Blocking > Severity::Warning && Severity::Warning > Severity::Note);
    }

    #[test]
    fn the_table_of_the_page_is_every_code() {
        let page = include_str!("../../../../docs/audit.md");
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
        let listed: BTreeSet<&str> = rows.filter_map(|row| row.split('`').next()).collect();
        let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(listed, codes);
    }
}
