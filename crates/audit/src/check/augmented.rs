//! Rows that were made from other rows before the split.

use super::finding::{Code, Finding, Severity};
use super::folds::Folds;

/// Checks rows that were made from others (augmentation, paraphrase, SMOTE, mixup) against the split:
/// [`Code::AugmentedAcrossSplit`], blocking, where a row and one of its parents are on different sides of
/// a fold.
///
/// `parents` names for each of N rows the positions of the rows that it was made from; none for an original.
pub fn augmented_across_split(parents: &[Vec<usize>], folds: &Folds) -> Option<Finding> {
    let torn: Vec<Vec<usize>> = parents
        .iter()
        .enumerate()
        .filter(|(row, parents)| {
            parents
                .iter()
                .any(|&parent| folds.straddle(&[*row, parent]))
        })
        .map(|(row, parents)| [row].into_iter().chain(parents.iter().copied()).collect())
        .collect();
    let made = parents.iter().filter(|parents| !parents.is_empty()).count();
    (!torn.is_empty()).then(|| Finding {
        code: Code::AugmentedAcrossSplit,
        severity: Severity::Blocking,
        subject: "parents".to_owned(),
        what: format!(
            "{} of {made} rows that were made from others are on the other side of the split than a parent",
            torn.len()
        ),
        measure: "share of made rows".to_owned(),
        strength: torn.len() as f64 / made.max(1) as f64,
        p: None,
        rows: torn,
        mend: "split first, and make new rows from the training rows of each fold only".to_owned(),
    })
}
