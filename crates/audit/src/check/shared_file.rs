//! One file named by several rows.

use std::collections::BTreeMap;

use super::finding::{Code, Finding, Severity};
use super::folds::Folds;
use super::target::Target;
use crate::content::Content;
use crate::detector::Detector;
use crate::evidence::Evidence;

/// Files that several rows name.
pub(crate) const DETECTOR: Detector = |evidence| evidence.of_contents(of_content);

fn of_content(evidence: &Evidence<'_>, content: &Content) -> Vec<Finding> {
    let Some(files) = &content.files else {
        return Vec::new();
    };
    let found = shared_files(
        &content.name,
        files,
        evidence.target().as_ref(),
        evidence.groups(),
        evidence.folds(),
    );
    found.into_iter().collect()
}

/// Finds files that several rows name, such as a slide under many spots or a scan under two patients:
/// [`Code::SharedFile`].
///
/// `files` are codes, `[N]`: equal codes for one file, `None` where a row names none. Blocking where
/// the rows of a file are on both sides of a fold; a warning where they are of different groups or,
/// without folds and groups, at all. Rows of one group that a split keeps together are not a finding.
pub fn shared_files(
    name: &str,
    files: &[Option<usize>],
    target: Option<&Target<'_>>,
    groups: Option<&[usize]>,
    folds: Option<&Folds>,
) -> Option<Finding> {
    let mut by_file: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (row, file) in files.iter().enumerate() {
        if let Some(file) = file {
            by_file.entry(*file).or_default().push(row);
        }
    }
    let mut shared: Vec<Vec<usize>> = by_file
        .into_values()
        .filter(|rows| rows.len() > 1)
        .collect();
    shared.sort_unstable();
    let several_groups = |rows: &Vec<usize>| {
        let group = |row: &usize| groups.and_then(|groups| groups.get(*row));
        let first = rows.first().and_then(group);
        rows.iter().any(|row| group(row) != first)
    };
    let torn: Vec<Vec<usize>> = match folds {
        Some(folds) => shared
            .iter()
            .filter(|rows| folds.straddle(rows))
            .cloned()
            .collect(),
        None => Vec::new(),
    };
    let blocking = !torn.is_empty();
    let rows = if blocking {
        torn
    } else {
        let kept = |rows: &Vec<usize>| match groups {
            Some(_) => several_groups(rows),
            None => folds.is_none(),
        };
        shared.into_iter().filter(kept).collect()
    };
    if rows.is_empty() {
        return None;
    }
    let involved: usize = rows.iter().map(Vec::len).sum();
    let place = if blocking {
        ", on both sides of the split"
    } else if groups.is_some() {
        ", of different groups"
    } else {
        ""
    };
    let conflicts = target.map_or(0, |target| {
        let differ = |rows: &&Vec<usize>| {
            let first = rows.first().copied().unwrap_or(0);
            rows.iter().any(|&row| target.differ(first, row))
        };
        rows.iter().filter(differ).count()
    });
    let targets = if conflicts > 0 {
        format!("; {conflicts} of the files have rows with different targets")
    } else {
        String::new()
    };
    Some(Finding {
        code: Code::SharedFile,
        severity: if blocking {
            Severity::Blocking
        } else {
            Severity::Warning
        },
        subject: name.to_owned(),
        what: format!(
            "{involved} rows name {} files that they share{place}{targets}",
            rows.len()
        ),
        strength: involved as f64 / files.len().max(1) as f64,
        measure: "share of all rows".to_owned(),
        p: None,
        rows,
        mend: format!(
            "give the rows of one file one group ({name}, or what it was taken from), and split by group"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slide_under_two_spots() {
        let files = [Some(0), Some(0), Some(1), None, None];
        let found = |groups: Option<&[usize]>, folds: Option<&Folds>| {
            shared_files(
                "slide",
                &files,
                Some(&Target::Classes(&[0, 1, 0, 0, 0])),
                groups,
                folds,
            )
            .map(|found| (found.severity, found.rows))
        };
        let rows = vec![vec![0, 1]];
        let torn = Folds::new(5, &[(vec![0, 3], vec![1, 2])]);
        let whole = Folds::new(5, &[(vec![0, 1], vec![2, 3])]);
        assert_eq!(found(None, None), Some((Severity::Warning, rows.clone())));
        assert_eq!(
            found(None, Some(&torn)),
            Some((Severity::Blocking, rows.clone()))
        );
        assert_eq!(found(None, Some(&whole)), None);
        let (one, two): (&[usize], &[usize]) = (&[7, 7, 8, 8, 8], &[7, 6, 8, 8, 8]);
        assert_eq!(found(Some(one), Some(&whole)), None);
        assert_eq!(found(Some(one), None), None);
        assert_eq!(
            found(Some(two), Some(&whole)),
            Some((Severity::Warning, rows))
        );
    }
}
