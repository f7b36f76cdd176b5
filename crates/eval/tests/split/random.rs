//! Random divisions and bootstrap samples.

use std::collections::BTreeSet;

use midfuse_base::Seed;
use midfuse_eval::job::{Job, JobError, Recipe};
use midfuse_eval::rows::Data;
use midfuse_eval::split::{
    AnySplitter, Bootstrap, GroupShuffleSplit, KFold, LeaveGroupsOut, ShuffleSplit, SplitError,
    StratifiedGroupShuffleSplit, StratifiedKFold, StratifiedShuffleSplit,
};
use midfuse_wire::ContentHash;
use proptest::prelude::*;

use super::cases::{
    Ids, check_sides, class_counts, classified, folds, id, names, numbered, row, times_tested,
};

fn groups_of(ids: &BTreeSet<String>, groups: &[usize]) -> BTreeSet<usize> {
    ids.iter().map(|id| groups[row(id)]).collect()
}

fn all(n: usize) -> BTreeSet<String> {
    (0..n).map(id).collect()
}

proptest! {
    #[test]
    fn shuffle_split_tests_its_share(n in 2_usize..120, f in 0.02_f64..0.98, seed: u64) {
        let dev = Data::iid(numbered(n)).unwrap().develop();
        let got = folds(&dev, &ShuffleSplit::new(4, f, Seed(seed)));
        let n_test = (f * n as f64 - 1e-9).ceil() as usize;
        if n_test == n {
            let is_empty = matches!(got, Err(SplitError::EmptySide { .. }));
            prop_assert!(is_empty);
            return Ok(());
        }
        let got = got.unwrap();
        check_sides(&all(n), &got);
        prop_assert!(got.iter().all(|fold| fold.test.len() == n_test && fold.dropped.is_empty()));
        prop_assert_eq!(got.len(), 4);
    }

    #[test]
    fn stratified_shuffle_split_keeps_shares(
        classes in prop::collection::vec(0_usize..4, 10..120), f in 0.1_f64..0.9, seed: u64,
    ) {
        let dev = Data::iid(classified(&classes, 4)).unwrap().develop();
        let got = match folds(&dev, &StratifiedShuffleSplit::new(3, f, Seed(seed))) {
            Ok(got) => got,
            Err(error) => {
                let is_infeasible = matches!(error, SplitError::Infeasible { .. });
                prop_assert!(is_infeasible, "{error}");
                return Ok(());
            }
        };
        check_sides(&all(classes.len()), &got);
        let sizes = class_counts(&all(classes.len()), &classes, 4);
        let n_test = (f * classes.len() as f64 - 1e-9).ceil();
        for fold in &got {
            prop_assert_eq!(fold.test.len(), n_test as usize);
            let counts = class_counts(&fold.test, &classes, 4);
            for class in 0..4 {
                let ideal = sizes[class] as f64 * n_test / classes.len() as f64;
                prop_assert!((counts[class] as f64 - ideal).abs() < 1.0);
                prop_assert!(sizes[class] == 0 || (1..sizes[class]).contains(&counts[class]));
            }
        }
    }

    #[test]
    fn group_divisions_keep_groups_together(
        rows in prop::collection::vec((0_usize..20, 0_usize..2), 20..120),
        f in 0.1_f64..0.7, seed: u64,
    ) {
        let groups: Vec<usize> = rows.iter().map(|row| row.0).collect();
        let classes: Vec<usize> = rows.iter().map(|row| row.1).collect();
        let n_groups = groups.iter().collect::<BTreeSet<_>>().len();
        let declared = classified(&classes, 2).with_groups("patient", &names(&groups)).unwrap();
        let dev = Data::grouped(declared).unwrap().develop();
        let plain = folds(&dev, &GroupShuffleSplit::new(3, f, Seed(seed)));
        let stratified = folds(&dev, &StratifiedGroupShuffleSplit::new(3, f, Seed(seed)));
        for got in plain.iter().chain(&stratified) {
            check_sides(&all(groups.len()), got);
            for fold in got {
                let (train, test) = (groups_of(&fold.train, &groups), groups_of(&fold.test, &groups));
                prop_assert!(train.is_disjoint(&test));
            }
        }
        if let Ok(got) = &plain {
            let n_test = (f * n_groups as f64 - 1e-9).ceil() as usize;
            prop_assert!(got.iter().all(|fold| groups_of(&fold.test, &groups).len() == n_test));
        }
        for fold in stratified.iter().flatten() {
            for side in [&fold.train, &fold.test] {
                prop_assert!(class_counts(side, &classes, 2).iter().all(|&count| count > 0));
            }
        }
    }

    #[test]
    fn every_choice_of_groups_is_tested(
        groups in prop::collection::vec(0_usize..6, 10..60), p in 1_usize..4,
    ) {
        let n_groups = groups.iter().collect::<BTreeSet<_>>().len();
        let declared = numbered(groups.len()).with_groups("site", &names(&groups)).unwrap();
        let dev = Data::grouped(declared).unwrap().develop();
        let got = folds(&dev, &LeaveGroupsOut::new(p));
        if n_groups <= p {
            let is_too_few = matches!(got, Err(SplitError::TooFewGroups { .. }));
            prop_assert!(is_too_few);
            return Ok(());
        }
        let got = got.unwrap();
        check_sides(&all(groups.len()), &got);
        let choose = |n: usize, k: usize| (0..k).fold(1, |c, i| c * (n - i) / (i + 1));
        prop_assert_eq!(got.len(), choose(n_groups, p));
        let times = times_tested(&got);
        prop_assert!(times.values().all(|&times| times == choose(n_groups - 1, p - 1)));
        let tested: BTreeSet<_> = got.iter().map(|fold| groups_of(&fold.test, &groups)).collect();
        prop_assert!(tested.len() == got.len() && tested.iter().all(|set| set.len() == p));
    }

    #[test]
    fn bootstrap_samples_are_weights_over_unique_rows(n in 8_usize..80, seed: u64, grouped: bool) {
        let groups: Vec<usize> = (0..n).map(|row| if grouped { row / 2 } else { row }).collect();
        let n_units = groups.iter().collect::<BTreeSet<_>>().len();
        let check = |fold: Ids, weights: &[u32]| {
            assert_eq!(fold.train.len(), weights.len());
            let of = |ids: &BTreeSet<String>| groups_of(ids, &groups);
            assert!(of(&fold.train).is_disjoint(&of(&fold.test)));
            // As many units are drawn as there are.
            let drawn: BTreeSet<(usize, u32)> =
                fold.train.iter().map(|id| groups[row(id)]).zip(weights.iter().copied()).collect();
            assert_eq!(drawn.iter().map(|unit| unit.1 as usize).sum::<usize>(), n_units);
        };
        let by = Bootstrap::new(3, Seed(seed));
        // Ids sort as text, and so do the rows of a view.
        if grouped {
            let rows = numbered(n).with_groups("patient", &names(&groups)).unwrap();
            let dev = Data::grouped(rows).unwrap().develop();
            let _ = dev.cross_validate(&by, |fold| {
                check(sides(&fold.train, &fold.test), fold.train.weights().unwrap());
            });
        } else {
            let dev = Data::iid(numbered(n)).unwrap().develop();
            let _ = dev.cross_validate(&by, |fold| {
                check(sides(&fold.train, &fold.test), fold.train.weights().unwrap());
            });
        }
    }
}

