//! Splitters of grouped rows.

use std::collections::BTreeSet;

use midfuse_base::Seed;
use midfuse_eval::rows::Data;
use midfuse_eval::split::{GroupKFold, Side, SplitError, StratifiedGroupKFold};
use midfuse_eval::structure::Grouped;
use proptest::prelude::*;

use super::cases::{
    Ids, check_k_fold, class_counts, classified, folds, names, numbered, row, spread,
};

fn check_groups(folds: &[Ids], groups: &[usize]) {
    for fold in folds {
        let of = |ids: &BTreeSet<String>| {
            ids.iter()
                .map(|id| groups[row(id)])
                .collect::<BTreeSet<_>>()
        };
        assert!(of(&fold.train).is_disjoint(&of(&fold.test)));
    }
}

fn grouped(classes: &[usize], n_classes: usize, groups: &[usize]) -> Data<Grouped> {
    let rows = classified(classes, n_classes)
        .with_groups("patient", &names(groups))
        .unwrap();
    Data::grouped(rows).unwrap()
}

/// The smallest sum over classes of squared shares, and whether any assignment fills every cell.
fn best_of_all(classes: &[usize], groups: &[usize], n_groups: usize, k: usize) -> (bool, f64) {
    let n_classes = classes.iter().max().unwrap() + 1;
    let mut best = (false, f64::INFINITY);
    for assignment in 0..k.pow(u32::try_from(n_groups).unwrap()) {
        let mut counts = vec![vec![0.0; n_classes + 1]; k];
        for (class, group) in classes.iter().zip(groups) {
            let fold = assignment / k.pow(u32::try_from(*group).unwrap()) % k;
            counts[fold][*class] += 1.0;
            counts[fold][n_classes] += 1.0;
        }
        let cost = objective(&counts);
        let totals = totals(&counts);
        let full = counts
            .iter()
            .all(|fold| fold.iter().zip(&totals).all(|(c, n)| *c > 0.0 || *n == 0.0));
        if (full, -cost) > (best.0, -best.1) {
            best = (full, cost);
        }
    }
    best
}

fn totals(counts: &[Vec<f64>]) -> Vec<f64> {
    (0..counts[0].len())
        .map(|class| counts.iter().map(|fold| fold[class]).sum())
        .collect()
}

fn objective(counts: &[Vec<f64>]) -> f64 {
    let totals = totals(counts);
    let shares = |fold: &Vec<f64>| {
        fold.iter()
            .zip(&totals)
            .filter(|(_, n)| **n > 0.0)
            .map(|(c, n)| (c / n).powi(2))
            .sum::<f64>()
    };
    counts.iter().map(shares).sum()
}

proptest! {
    #[test]
    fn group_k_fold_keeps_its_promises(
        groups in prop::collection::vec(0_usize..15, 2..120), k in 2_usize..7, seed: u64,
    ) {
        let rows = numbered(groups.len()).with_groups("patient", &names(&groups)).unwrap();
        let dev = Data::grouped(rows).unwrap().develop();
        let got = folds(&dev, &GroupKFold::new(k, Seed(seed)));
        let n_groups = groups.iter().collect::<BTreeSet<_>>().len();
        if n_groups < k {
            let expected =
                SplitError::TooFewGroups { splitter: "GroupKFold", groups: n_groups, needed: k };
            prop_assert_eq!(got.unwrap_err(), expected);
            return Ok(());
        }
        let got = got.unwrap();
        check_k_fold(groups.len(), k, &got);
        check_groups(&got, &groups);
        // Longest-processing-time first: no two folds differ by more than the largest group.
        let largest = (0..15).map(|g| groups.iter().filter(|&&h| h == g).count()).max().unwrap();
        prop_assert!(spread(got.iter().map(|fold| fold.test.len())) <= largest);
    }

    #[test]
    fn stratified_group_k_fold_is_the_best_of_all_small_splits(
        rows in prop::collection::vec((0_usize..7, 0_usize..3), 4..40), k in 2_usize..4, seed: u64,
    ) {
        let groups: Vec<usize> = rows.iter().map(|row| row.0).collect();
        let classes: Vec<usize> = rows.iter().map(|row| row.1).collect();
        let n_groups = groups.iter().collect::<BTreeSet<_>>().len();
        prop_assume!(n_groups >= k);
        let dev = grouped(&classes, 3, &groups).develop();
        let got = folds(&dev, &StratifiedGroupKFold::new(k, Seed(seed)));
        let (feasible, best) = best_of_all(&classes, &groups, 7, k);
        match got {
            Err(error) => {
                prop_assert!(!feasible, "{error}, though a split exists");
                let is_infeasible = matches!(error, SplitError::Infeasible { .. });
                prop_assert!(is_infeasible);
            }
            Ok(got) => {
                check_k_fold(classes.len(), k, &got);
                check_groups(&got, &groups);
                let counts: Vec<Vec<f64>> = got.iter().map(|fold| {
                    let mut counts = class_counts(&fold.test, &classes, 3);
                    counts.push(fold.test.len());
                    counts.into_iter().map(|count| count as f64).collect()
                }).collect();
                prop_assert!((objective(&counts) - best).abs() < 1e-9);
                for fold in &counts {
                    prop_assert!((0..3).all(|class| fold[class] > 0.0 || !classes.contains(&class)));
                }
            }
        }
    }

    #[test]
    fn stratified_group_k_fold_of_many_groups_is_even(seed: u64) {
        // 60 patients of 1 to 6 rows; a third is of class 1, a tenth of class 2.
        let mut groups = Vec::new();
        let mut classes = Vec::new();
        for group in 0..60_usize {
            let draw = Seed(seed).hash(&group.to_le_bytes());
            let class = match draw % 10 { 0 => 2, 1..=3 => 1, _ => 0 };
            for _ in 0..=(draw >> 8) % 6 {
                groups.push(group);
                classes.push(class);
            }
        }
        let patients = |class| {
            groups.iter().zip(&classes).filter(|(_, c)| **c == class).map(|(g, _)| g).collect::<BTreeSet<_>>().len()
        };
        prop_assume!((0..3).all(|class| patients(class) >= 5));
        let dev = grouped(&classes, 3, &groups).develop();
        let got = folds(&dev, &StratifiedGroupKFold::new(5, Seed(seed))).unwrap();
        check_k_fold(classes.len(), 5, &got);
        check_groups(&got, &groups);
        for class in 0..3 {
            let counts = got.iter().map(|fold| class_counts(&fold.test, &classes, 3)[class]);
            prop_assert!(spread(counts) <= 6, "class {class}");
        }
    }
}

