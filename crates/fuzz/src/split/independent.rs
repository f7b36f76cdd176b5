//! Splitters of independent rows.

use std::collections::BTreeSet;

use midfuse_eval::split::{
    Bootstrap, IterativeKFold, KFold, ShuffleSplit, StratifiedKFold, StratifiedShuffleSplit,
};

use super::case::Case;
use super::promise::{folds, spread};

pub(super) fn k_fold(case: &Case) {
    let by = KFold::new(case.k, case.seed);
    let Some(got) = folds(case, |order| case.iid(order), &by) else {
        return;
    };
    case.check_classes(&got);
    case.check_k_fold(&got);
    let (n, k) = (case.len(), case.k);
    for (fold, sides) in got.iter().enumerate() {
        assert_eq!(
            sides.test.len(),
            n / k + usize::from(fold < n % k),
            "fold {fold}"
        );
    }
}

pub(super) fn stratified_k_fold(case: &Case) {
    let by = StratifiedKFold::new(case.k, case.seed);
    let got = folds(case, |order| case.iid(order), &by);
    let smallest = (0..4)
        .map(|class| case.classes.iter().filter(|&&c| c == class).count())
        .filter(|&count| count > 0)
        .min();
    let feasible = (2..=10_000).contains(&case.k) && smallest.is_some_and(|n| n >= case.k);
    assert_eq!(
        got.is_some(),
        feasible,
        "refused exactly where a class has fewer rows than folds"
    );
    let Some(got) = got else { return };
    case.check_classes(&got);
    case.check_k_fold(&got);
    let counts: Vec<[usize; 4]> = got.iter().map(|fold| case.class_counts(fold)).collect();
    for class in 0..4 {
        assert!(
            spread(counts.iter().map(|fold| fold[class])) <= 1,
            "class {class}"
        );
    }
    assert!(spread(got.iter().map(|fold| fold.test.len())) <= 1, "sizes");
}

pub(super) fn iterative_k_fold(case: &Case) {
    let by = IterativeKFold::new(case.k, case.seed);
    let Some(got) = folds(case, |order| case.labelled(order), &by) else {
        return;
    };
    case.check_k_fold(&got);
    let occurring: BTreeSet<usize> = case.labels.iter().flatten().copied().collect();
    for fold in &got {
        let trained = fold
            .train
            .iter()
            .flat_map(|&row| case.labels[row].iter().copied());
        assert_eq!(
            trained.collect::<BTreeSet<_>>(),
            occurring,
            "a label does not train"
        );
    }
}

/// `ceil(fraction * n)` but for rounding errors of the product.
pub(super) fn share(n: usize, fraction: f64) -> usize {
    (fraction * n as f64 - 1e-9).ceil().max(0.0) as usize
}

pub(super) fn shuffle_split(case: &Case) {
    let by = ShuffleSplit::new(case.p, case.fraction, case.seed);
    let Some(got) = folds(case, |order| case.iid(order), &by) else {
        return;
    };
    case.check_classes(&got);
    assert_eq!(got.len(), case.p);
    let n_test = share(case.len(), case.fraction);
    assert!(
        got.iter()
            .all(|fold| fold.test.len() == n_test && fold.dropped.is_empty())
    );
}

pub(super) fn stratified_shuffle_split(case: &Case) {
    let by = StratifiedShuffleSplit::new(case.p, case.fraction, case.seed);
    let Some(got) = folds(case, |order| case.iid(order), &by) else {
        return;
    };
    case.check_classes(&got);
    assert_eq!(got.len(), case.p);
    let (n, n_test) = (case.len(), share(case.len(), case.fraction));
    for fold in &got {
        assert!(fold.test.len() == n_test && fold.dropped.is_empty());
        for (class, &count) in case.class_counts(fold).iter().enumerate() {
            let size = case.classes.iter().filter(|&&c| c == class).count();
            let (low, high) = (size * n_test / n, (size * n_test).div_ceil(n));
            assert!(
                (low..=high).contains(&count),
                "class {class}: {count} of {size}"
            );
            assert!(size == 0 || count > 0, "class {class} is not tested");
        }
    }
}

pub(super) fn bootstrap(case: &Case) {
    let by = Bootstrap::new(case.p, case.seed);
    if let Some(got) = folds(case, |order| case.iid(order), &by) {
        case.check_classes(&got);
        assert_eq!(got.len(), case.p);
        for fold in &got {
            let weights = fold.weights.as_ref().expect("a sample has weights");
            assert_eq!(weights.len(), fold.train.len());
            assert!(weights.iter().all(|&weight| weight > 0) && fold.dropped.is_empty());
            assert_eq!(
                weights.iter().sum::<u32>() as usize,
                case.len(),
                "as many draws as rows"
            );
        }
    }
    if let Some(got) = folds(case, |order| case.grouped(order), &by) {
        case.check_classes(&got);
        Case::check_groups(&case.groups, &got);
    }
}
