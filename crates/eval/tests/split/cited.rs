//! Known failures of other splitters, one test each, named after where they were reported.

use std::collections::BTreeSet;

use midfuse_base::Seed;
use midfuse_eval::rows::Data;
use midfuse_eval::split::{
    Bootstrap, CombinatorialPurged, ExpandingWindow, Extent, GroupKFold, KFold, PurgedKFold,
    StratifiedGroupKFold, StratifiedKFold,
};
use proptest::prelude::*;

use super::cases::{
    Ids, check_k_fold, class_counts, classified, folds, names, numbered, row, spanned, spread,
};

fn numbers(ids: &BTreeSet<String>) -> Vec<usize> {
    let mut rows: Vec<usize> = ids.iter().map(|id| row(id)).collect();
    rows.sort_unstable();
    rows
}

fn trains(folds: &[Ids]) -> Vec<Vec<usize>> {
    folds.iter().map(|fold| numbers(&fold.train)).collect()
}

/// Labels that start every step and last `length` steps.
fn labels(n: i64, length: i64) -> Vec<(i64, i64)> {
    (0..n).map(|t| (t, t + length)).collect()
}

/// scikit-learn issue 24656: six groups of five rows, four with three positives and two with two;
/// with some seeds of `StratifiedGroupKFold(2, shuffle=True)` the halves have 9 and 7 positives.
#[test]
fn sklearn_24656_every_seed_finds_the_even_halves() {
    let groups: Vec<usize> = (0..30).map(|row| row / 5).collect();
    let positives = [3, 3, 3, 3, 2, 2];
    let classes: Vec<usize> = (0..30)
        .map(|row| usize::from(row % 5 < positives[row / 5]))
        .collect();
    let rows = classified(&classes, 2)
        .with_groups("patient", &names(&groups))
        .unwrap();
    let dev = Data::grouped(rows).unwrap().develop();
    for seed in 0..50 {
        let got = folds(&dev, &StratifiedGroupKFold::new(2, Seed(seed))).unwrap();
        for fold in &got {
            assert_eq!(class_counts(&fold.test, &classes, 2), [7, 8], "seed {seed}");
        }
    }
}

/// scikit-learn issue 33085: degenerate folds where one group holds most of the rows.
#[test]
fn sklearn_33085_a_giant_group_leaves_no_fold_empty() {
    let mut groups = vec![0; 200];
    groups.extend((1..13).flat_map(|group| [group; 2]));
    let classes: Vec<usize> = (0..groups.len()).map(|row| row % 2).collect();
    let rows = classified(&classes, 2)
        .with_groups("patient", &names(&groups))
        .unwrap();
    let dev = Data::grouped(rows).unwrap().develop();
    for seed in 0..20 {
        let got = folds(&dev, &StratifiedGroupKFold::new(5, Seed(seed))).unwrap();
        check_k_fold(groups.len(), 5, &got);
        for fold in &got {
            assert!(class_counts(&fold.test, &classes, 2).iter().all(|&n| n > 0));
        }
        // Twelve small groups in the four folds beside the giant: three each.
        let sizes = got.iter().map(|fold| fold.test.len()).filter(|&n| n < 200);
        assert_eq!(sizes.collect::<Vec<_>>(), [6; 4]);
    }
}

/// scikit-learn issue 15783: every class gives its remainder to the first folds.
#[test]
fn sklearn_15783_remainders_of_the_classes_are_spread() {
    // 12 classes of 4 rows in 3 folds: 2, 1, 1 rows each; in all, 16 rows a fold and not 24.
    let classes: Vec<usize> = (0..48).map(|row| row / 4).collect();
    let dev = Data::iid(classified(&classes, 12)).unwrap().develop();
    let got = folds(&dev, &StratifiedKFold::new(3, Seed(0))).unwrap();
    for fold in &got {
        assert_eq!(fold.test.len(), 16);
        assert!(spread(class_counts(&fold.test, &classes, 12)) <= 1);
    }
}

