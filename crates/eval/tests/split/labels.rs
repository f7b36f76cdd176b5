//! Rows with several labels.

use midfuse_base::Seed;
use midfuse_eval::rows::Data;
use midfuse_eval::split::{IterativeKFold, Side, SplitError};
use proptest::prelude::*;

use super::cases::{Ids, check_k_fold, folds, numbered, row, spread};

fn labelled(labels: &[Vec<usize>]) -> midfuse_eval::rows::Rows {
    let named: Vec<Vec<String>> = labels
        .iter()
        .map(|of| of.iter().map(|label| format!("l{label}")).collect())
        .collect();
    numbered(labels.len()).with_labels(&named).unwrap()
}

fn count(fold: &Ids, labels: &[Vec<usize>], label: usize) -> usize {
    fold.test
        .iter()
        .filter(|id| labels[row(id)].contains(&label))
        .count()
}

proptest! {
    #[test]
    fn every_label_trains_in_every_fold(
        labels in prop::collection::vec(prop::collection::vec(0_usize..6, 0..4), 4..100),
        k in 2_usize..5, seed: u64,
    ) {
        let dev = Data::iid(labelled(&labels)).unwrap().develop();
        let got = match folds(&dev, &IterativeKFold::new(k, Seed(seed))) {
            Ok(got) => got,
            Err(error) => {
                let is_infeasible = matches!(
                    error, SplitError::Infeasible { side: Side::Train, .. }
                        | SplitError::EmptySide { .. }
                );
                prop_assert!(is_infeasible, "{error}");
                return Ok(());
            }
        };
        check_k_fold(labels.len(), k, &got);
        for fold in &got {
            for label in labels.iter().flatten() {
                prop_assert!(fold.train.iter().any(|id| labels[row(id)].contains(label)));
            }
        }
    }
}

/// scikit-learn issue 9037: overlapping train and test rows on several labels.
#[test]
fn sklearn_9037_sides_do_not_overlap() {
    let labels: Vec<Vec<usize>> = (0..60)
        .map(|row| (0..4).filter(|label| row % (label + 2) == 0).collect())
        .collect();
    let dev = Data::iid(labelled(&labels)).unwrap().develop();
    let got = folds(&dev, &IterativeKFold::new(3, Seed(0))).unwrap();
    check_k_fold(60, 3, &got);
    for label in 0..4 {
        assert!(
            spread(got.iter().map(|fold| count(fold, &labels, label))) <= 1,
            "label {label}"
        );
    }
}

/// scikit-multilearn issues 144, 217, 234 and 251: it could not be seeded; 289: it did not shuffle.
#[test]
fn skmultilearn_144_the_seed_decides() {
    let labels: Vec<Vec<usize>> = (0..60).map(|row| vec![row % 3]).collect();
    let dev = Data::iid(labelled(&labels)).unwrap().develop();
    let by = |seed| folds(&dev, &IterativeKFold::new(3, Seed(seed))).unwrap();
    assert_eq!(by(1), by(1));
    assert_ne!(by(1), by(2));
}

/// One label per row: each differs by one at most between folds, as by `StratifiedKFold`.
#[test]
fn single_labels_are_as_even_as_can_be() {
    let labels: Vec<Vec<usize>> = (0..50).map(|row| vec![usize::from(row % 7 == 0)]).collect();
    let dev = Data::iid(labelled(&labels)).unwrap().develop();
    let got = folds(&dev, &IterativeKFold::new(4, Seed(0))).unwrap();
    for label in 0..2 {
        assert!(spread(got.iter().map(|fold| count(fold, &labels, label))) <= 1);
    }
}
