//! Groups with rows in train and in test.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Code, Finding, Severity};
use super::folds::Folds;
use crate::detector::Detector;

/// Groups on both sides, axis by axis, and over all axes where these hold the same things.
pub(crate) const DETECTOR: Detector = |evidence| match evidence.folds() {
    Some(folds) => groups_torn(&evidence.axes, folds),
    None => Vec::new(),
};

fn groups_torn(axes: &[(String, Vec<usize>)], folds: &Folds) -> Vec<Finding> {
    let mut findings: Vec<Finding> = axes
        .iter()
        .filter_map(|(name, codes)| groups_on_both_sides(name, codes, folds))
        .collect();
    let shared = axes.iter().enumerate().any(|(k, (_, one))| {
        let one: BTreeSet<&usize> = one.iter().collect();
        axes.iter()
            .skip(k + 1)
            .any(|(_, other)| other.iter().any(|code| one.contains(code)))
    });
    if shared {
        let names: Vec<&str> = axes.iter().map(|(name, _)| name.as_str()).collect();
        let columns: Vec<&[usize]> = axes.iter().map(|(_, codes)| codes.as_slice()).collect();
        findings.extend(joined_groups_on_both_sides(
            &names.join(", "),
            &columns,
            folds,
        ));
    }
    findings
}

/// Finds the groups of one axis (patient, speaker, protein) that have rows on both sides of a fold:
/// [`Code::GroupOnBothSides`], blocking.
pub fn groups_on_both_sides(axis: &str, groups: &[usize], folds: &Folds) -> Option<Finding> {
    shared(axis, &[groups], folds)
}

/// The same for rows that belong to several groups at once, such as pairs of proteins: an entity in
/// one column of a training row and in another column of a test row counts as well. Equal numbers
/// mean the same entity in every column.
pub fn joined_groups_on_both_sides(
    name: &str,
    columns: &[&[usize]],
    folds: &Folds,
) -> Option<Finding> {
    shared(name, columns, folds)
}

fn shared(axis: &str, columns: &[&[usize]], folds: &Folds) -> Option<Finding> {
    let entities = |row: usize| {
        columns
            .iter()
            .filter_map(move |column| column.get(row).copied())
    };
    let mut torn: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let (mut touched, mut scored) = (0, 0);
    for (train, test) in folds.iter() {
        let mut fitted: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &row in &train {
            for entity in entities(row) {
                fitted.entry(entity).or_default().push(row);
            }
        }
        scored += test.len();
        for row in test {
            let mut any = false;
            for entity in entities(row) {
                if let Some(rows) = fitted.get(&entity) {
                    any = true;
                    let torn = torn.entry(entity).or_default();
                    if torn.insert(row) {
                        torn.extend(rows);
                    }
                }
            }
            touched += usize::from(any);
        }
    }
    if touched == 0 {
        return None;
    }
    let share = touched as f64 / scored.max(1) as f64;
    Some(Finding {
        code: Code::GroupOnBothSides,
        severity: Severity::Blocking,
        subject: axis.to_owned(),
        what: format!(
            "{} groups have rows on both sides of the split: {:.1} % of the test rows share theirs with training rows",
            torn.len(),
            100.0 * share
        ),
        rows: torn
            .into_values()
            .map(|rows| rows.into_iter().collect())
            .collect(),
        measure: "share of test rows".to_owned(),
        strength: share,
        p: None,
        mend: if columns.len() > 1 {
            format!(
                "split so that test rows share no value of {axis} with training rows (crossed folds)"
            )
        } else {
            format!("split by group, with `{axis}` as the group column")
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patient_on_both_sides_is_found() {
        let folds = Folds::new(4, &[(vec![0, 1], vec![2, 3])]);
        let found = groups_on_both_sides("patient", &[0, 1, 1, 2], &folds).unwrap();
        assert_eq!((found.strength, found.rows), (0.5, vec![vec![1, 2]]));
        assert_eq!(groups_on_both_sides("patient", &[0, 0, 1, 1], &folds), None);
    }

    #[test]
    fn an_entity_may_change_its_column() {
        let folds = Folds::new(2, &[(vec![0], vec![1])]);
        let (a, b): (&[usize], &[usize]) = (&[0, 2], &[1, 0]);
        assert_eq!(groups_on_both_sides("a", a, &folds), None);
        assert!(joined_groups_on_both_sides("a, b", &[a, b], &folds).is_some());
    }
}