/// scikit-learn gives {0, 3, 4} and {1, 2} for groups of 5, 4, 3, 2, 1 rows.
#[test]
fn group_k_fold_as_in_scikit_learn() {
    let groups: Vec<usize> = [5, 4, 3, 2, 1]
        .iter()
        .enumerate()
        .flat_map(|(g, &n)| vec![g; n])
        .collect();
    let rows = numbered(15)
        .with_groups("patient", &names(&groups))
        .unwrap();
    let dev = Data::grouped(rows).unwrap().develop();
    let got = folds(&dev, &GroupKFold::new(2, Seed(0))).unwrap();
    let tested = |fold: &Ids| {
        fold.test
            .iter()
            .map(|id| groups[row(id)])
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(tested(&got[0]), BTreeSet::from([0, 3, 4]));
    assert_eq!(tested(&got[1]), BTreeSet::from([1, 2]));
}

/// scikit-learn issue 34828: an empty fold although there are enough groups, by a rounding error.
#[test]
fn sklearn_34828_no_fold_is_empty() {
    for n_groups in 3..12 {
        let groups: Vec<usize> = (0..n_groups).flat_map(|g| vec![g; 1 + g % 3]).collect();
        let classes = vec![0; groups.len()];
        let dev = grouped(&classes, 1, &groups).develop();
        let got = folds(&dev, &StratifiedGroupKFold::new(3, Seed(1))).unwrap();
        check_k_fold(groups.len(), 3, &got);
    }
}

/// scikit-learn issue 32478: shuffling broke the link of counts and ids, so strata were random.
#[test]
fn sklearn_32478_every_seed_stratifies() {
    // 40 patients of 3 rows, one in four of class 1: two of them in each of five folds.
    let groups: Vec<usize> = (0..120).map(|row| row / 3).collect();
    let classes: Vec<usize> = groups.iter().map(|g| usize::from(g % 4 == 0)).collect();
    for seed in 0..30 {
        let dev = grouped(&classes, 2, &groups).develop();
        let got = folds(&dev, &StratifiedGroupKFold::new(5, Seed(seed))).unwrap();
        for fold in &got {
            assert_eq!(class_counts(&fold.test, &classes, 2), [18, 6]);
        }
        let by = StratifiedGroupKFold::new(5, Seed(seed));
        assert_eq!(by.imbalance(&dev).unwrap().counts, vec![vec![18, 6]; 5]);
    }
}

/// scikit-learn issues 28218 and 33085: folds without a class, given without a word.
#[test]
fn sklearn_28218_a_missing_class_is_an_error() {
    let groups: Vec<usize> = (0..30).map(|row| row / 3).collect();
    let classes: Vec<usize> = groups.iter().map(|&g| usize::from(g < 2)).collect();
    let dev = grouped(&classes, 2, &groups).develop();
    let error = folds(&dev, &StratifiedGroupKFold::new(3, Seed(0))).unwrap_err();
    let SplitError::Infeasible { class, side, .. } = error else {
        panic!("{error}")
    };
    assert_eq!((class.as_str(), side), ("class-1", Side::Test));
}

/// Six threads of scikit-learn (7646, 8127, 20349, 22256, 28696, 32517): inner loops forget groups.
#[test]
fn sklearn_8127_the_inner_loop_keeps_groups_together() {
    let groups: Vec<usize> = (0..60).map(|row| row / 5).collect();
    let rows = numbered(60)
        .with_groups("patient", &names(&groups))
        .unwrap();
    let dev = Data::grouped(rows).unwrap().develop();
    let by = GroupKFold::new(3, Seed(0));
    let inner = dev.cross_validate(&by, |fold| {
        fold.train.cross_validate(&by, |inner| Ids {
            train: inner.train.ids().map(String::from).collect(),
            test: inner.valid.ids().map(String::from).collect(),
            dropped: inner.dropped.into_iter().collect(),
        })
    });
    for folds in inner.unwrap() {
        check_groups(&folds.unwrap(), &groups);
    }
}
