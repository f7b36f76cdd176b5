//! Splitters of independent rows.

use midfuse_base::Seed;
use midfuse_base::{Targets, Task};
use midfuse_eval::rows::{Data, Rows};
use midfuse_eval::split::{KFold, Side, SplitError, StratifiedKFold};
use proptest::prelude::*;

use super::cases::{
    check_k_fold, class_counts, classified, folds, id, numbered, permutation, spread,
};

proptest! {
    #[test]
    fn k_fold_keeps_its_promises(n in 2_usize..200, k in 2_usize..12, seed: u64) {
        let dev = Data::iid(numbered(n)).unwrap().develop();
        let got = folds(&dev, &KFold::new(k, Seed(seed)));
        if n < k {
            let expected = SplitError::TooFewRows { splitter: "KFold", rows: n, folds: k };
            prop_assert_eq!(got.unwrap_err(), expected);
            return Ok(());
        }
        let got = got.unwrap();
        check_k_fold(n, k, &got);
        for (fold, ids) in got.iter().enumerate() {
            prop_assert_eq!(ids.test.len(), n / k + usize::from(fold < n % k));
        }
    }

    #[test]
    fn stratified_k_fold_keeps_its_promises(
        classes in prop::collection::vec(0_usize..5, 2..150), k in 2_usize..8, seed: u64,
    ) {
        let dev = Data::iid(classified(&classes, 5)).unwrap().develop();
        let got = folds(&dev, &StratifiedKFold::new(k, Seed(seed)));
        let mut sizes = [0; 5];
        for &class in &classes {
            sizes[class] += 1;
        }
        let smallest = sizes.iter().copied().filter(|&size| size > 0).min().unwrap();
        if classes.len() < k {
            let is_too_few = matches!(got, Err(SplitError::TooFewRows { .. }));
            prop_assert!(is_too_few);
            return Ok(());
        }
        if smallest < k {
            let is_refused = matches!(got, Err(SplitError::Infeasible { side: Side::Test, .. }));
            prop_assert!(is_refused);
            return Ok(());
        }
        let got = got.unwrap();
        check_k_fold(classes.len(), k, &got);
        let counts: Vec<Vec<usize>> =
            got.iter().map(|fold| class_counts(&fold.test, &classes, 5)).collect();
        for class in 0..5 {
            prop_assert!(spread(counts.iter().map(|fold| fold[class])) <= 1);
        }
        prop_assert!(spread(got.iter().map(|fold| fold.test.len())) <= 1);
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        classes in prop::collection::vec(0_usize..2, 30..60), seed: u64, order: u64,
    ) {
        prop_assume!(classes.iter().sum::<usize>() >= 3);
        prop_assume!(classes.len() - classes.iter().sum::<usize>() >= 3);
        let permuted = permutation(classes.len(), order);
        let names = vec!["class-0".to_owned(), "class-1".to_owned()];
        let again = Rows::new(
            permuted.iter().map(|&row| id(row)).collect(),
            Task::Classification { classes: names },
            Targets::Class(permuted.iter().map(|&row| classes[row]).collect()),
        );
        let a = Data::iid(classified(&classes, 2)).unwrap().develop();
        let b = Data::iid(again.unwrap()).unwrap().develop();
        let (plain, stratified) = (KFold::new(3, Seed(seed)), StratifiedKFold::new(3, Seed(seed)));
        prop_assert_eq!(folds(&a, &plain), folds(&b, &plain));
        prop_assert_eq!(folds(&a, &stratified), folds(&b, &stratified));
    }
}

/// linfa takes `n / k` rows a fold, so the last `n mod k` rows are never validated.
#[test]
fn linfa_never_validates_the_remainder() {
    let dev = Data::iid(numbered(11)).unwrap().develop();
    let got = folds(&dev, &KFold::new(4, Seed(0))).unwrap();
    check_k_fold(11, 4, &got);
    assert_eq!(
        got.iter().map(|fold| fold.test.len()).collect::<Vec<_>>(),
        [3, 3, 3, 2]
    );
}

/// scikit-learn issue 14673: folds of 15 (six times) and 10 rows.
#[test]
fn sklearn_14673_fold_sizes_differ_by_one_at_most() {
    // 10 classes of 10 rows in 7 folds: per class 2,2,2,1,1,1,1 from the first fold on.
    let classes: Vec<usize> = (0..100).map(|row| row / 10).collect();
    let dev = Data::iid(classified(&classes, 10)).unwrap().develop();
    let got = folds(&dev, &StratifiedKFold::new(7, Seed(3))).unwrap();
    assert_eq!(spread(got.iter().map(|fold| fold.test.len())), 1);
}

/// A class with fewer rows than folds: the class and the fold are named.
#[test]
fn a_class_that_cannot_be_in_every_fold_is_named() {
    let mut classes = vec![0; 20];
    classes[4] = 1;
    classes[5] = 1;
    let dev = Data::iid(classified(&classes, 2)).unwrap().develop();
    let error = folds(&dev, &StratifiedKFold::new(3, Seed(0))).unwrap_err();
    let SplitError::Infeasible {
        splitter,
        class,
        side,
        ..
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(
        (*splitter, class.as_str(), *side),
        ("StratifiedKFold", "class-1", Side::Test)
    );
    assert!(error.to_string().contains("fold"));
}

/// K-fold does not stratify, but a class is never absent from train in silence.
#[test]
fn a_class_of_one_row_is_refused_by_k_fold_too() {
    let mut classes = vec![0; 20];
    classes[4] = 1;
    let dev = Data::iid(classified(&classes, 2)).unwrap().develop();
    let error = folds(&dev, &KFold::new(4, Seed(0))).unwrap_err();
    assert!(matches!(
        error,
        SplitError::Infeasible {
            side: Side::Train,
            ..
        }
    ));
}

#[test]
fn one_fold_is_no_split() {
    let dev = Data::iid(numbered(5)).unwrap().develop();
    let error = folds(&dev, &KFold::new(1, Seed(0))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "KFold.k: expected 2 to 10,000 folds, got 1"
    );
    assert!(folds(&dev, &KFold::new(0, Seed(0))).is_err());
    assert!(folds(&dev, &KFold::new(usize::MAX, Seed(0))).is_err());
}

#[test]
fn strata_of_numbers_are_refused() {
    let dev = Data::iid(numbered(9)).unwrap().develop();
    let error = folds(&dev, &StratifiedKFold::new(3, Seed(0))).unwrap_err();
    assert_eq!(
        error,
        SplitError::NoClasses {
            splitter: "StratifiedKFold"
        }
    );
}

/// The folds of one seed, written down: the same on every platform.
#[test]
fn folds_are_pinned() {
    let dev = Data::iid(numbered(7)).unwrap().develop();
    let got = folds(&dev, &KFold::new(3, Seed(7))).unwrap();
    // python: sort the ids by int.from_bytes(sha256((7).to_bytes(8, "little") + id)[:8], "little")
    let mut order: Vec<(u64, String)> = (0..7)
        .map(|row| (Seed(7).hash(id(row).as_bytes()), id(row)))
        .collect();
    order.sort();
    let first: Vec<&str> = got[0].test.iter().map(String::as_str).collect();
    let mut dealt = vec![
        order[0].1.as_str(),
        order[3].1.as_str(),
        order[6].1.as_str(),
    ];
    dealt.sort_unstable();
    assert_eq!(first, dealt);
    assert_eq!(first, PINNED);
}
const PINNED: [&str; 3] = ["row-2", "row-3", "row-6"];
