//! Splitters of grouped and crossed rows.

use std::collections::BTreeSet;

use midfuse_eval::split::{
    CrossedKFold, GroupKFold, GroupShuffleSplit, LeaveGroupsOut, StratifiedGroupKFold,
    StratifiedGroupShuffleSplit,
};

use super::case::Case;
use super::independent::share;
use super::promise::{Sides, choose, folds, spread};

fn distinct<'a>(codes: impl IntoIterator<Item = &'a usize>) -> usize {
    codes.into_iter().collect::<BTreeSet<_>>().len()
}

fn tested_groups(case: &Case, fold: &Sides) -> usize {
    distinct(fold.test.iter().map(|&row| &case.groups[row]))
}

pub(super) fn group_k_fold(case: &Case) {
    let by = GroupKFold::new(case.k, case.seed);
    let Some(got) = folds(case, |order| case.grouped(order), &by) else {
        return;
    };
    case.check_classes(&got);
    case.check_k_fold(&got);
    Case::check_groups(&case.groups, &got);
    let size = |group: usize| case.groups.iter().filter(|&&g| g == group).count();
    let largest = (0..12).map(size).max().unwrap_or(0);
    assert!(
        spread(got.iter().map(|fold| fold.test.len())) <= largest,
        "sizes"
    );
}

pub(super) fn stratified_group_k_fold(case: &Case) {
    let by = StratifiedGroupKFold::new(case.k, case.seed);
    let Some(got) = folds(case, |order| case.grouped(order), &by) else {
        return;
    };
    case.check_classes(&got);
    case.check_k_fold(&got);
    Case::check_groups(&case.groups, &got);
    let occurring = distinct(&case.classes);
    for fold in &got {
        let tested = case
            .class_counts(fold)
            .iter()
            .filter(|&&count| count > 0)
            .count();
        assert_eq!(tested, occurring, "a class is not tested");
    }
    let imbalance = by
        .imbalance(&case.grouped(&case.natural()).develop())
        .expect("it splits");
    assert_eq!(imbalance.counts.len(), got.len());
}

pub(super) fn group_shuffle_split(case: &Case) {
    let by = GroupShuffleSplit::new(case.p, case.fraction, case.seed);
    let Some(got) = folds(case, |order| case.grouped(order), &by) else {
        return;
    };
    case.check_classes(&got);
    Case::check_groups(&case.groups, &got);
    assert_eq!(got.len(), case.p);
    let n_test = share(distinct(&case.groups), case.fraction);
    assert!(
        got.iter().all(|fold| tested_groups(case, fold) == n_test),
        "number of groups"
    );
}

pub(super) fn stratified_group_shuffle_split(case: &Case) {
    let by = StratifiedGroupShuffleSplit::new(case.p, case.fraction, case.seed);
    let Some(got) = folds(case, |order| case.grouped(order), &by) else {
        return;
    };
    case.check_classes(&got);
    Case::check_groups(&case.groups, &got);
    assert_eq!(got.len(), case.p);
    let occurring = distinct(&case.classes);
    for fold in &got {
        let tested = case
            .class_counts(fold)
            .iter()
            .filter(|&&count| count > 0)
            .count();
        assert_eq!(tested, occurring, "a class is not tested");
    }
}

pub(super) fn leave_groups_out(case: &Case) {
    let by = LeaveGroupsOut::new(case.p);
    let Some(got) = folds(case, |order| case.grouped(order), &by) else {
        return;
    };
    case.check_classes(&got);
    Case::check_groups(&case.groups, &got);
    let n = distinct(&case.groups);
    assert_eq!(got.len(), choose(n, case.p));
    case.check_times_tested(choose(n - 1, case.p - 1), &got);
    assert!(got.iter().all(|fold| tested_groups(case, fold) == case.p));
}

pub(super) fn crossed_k_fold(case: &Case) {
    let by = CrossedKFold::new(case.k, case.seed);
    let Some(got) = folds(case, |order| case.crossed(order), &by) else {
        return;
    };
    case.check_classes(&got);
    assert_eq!(got.len(), case.k * case.k);
    case.check_times_tested(1, &got);
    for axis in [&case.groups, &case.others] {
        Case::check_groups(axis, &got);
    }
}
