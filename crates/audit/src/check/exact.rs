//! Exact duplicates, label conflicts among them, and content that several groups share.

use std::collections::BTreeMap;

use super::finding::{Code, Finding, Severity};
use super::folds::Folds;
use super::target::Target;
use crate::content::Content;
use crate::detector::Detector;
use crate::evidence::Evidence;

/// Exact copies in each modality; copies of one file are that of the shared file.
pub(crate) const DETECTOR: Detector = |evidence| evidence.of_contents(of_content);

fn of_content(evidence: &Evidence<'_>, content: &Content) -> Vec<Finding> {
    let hashes = content.hashes_of_several_files();
    let exact = Contents {
        name: &content.name,
        hashes: &hashes,
        expected_pairs: content.expected_pairs,
    };
    exact_duplicates(
        &exact,
        evidence.target().as_ref(),
        evidence.groups(),
        evidence.folds(),
    )
}

/// Content of one modality, row by row.
#[derive(Debug, Clone, Copy)]
pub struct Contents<'a> {
    /// Name of the modality.
    pub name: &'a str,
    /// A hash of the content of each row, `[N]`; `None` where it is absent or says too little to be
    /// told from others (a constant image, a text of a few letters).
    pub hashes: &'a [Option<u128>],
    /// Pairs of equal rows that chance alone gives: [`expected_pairs`](super::expected_pairs) for
    /// tables of few values, 0 for images and long texts.
    pub expected_pairs: f64,
}

/// Finds rows with equal content.
///
/// - Copies on both sides of a fold: [`Code::ExactDuplicate`], blocking; without folds a warning.
/// - Copies with different targets: [`Code::LabelConflict`], a warning.
/// - Copies in different groups: [`Code::SharedContent`], a warning. Copies within one group are no
///   finding, because a split by group keeps them together.
///
/// Nothing is reported unless there are more equal pairs than chance gives: any pair where fewer
/// than 1e-6 are expected, else more than five times the expected number plus five.
pub fn exact_duplicates(
    contents: &Contents<'_>,
    target: Option<&Target<'_>>,
    groups: Option<&[usize]>,
    folds: Option<&Folds>,
) -> Vec<Finding> {
    let mut by_hash: BTreeMap<u128, Vec<usize>> = BTreeMap::new();
    for (row, hash) in contents.hashes.iter().enumerate() {
        if let Some(hash) = hash {
            by_hash.entry(*hash).or_default().push(row);
        }
    }
    let mut copies: Vec<Vec<usize>> = by_hash
        .into_values()
        .filter(|rows| rows.len() > 1)
        .collect();
    copies.sort();
    let pairs: f64 = copies
        .iter()
        .map(|rows| (rows.len() * (rows.len() - 1)) as f64 / 2.0)
        .sum();
    let most = if contents.expected_pairs < 1e-6 {
        0.0
    } else {
        5.0 * contents.expected_pairs + 5.0
    };
    if pairs <= most {
        return Vec::new();
    }
    let name = contents.name;
    let mut findings = Vec::new();
    let mut report = |code, severity, what: String, rows: Vec<Vec<usize>>, mend: String| {
        if !rows.is_empty() {
            let involved: usize = rows.iter().map(Vec::len).sum();
            findings.push(Finding {
                code,
                severity,
                subject: name.to_owned(),
                what: format!("{involved} rows in {} sets {what}", rows.len()),
                strength: involved as f64 / contents.hashes.len() as f64,
                measure: "share of all rows".to_owned(),
                p: None,
                rows,
                mend,
            });
        }
    };
    let group_of = |row: &usize| groups.and_then(|groups| groups.get(*row));
    let several_groups = |rows: &[usize]| {
        let first = rows.first().and_then(group_of);
        rows.iter().any(|row| group_of(row) != first)
    };
    match folds {
        Some(folds) => report(
            Code::ExactDuplicate,
            Severity::Blocking,
            "are copies on both sides of the split".to_owned(),
            copies
                .iter()
                .filter(|rows| folds.straddle(rows))
                .cloned()
                .collect(),
            format!(
                "keep one row of each set, or give each set one group and split by group ({name})"
            ),
        ),
        None => report(
            Code::ExactDuplicate,
            Severity::Warning,
            "are copies of each other; a split by row will tear them apart".to_owned(),
            copies
                .iter()
                .filter(|rows| groups.is_none() || several_groups(rows))
                .cloned()
                .collect(),
            format!(
                "keep one row of each set, or give each set one group and split by group ({name})"
            ),
        ),
    }
    if let Some(target) = target {
        let conflict = |rows: &&Vec<usize>| {
            rows.first()
                .is_some_and(|&first| rows.iter().any(|&row| target.differ(first, row)))
        };
        report(
            Code::LabelConflict,
            Severity::Warning,
            "are copies with different targets".to_owned(),
            copies.iter().filter(conflict).cloned().collect(),
            "decide which target is right; if several are, this is a task of several labels per row".to_owned(),
        );
    }
    if groups.is_some() {
        report(
            Code::SharedContent,
            Severity::Warning,
            "of different groups share one content".to_owned(),
            copies
                .iter()
                .filter(|rows| several_groups(rows))
                .cloned()
                .collect(),
            "join the groups that share content into one, and split by that".to_owned(),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(found: &[Finding]) -> Vec<(Code, Severity)> {
        found
            .iter()
            .map(|finding| (finding.code, finding.severity))
            .collect()
    }

    #[test]
    fn copies_block_across_the_split_only() {
        let hashes = [Some(1), Some(2), Some(1), None, None];
        let contents = Contents {
            name: "text",
            hashes: &hashes,
            expected_pairs: 0.0,
        };
        let labels = [0, 1, 0, 1, 0];
        let target = Target::Classes(&labels);
        let torn = Folds::new(5, &[(vec![0, 1], vec![2, 3, 4])]);
        let found = exact_duplicates(&contents, Some(&target), None, Some(&torn));
        assert_eq!(codes(&found), [(Code::ExactDuplicate, Severity::Blocking)]);
        assert_eq!(
            found.first().map(|f| f.rows.clone()),
            Some(vec![vec![0, 2]])
        );
        let whole = Folds::new(5, &[(vec![0, 2], vec![1, 3, 4])]);
        assert!(exact_duplicates(&contents, Some(&target), None, Some(&whole)).is_empty());
        let warned = exact_duplicates(&contents, Some(&target), None, None);
        assert_eq!(codes(&warned), [(Code::ExactDuplicate, Severity::Warning)]);
    }

    #[test]
    fn copies_within_a_group_are_no_finding_and_across_groups_are() {
        let hashes = [Some(1), Some(1), Some(2)];
        let contents = Contents {
            name: "scan",
            hashes: &hashes,
            expected_pairs: 0.0,
        };
        assert!(exact_duplicates(&contents, None, Some(&[5, 5, 6]), None).is_empty());
        let found = exact_duplicates(&contents, None, Some(&[5, 6, 6]), None);
        let both = [
            (Code::ExactDuplicate, Severity::Warning),
            (Code::SharedContent, Severity::Warning),
        ];
        assert_eq!(codes(&found), both);
    }

    #[test]
    fn coincidences_are_no_finding() {
        let hashes: Vec<Option<u128>> = (0..20).map(|row| Some(row % 16)).collect();
        let contents = Contents {
            name: "table",
            hashes: &hashes,
            expected_pairs: 8.0,
        };
        assert!(exact_duplicates(&contents, None, None, None).is_empty());
    }
}
