//! Splitters of rows in time.

use std::collections::BTreeSet;

use midfuse_eval::rows::Data;
use midfuse_eval::split::{
    BlockedKFold, CombinatorialPurged, ExpandingWindow, Extent, PurgedKFold, RollingWindow,
    SplitError,
};
use proptest::prelude::*;

use super::cases::{Ids, check_sides, folds, id, names, row, spanned, times_tested};

fn rows_of(ids: &BTreeSet<String>) -> Vec<usize> {
    let mut rows: Vec<usize> = ids.iter().map(|id| row(id)).collect();
    rows.sort_unstable();
    rows
}

fn trains(folds: &[Ids]) -> Vec<Vec<usize>> {
    folds.iter().map(|fold| rows_of(&fold.train)).collect()
}

fn meets(a: (i64, i64), b: (i64, i64)) -> bool {
    a.0 <= b.1 && b.0 <= a.1
}

fn some_spans() -> impl Strategy<Value = Vec<(i64, i64)>> {
    let span = (-500_i64..500, 0_i64..40).prop_map(|(start, length)| (start, start + length));
    prop::collection::vec(span, 8..80)
}

proptest! {
    /// Open-Quant/openquant issue 65 and mlfinlab issue 295: train labels that reach into the test.
    #[test]
    fn openquant_65_no_train_span_meets_a_test_span(
        spans in some_spans(), k in 2_usize..6, embargo in 0_i64..30,
    ) {
        let dev = Data::timed(spanned(&spans)).unwrap().develop();
        let by = PurgedKFold::new(k).with_embargo(embargo);
        let Ok(got) = folds(&dev, &by) else { return Ok(()) };
        check_sides(&(0..spans.len()).map(id).collect(), &got);
        let times = times_tested(&got);
        prop_assert!(times.len() == spans.len() && times.values().all(|&n| n == 1));
        for fold in &got {
            let test: Vec<(i64, i64)> = rows_of(&fold.test).iter().map(|&row| spans[row]).collect();
            let start = test.iter().map(|span| span.0).min().unwrap();
            let end = test.iter().map(|span| span.1).max().unwrap();
            for span in rows_of(&fold.train).iter().map(|&row| spans[row]) {
                prop_assert!(test.iter().all(|&other| !meets(span, other)));
                prop_assert!(span.1 < start || span.0 > end + embargo);
            }
            // Nothing is dropped without a reason.
            for span in rows_of(&fold.dropped).iter().map(|&row| spans[row]) {
                prop_assert!(meets(span, (start, end)) || (span.0 > end && span.0 <= end + embargo));
            }
        }
    }

    #[test]
    fn combinatorial_purged_tests_every_row_equally_often(
        spans in some_spans(), k in 2_usize..6, p in 1_usize..5,
    ) {
        prop_assume!(p < k);
        let dev = Data::timed(spanned(&spans)).unwrap().develop();
        let Ok(got) = folds(&dev, &CombinatorialPurged::new(k, p)) else { return Ok(()) };
        check_sides(&(0..spans.len()).map(id).collect(), &got);
        let choose = |n: usize, k: usize| (0..k).fold(1, |c, i| c * (n - i) / (i + 1));
        prop_assert_eq!(got.len(), choose(k, p));
        let times = times_tested(&got);
        prop_assert_eq!(times.len(), spans.len());
        prop_assert!(times.values().all(|&n| n == choose(k - 1, p - 1)));
        for fold in &got {
            for &train in &rows_of(&fold.train) {
                let clear = rows_of(&fold.test).iter().all(|&test| !meets(spans[train], spans[test]));
                prop_assert!(clear);
            }
        }
    }

    #[test]
    fn windows_train_on_the_past_only(
        spans in some_spans(), n in 1_usize..4, test in 1_usize..6, gap in 0_i64..20, time: bool,
    ) {
        let dev = Data::timed(spanned(&spans)).unwrap().develop();
        let test = if time { Extent::Time(test as i64 * 20) } else { Extent::Rows(test) };
        let expanding = ExpandingWindow::new(n, test).with_gap(Extent::Time(gap));
        let rolling = RollingWindow::new(n, Extent::Time(100), test).with_gap(Extent::Time(gap));
        for got in [folds(&dev, &expanding), folds(&dev, &rolling)].into_iter().flatten() {
            check_sides(&(0..spans.len()).map(id).collect(), &got);
            prop_assert_eq!(got.len(), n);
            prop_assert!(times_tested(&got).values().all(|&times| times == 1));
            for fold in &got {
                let end = rows_of(&fold.train).iter().map(|&row| spans[row].1).max().unwrap();
                let start = rows_of(&fold.test).iter().map(|&row| spans[row].0).min().unwrap();
                prop_assert!(end + gap < start);
            }
        }
    }

    #[test]
    fn groups_in_time_are_on_one_side(
        spans in some_spans(), k in 2_usize..5, seed in prop::collection::vec(0_usize..20, 80),
    ) {
        let groups = &seed[..spans.len()];
        let rows = spanned(&spans).with_groups("patient", &names(groups)).unwrap();
        let dev = Data::grouped_timed(rows).unwrap().develop();
        let Ok(got) = folds(&dev, &PurgedKFold::new(k)) else { return Ok(()) };
        for fold in &got {
            let of = |ids: &BTreeSet<String>| rows_of(ids).iter().map(|&r| groups[r]).collect::<BTreeSet<_>>();
            prop_assert!(of(&fold.train).is_disjoint(&of(&fold.test)));
        }
    }
}

fn moments(n: i64) -> Vec<(i64, i64)> {
    (0..n).map(|t| (t, t)).collect()
}

