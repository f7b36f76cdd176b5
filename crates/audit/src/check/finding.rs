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

/// What was found; the name in JSON is in kebab case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Code {
    /// Rows with the same content.
    ExactDuplicate,
    /// Rows with nearly the same content.
    NearDuplicate,
    /// Rows with the same content and different targets.
    LabelConflict,
    /// Rows of several groups with the same content.
    SharedContent,
    /// One file that several rows name.
    SharedFile,
    /// A group with rows in train and in test.
    GroupOnBothSides,
    /// A column that looks like the id of a group that nobody declared.
    UndeclaredGroup,
    /// Training rows that are not over when test rows begin.
    TimeOverlap,
    /// A column from which the target can be read.
    ColumnNamesTarget,
    /// A column that is associated with the target and is named like something known only afterwards.
    PostOutcomeName,
    /// A site or batch that is associated with the target.
    SiteTellsTarget,
    /// What is missing is associated with the target.
    MissingnessTellsTarget,
    /// The order, name, size or length of rows is associated with the target.
    MetadataTellsTarget,
    /// Test rows that differ from training rows in distribution.
    ShiftedTestRows,
    /// Features that were chosen by their association with the target of test rows.
    SelectedWithTestRows,
    /// A column that holds the mean target of the rows of a category.
    TargetEncoding,
    /// Scores of a row that depend on the other rows of its batch.
    BatchDependence,
    /// A row that was made from another one on the other side of the split.
    AugmentedAcrossSplit,
    /// Modalities that only the class ties together.
    UnalignedPairs,
    /// Features that were chosen by inputs of test rows, without targets.
    UnsupervisedSelection,
}

impl Code {
    /// Its name in JSON and tables: `"exact-duplicate"`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ExactDuplicate => "exact-duplicate",
            Self::NearDuplicate => "near-duplicate",
            Self::LabelConflict => "label-conflict",
            Self::SharedContent => "shared-content",
            Self::SharedFile => "shared-file",
            Self::GroupOnBothSides => "group-on-both-sides",
            Self::UndeclaredGroup => "undeclared-group",
            Self::TimeOverlap => "time-overlap",
            Self::ColumnNamesTarget => "column-names-target",
            Self::PostOutcomeName => "post-outcome-name",
            Self::SiteTellsTarget => "site-tells-target",
            Self::MissingnessTellsTarget => "missingness-tells-target",
            Self::MetadataTellsTarget => "metadata-tells-target",
            Self::ShiftedTestRows => "shifted-test-rows",
            Self::SelectedWithTestRows => "selected-with-test-rows",
            Self::TargetEncoding => "target-encoding",
            Self::BatchDependence => "batch-dependence",
            Self::AugmentedAcrossSplit => "augmented-across-split",
            Self::UnalignedPairs => "unaligned-pairs",
            Self::UnsupervisedSelection => "unsupervised-selection",
        }
    }
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
    use super::*;

    #[test]
    fn the_name_is_that_in_json() {
        for code in [
            Code::ExactDuplicate,
            Code::MissingnessTellsTarget,
            Code::UndeclaredGroup,
            Code::SelectedWithTestRows,
            Code::UnsupervisedSelection,
            Code::TargetEncoding,
            Code::BatchDependence,
            Code::AugmentedAcrossSplit,
            Code::UnalignedPairs,
            Code::SharedFile,
        ] {
            assert_eq!(
                serde_json::to_string(&code).unwrap(),
                format!("\"{}\"", code.name())
            );
        }
        assert!(Severity::Blocking > Severity::Warning && Severity::Warning > Severity::Note);
    }
}