/// The allocation of scikit-learn for seven rows of one class and five of another in three folds:
/// 3 + 1, 2 + 2 and 2 + 2 rows.
#[test]
fn sklearn_stratified_k_fold_allocates_the_same() {
    let classes = [vec![0; 7], vec![1; 5]].concat();
    let dev = Data::iid(classified(&classes, 2)).unwrap().develop();
    let got = folds(&dev, &StratifiedKFold::new(3, Seed(0))).unwrap();
    let mut counts: Vec<_> = got
        .iter()
        .map(|fold| class_counts(&fold.test, &classes, 2))
        .collect();
    counts.sort();
    assert_eq!(counts, [[2, 2], [2, 2], [3, 1]]);
}

/// scikit-learn's `TimeSeriesSplit` counts rows: with two rows a day it trains on the morning of the
/// day that it tests, and on the future where rows are not sorted.
#[test]
fn sklearn_time_series_split_a_day_is_not_cut() {
    let days: Vec<(i64, i64)> = (0..12)
        .map(|row| ((11 - row) / 2, (11 - row) / 2))
        .collect();
    let dev = Data::timed(spanned(&days)).unwrap().develop();
    let got = folds(&dev, &ExpandingWindow::new(3, Extent::Rows(3))).unwrap();
    for fold in &got {
        let last = fold.train.iter().map(|id| days[row(id)].0).max().unwrap();
        let first = fold.test.iter().map(|id| days[row(id)].0).min().unwrap();
        assert!(last < first, "trains on day {last}, tests day {first}");
    }
}

/// rsample's `nested_cv` evaluates the inner call on the bare rows, so it forgets the outer groups;
/// mlr3 declares them on the task, as here.
#[test]
fn rsample_nested_cv_inherits_the_groups() {
    let groups: Vec<usize> = (0..48).map(|row| row / 4).collect();
    let classes: Vec<usize> = groups.iter().map(|group| group % 2).collect();
    let rows = classified(&classes, 2)
        .with_groups("patient", &names(&groups))
        .unwrap();
    let dev = Data::grouped(rows).unwrap().develop();
    let inner = dev.cross_validate(&StratifiedGroupKFold::new(3, Seed(1)), |fold| {
        fold.train
            .cross_validate(&GroupKFold::new(2, Seed(2)), |inner| {
                let of = |ids: &mut dyn Iterator<Item = &str>| {
                    ids.map(|id| groups[row(id)]).collect::<BTreeSet<_>>()
                };
                of(&mut inner.train.ids()).is_disjoint(&of(&mut inner.valid.ids()))
            })
    });
    for folds in inner.unwrap() {
        assert_eq!(folds.unwrap(), [true, true]);
    }
}

/// rsample pull request 488: a bootstrap within a bootstrap assesses copies of what it trains on.
#[test]
fn rsample_488_a_bootstrap_in_a_bootstrap_shares_no_row() {
    let dev = Data::iid(numbered(30)).unwrap().develop();
    let outer = dev.cross_validate(&Bootstrap::new(4, Seed(0)), |fold| {
        let outside: BTreeSet<String> = fold.test.ids().map(String::from).collect();
        fold.train
            .cross_validate(&Bootstrap::new(4, Seed(1)), |inner| {
                let fitted: BTreeSet<&str> = inner.train.ids().collect();
                inner
                    .valid
                    .ids()
                    .all(|id| !fitted.contains(id) && !outside.contains(id))
            })
    });
    for samples in outer.unwrap() {
        assert_eq!(samples.unwrap(), [true; 4]);
    }
}

/// linfa zips `k` chunks of `n / k` rows, for every remainder.
#[test]
fn linfa_every_row_is_validated_for_every_remainder() {
    for n in 12..24 {
        let dev = Data::iid(numbered(n)).unwrap().develop();
        check_k_fold(n, 6, &folds(&dev, &KFold::new(6, Seed(0))).unwrap());
    }
}