fn sides<S: midfuse_eval::structure::Structure>(
    train: &midfuse_eval::view::View<'_, midfuse_eval::view::Train, S>,
    test: &midfuse_eval::view::View<'_, midfuse_eval::view::Test, S>,
) -> Ids {
    Ids {
        train: train.ids().map(String::from).collect(),
        test: test.ids().map(String::from).collect(),
        dropped: BTreeSet::new(),
    }
}

/// rsample's warning and mlr3 issue 1369: an inner split of a bootstrap sample separates copies.
#[test]
fn mlr3_1369_no_copy_of_a_row_is_on_two_inner_sides() {
    let dev = Data::iid(numbered(40)).unwrap().develop();
    dev.cross_validate(&Bootstrap::new(3, Seed(1)), |fold| {
        assert!(
            fold.train
                .weights()
                .unwrap()
                .iter()
                .any(|&weight| weight > 1)
        );
        fold.train
            .cross_validate(&KFold::new(3, Seed(0)), |inner| {
                let train: BTreeSet<&str> = inner.train.ids().collect();
                assert!(inner.valid.ids().all(|id| !train.contains(id)));
            })
            .unwrap();
        // What is fitted in this process sees a row as often as it was drawn.
        let ids: Vec<String> = (0..40).map(id).collect();
        let table = fold.train.fit_rows().take(&ids, |row| row).unwrap();
        assert_eq!(table.len(), 40);
        let recipe = Recipe::new(ContentHash::of(b""), serde_json::Value::Null, Seed(0));
        let error = Job::new(&fold.train, &[&fold.test], &recipe).unwrap_err();
        assert_eq!(error, JobError::Weighted);
    })
    .unwrap();
}