/// `TimeSeriesSplit(3, gap=1, test_size=2)` on ten rows.
#[test]
fn expanding_window_as_in_scikit_learn() {
    let dev = Data::timed(spanned(&moments(10))).unwrap().develop();
    let by = ExpandingWindow::new(3, Extent::Rows(2)).with_gap(Extent::Rows(1));
    let got = folds(&dev, &by).unwrap();
    assert_eq!(
        trains(&got),
        [
            (0..3).collect::<Vec<_>>(),
            (0..5).collect(),
            (0..7).collect()
        ]
    );
    let tests: Vec<_> = got.iter().map(|fold| rows_of(&fold.test)).collect();
    assert_eq!(tests, [[4, 5], [6, 7], [8, 9]]);
}

#[test]
fn rolling_window_forgets() {
    let dev = Data::timed(spanned(&moments(10))).unwrap().develop();
    let by = RollingWindow::new(2, Extent::Rows(3), Extent::Time(2));
    assert_eq!(trains(&folds(&dev, &by).unwrap()), [[3, 4, 5], [5, 6, 7]]);
}

/// skfolio's documentation: 12 rows, 3 blocks, 2 tested, one row purged on either side.
#[test]
fn combinatorial_purged_as_in_skfolio() {
    let spans: Vec<(i64, i64)> = (0..12).map(|t| (t, t + 1)).collect();
    let dev = Data::timed(spanned(&spans)).unwrap().develop();
    let mut got = trains(&folds(&dev, &CombinatorialPurged::new(3, 2)).unwrap());
    got.sort();
    assert_eq!(got, [vec![0, 1, 2], vec![5, 6], vec![9, 10, 11]]);

    let dev = Data::timed(spanned(&moments(12))).unwrap().develop();
    let by = CombinatorialPurged::new(3, 2).with_embargo(1);
    let mut got = trains(&folds(&dev, &by).unwrap());
    got.sort();
    assert_eq!(got, [vec![0, 1, 2, 3], vec![5, 6, 7], vec![9, 10, 11]]);
}

/// skfolio before pull request 218: with 11 rows and 4 blocks, row 10 was in no test block.
#[test]
fn skfolio_218_the_remainder_is_tested() {
    for (n, k) in [(11, 4), (19, 10)] {
        let dev = Data::timed(spanned(&moments(n))).unwrap().develop();
        let got = folds(&dev, &CombinatorialPurged::new(k, 2)).unwrap();
        let times = times_tested(&got);
        assert_eq!(times.len(), usize::try_from(n).unwrap());
        assert!(times.values().all(|&times| times == k - 1));
    }
}

/// Vibe-Trading pull request 1204: test blocks that are not neighbours purged what lies between.
#[test]
fn vibe_trading_1204_the_time_between_test_blocks_trains() {
    let dev = Data::timed(spanned(&moments(9))).unwrap().develop();
    let got = trains(&folds(&dev, &CombinatorialPurged::new(3, 2)).unwrap());
    assert!(got.contains(&vec![3, 4, 5]));
}

#[test]
fn blocks_refuse_spans_over_a_border() {
    let dev = Data::timed(spanned(&moments(9))).unwrap().develop();
    let got = trains(&folds(&dev, &BlockedKFold::new(3)).unwrap());
    assert_eq!(
        got,
        [
            vec![3, 4, 5, 6, 7, 8],
            vec![0, 1, 2, 6, 7, 8],
            vec![0, 1, 2, 3, 4, 5]
        ]
    );
    let spans: Vec<(i64, i64)> = (0..9).map(|t| (t, t + 1)).collect();
    let dev = Data::timed(spanned(&spans)).unwrap().develop();
    let error = folds(&dev, &BlockedKFold::new(3)).unwrap_err();
    assert!(matches!(error, SplitError::OverlappingSpan { .. }));
}

#[test]
fn options_out_of_range_are_named() {
    let dev = Data::timed(spanned(&moments(9))).unwrap().develop();
    let message = |error: SplitError| error.to_string();
    let negative = folds(&dev, &PurgedKFold::new(3).with_embargo(-1)).unwrap_err();
    assert_eq!(
        message(negative),
        "PurgedKFold.embargo: expected at least 0, got -1"
    );
    let all = folds(&dev, &CombinatorialPurged::new(3, 3)).unwrap_err();
    assert_eq!(
        message(all),
        "CombinatorialPurged.p: expected 1 to k - 1 blocks, got 3"
    );
    assert!(folds(&dev, &ExpandingWindow::new(5, Extent::Rows(2))).is_err());
    assert!(folds(&dev, &ExpandingWindow::new(1, Extent::Rows(usize::MAX))).is_err());
    assert!(folds(&dev, &ExpandingWindow::new(2, Extent::Time(i64::MAX))).is_err());
    assert!(folds(&dev, &ExpandingWindow::new(0, Extent::Rows(2))).is_err());
}

#[test]
fn times_at_the_end_of_the_scale() {
    let spans: Vec<(i64, i64)> = (0..9).map(|t| (i64::MAX - 10 + t, i64::MAX)).collect();
    let dev = Data::timed(spanned(&spans)).unwrap().develop();
    assert!(folds(&dev, &PurgedKFold::new(3).with_embargo(i64::MAX)).is_err());
    assert!(folds(&dev, &ExpandingWindow::new(2, Extent::Time(i64::MAX))).is_err());
    assert!(
        folds(
            &dev,
            &RollingWindow::new(1, Extent::Time(i64::MAX), Extent::Rows(1))
        )
        .is_err()
    );
}