/// mlfinlab issue 295: ten labels of two days in two folds; training labels ended within the test.
#[test]
fn mlfinlab_295_labels_that_end_in_the_test_are_purged() {
    let dev = Data::timed(spanned(&labels(10, 2))).unwrap().develop();
    let got = folds(&dev, &PurgedKFold::new(2)).unwrap();
    // Rows 0 to 4 cover days 0 to 6, rows 5 to 9 days 5 to 11.
    assert_eq!(trains(&got), [vec![7, 8, 9], vec![0, 1, 2]]);
}

/// Open-Quant/openquant issue 65: the window began at the **end** of the first test label. With
/// labels of three days and a test from row 3 on, rows 0 to 2 all reach into it.
#[test]
fn openquant_65_the_window_begins_at_the_first_start() {
    let dev = Data::timed(spanned(&labels(12, 3))).unwrap().develop();
    let got = folds(&dev, &PurgedKFold::new(4)).unwrap();
    assert_eq!(
        trains(&got),
        [
            vec![6, 7, 8, 9, 10, 11],
            vec![9, 10, 11],
            vec![0, 1, 2],
            vec![0, 1, 2, 3, 4, 5]
        ]
    );
}

/// The same issue: it ended at the end of the **last** test label, where an earlier one lasts longer.
#[test]
fn openquant_65_the_window_ends_at_the_last_end() {
    let mut spans = labels(9, 0);
    spans[3] = (3, 7);
    let dev = Data::timed(spanned(&spans)).unwrap().develop();
    let got = folds(&dev, &PurgedKFold::new(3)).unwrap();
    // Block 1 is rows 3 to 5 and covers moments 3 to 7.
    assert_eq!(trains(&got)[1], [0, 1, 2, 8]);
}

/// timeseriescv pull request 8: the embargo after one test block ran from the end of the last one.
#[test]
fn timeseriescv_8_each_block_has_its_own_embargo() {
    let dev = Data::timed(spanned(&labels(20, 0))).unwrap().develop();
    let by = CombinatorialPurged::new(5, 2).with_embargo(1);
    let got = trains(&folds(&dev, &by).unwrap());
    // Blocks 0 (rows 0 to 3) and 3 (rows 12 to 15): row 4 and row 16 are under embargo.
    assert!(
        got.contains(&vec![5, 6, 7, 8, 9, 10, 11, 17, 18, 19]),
        "{got:?}"
    );
}

/// Vibe-Trading pull request 1204: of 12 rows with labels of one step, testing rows 2 and 9 purged 8.
#[test]
fn vibe_trading_1204_only_the_neighbours_are_purged() {
    let dev = Data::timed(spanned(&labels(12, 1))).unwrap().develop();
    let got = trains(&folds(&dev, &CombinatorialPurged::new(12, 2)).unwrap());
    assert!(got.contains(&vec![0, 4, 5, 6, 7, 11]), "{got:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// mlr3resampling's port compares floating-point spreads within 1e-3 and in the order of the
    /// groups: here the objective is integers, so equal groups are equal and names do not matter.
    #[test]
    fn mlr3resampling_groups_of_one_weight_are_interchangeable(seed: u64, k in 2_usize..6) {
        let groups: Vec<usize> = (0..120).map(|row| row / 4).collect();
        let classes: Vec<usize> = groups.iter().map(|group| usize::from(group % 3 == 0)).collect();
        let rows = classified(&classes, 2).with_groups("patient", &names(&groups)).unwrap();
        let dev = Data::grouped(rows).unwrap().develop();
        let got = folds(&dev, &StratifiedGroupKFold::new(k, Seed(seed))).unwrap();
        for class in 0..2 {
            let counts = got.iter().map(|fold| class_counts(&fold.test, &classes, 2)[class]);
            prop_assert!(spread(counts) <= 4, "class {class}");
        }
        prop_assert!(spread(got.iter().map(|fold| fold.test.len())) <= 4);
    }
}