/// The chance of a row to be out of bag is (1 - 1/n)^n.
#[test]
fn about_a_third_is_out_of_bag() {
    let dev = Data::iid(numbered(200)).unwrap().develop();
    let got = folds(&dev, &Bootstrap::new(100, Seed(3))).unwrap();
    let share = got.iter().map(|fold| fold.test.len()).sum::<usize>() as f64 / 20_000.0;
    assert!((share - 0.367).abs() < 0.01, "{share}");
}

#[test]
fn stratified_group_divisions_are_near_their_share() {
    let groups: Vec<usize> = (0..300).map(|row| row / 3).collect();
    let classes: Vec<usize> = groups.iter().map(|g| usize::from(g % 5 == 0)).collect();
    let rows = classified(&classes, 2)
        .with_groups("patient", &names(&groups))
        .unwrap();
    let dev = Data::grouped(rows).unwrap().develop();
    let by = StratifiedGroupShuffleSplit::new(5, 0.2, Seed(2));
    let got = folds(&dev, &by).unwrap();
    for fold in &got {
        assert_eq!(class_counts(&fold.test, &classes, 2), [48, 12]);
    }
    assert!(
        got.iter()
            .map(|fold| &fold.test)
            .collect::<BTreeSet<_>>()
            .len()
            == 5
    );
}

#[test]
fn numbers_are_stratified_by_declared_bins() {
    let bins: Vec<String> = (0..30).map(|row| format!("bin-{}", row % 3)).collect();
    let dev = Data::iid(numbered(30).with_strata(&bins).unwrap())
        .unwrap()
        .develop();
    let got = folds(&dev, &StratifiedKFold::new(5, Seed(0))).unwrap();
    for fold in &got {
        let in_bin = |bin: usize| fold.test.iter().filter(|id| row(id) % 3 == bin).count();
        assert_eq!([in_bin(0), in_bin(1), in_bin(2)], [2, 2, 2]);
    }
}

#[test]
fn fractions_out_of_range_are_named() {
    let dev = Data::iid(numbered(9)).unwrap().develop();
    for fraction in [0.0, 1.0, -0.1, f64::NAN, f64::INFINITY] {
        let error = folds(&dev, &ShuffleSplit::new(1, fraction, Seed(0))).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("ShuffleSplit.test_fraction: expected"),
            "{error}"
        );
    }
    for n in [0, usize::MAX] {
        assert!(folds(&dev, &ShuffleSplit::new(n, 0.5, Seed(0))).is_err());
        assert!(folds(&dev, &Bootstrap::new(n, Seed(0))).is_err());
    }
}

/// Whatever has a seed can be repeated, and each repeat is another.
#[test]
fn all_splitters_with_a_seed_are_repeated() {
    let classes: Vec<usize> = (0..60).map(|row| row % 2).collect();
    let groups: Vec<usize> = (0..60).map(|row| row / 4).collect();
    let iid = Data::iid(classified(&classes, 2)).unwrap().develop();
    let rows = classified(&classes, 2)
        .with_groups("patient", &names(&groups))
        .unwrap();
    let grouped = Data::grouped(rows).unwrap().develop();
    for (name, options) in [
        ("k-fold", "\"k\": 3"),
        ("stratified-k-fold", "\"k\": 3"),
        ("iterative-k-fold", "\"k\": 3"),
        ("shuffle-split", "\"folds\": 3, \"test_fraction\": 0.3"),
        (
            "stratified-shuffle-split",
            "\"folds\": 3, \"test_fraction\": 0.3",
        ),
        ("bootstrap", "\"samples\": 3"),
        ("group-k-fold", "\"k\": 3"),
        ("stratified-group-k-fold", "\"k\": 3"),
        (
            "group-shuffle-split",
            "\"folds\": 3, \"test_fraction\": 0.3",
        ),
        (
            "stratified-group-shuffle-split",
            "\"folds\": 3, \"test_fraction\": 0.3",
        ),
    ] {
        let by = format!(
            r#"{{"name": "repeated", "repeats": 2, "by": {{"name": "{name}", "seed": 1, {options}}}}}"#
        );
        let by: AnySplitter = serde_json::from_str(&by).unwrap();
        let got = if name.contains("group") {
            folds(&grouped, &by)
        } else {
            folds(&iid, &by)
        };
        let got = got.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(got.len() == 6 && got[..3] != got[3..], "{name}");
    }
}
