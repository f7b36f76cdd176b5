//! Splitters of rows in time, with and without groups.

use midfuse_eval::rows::Span;
use midfuse_eval::split::{
    BlockedKFold, CombinatorialPurged, ExpandingWindow, Extent, PurgedKFold, RollingWindow,
    Splitter,
};
use midfuse_eval::structure::{GroupedTimed, Timed};

use super::case::Case;
use super::promise::{Sides, choose, folds};

/// The folds of both structures, checked for what holds of all splitters in time; `promise` checks
/// the rest.
fn both(
    case: &Case,
    by: &(impl Splitter<Timed> + Splitter<GroupedTimed>),
    promise: fn(&Case, &[Sides]),
) {
    if let Some(got) = folds(case, |order| case.timed(order), by) {
        case.check_classes(&got);
        case.check_spans(&got);
        promise(case, &got);
    }
    if let Some(got) = folds(case, |order| case.grouped_timed(order), by) {
        case.check_classes(&got);
        case.check_spans(&got);
        Case::check_groups(&case.groups, &got);
        promise(case, &got);
    }
}

/// Whether a span meets a window or starts within the embargo after it.
fn is_purged(span: Span, window: Span, embargo: i64) -> bool {
    let start = i128::from(span.start);
    let end = i128::from(window.end);
    span.meets(window) || (start > end && start <= end + i128::from(embargo))
}

pub(super) fn blocked_k_fold(case: &Case) {
    let by = BlockedKFold::new(case.k);
    if let Some(got) = folds(case, |order| case.timed(order), &by) {
        case.check_classes(&got);
        case.check_spans(&got);
        case.check_k_fold(&got);
        let sizes: Vec<usize> = got.iter().map(|fold| fold.test.len()).collect();
        let (n, k) = (case.len(), case.k);
        let expected: Vec<usize> = (0..k).map(|f| n / k + usize::from(f < n % k)).collect();
        assert_eq!(sizes, expected);
    }
    if let Some(got) = folds(case, |order| case.grouped_timed(order), &by) {
        Case::check_groups(&case.groups, &got);
        case.check_spans(&got);
    }
}

pub(super) fn purged_k_fold(case: &Case) {
    let by = PurgedKFold::new(case.k).with_embargo(case.embargo);
    both(case, &by, |case, got| {
        assert_eq!(got.len(), case.k);
        case.check_times_tested(1, got);
        for fold in got {
            let window = case.window(&fold.test);
            let purged = |&row: &usize| is_purged(case.spans[row], window, case.embargo);
            assert!(!fold.train.iter().any(purged), "a purged row trains");
            let shares = |&row: &usize| {
                fold.test
                    .iter()
                    .any(|&test| case.groups[test] == case.groups[row])
            };
            for row in &fold.dropped {
                assert!(
                    purged(row) || shares(row),
                    "row {row} is dropped without a reason"
                );
            }
        }
    });
}

pub(super) fn combinatorial_purged(case: &Case) {
    let by = CombinatorialPurged::new(case.k, case.p).with_embargo(case.embargo);
    both(case, &by, |case, got| {
        assert_eq!(got.len(), choose(case.k, case.p));
        case.check_times_tested(choose(case.k - 1, case.p - 1), got);
    });
}

/// Every train row ends before every test row starts, by more than a gap of time.
fn check_walk(case: &Case, folds_: &[Sides], n: usize) {
    assert_eq!(folds_.len(), n);
    let gap = match case.extents[2] {
        Extent::Time(gap) => i128::from(gap),
        Extent::Rows(_) => 0,
    };
    let mut tested = std::collections::BTreeSet::new();
    for fold in folds_ {
        let end = i128::from(case.window(&fold.train).end);
        let start = i128::from(case.window(&fold.test).start);
        assert!(end + gap < start, "train reaches into the gap");
        assert!(
            fold.test.iter().all(|&row| tested.insert(row)),
            "a row is tested twice"
        );
    }
}

pub(super) fn expanding_window(case: &Case) {
    let by = ExpandingWindow::new(case.p, case.extents[0]).with_gap(case.extents[2]);
    both(case, &by, |case, got| check_walk(case, got, case.p));
}

pub(super) fn rolling_window(case: &Case) {
    let [test, train, gap] = case.extents;
    let by = RollingWindow::new(case.p, train, test).with_gap(gap);
    both(case, &by, |case, got| {
        check_walk(case, got, case.p);
        if let Extent::Rows(most) = case.extents[1] {
            assert!(
                got.iter().all(|fold| fold.train.len() <= most),
                "the window is too long"
            );
        }
    });
}
