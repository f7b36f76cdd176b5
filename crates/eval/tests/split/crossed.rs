//! Splitters of crossed groups.

use std::collections::BTreeSet;

use midfuse_base::Seed;
use midfuse_eval::rows::Data;
use midfuse_eval::split::{CrossedKFold, SplitError};
use proptest::prelude::*;

use super::cases::{check_sides, folds, id, names, numbered, row, times_tested};

proptest! {
    #[test]
    fn no_group_of_any_axis_is_on_both_sides(
        pairs in prop::collection::vec((0_usize..6, 0_usize..6), 30..90), k in 2_usize..4, seed: u64,
    ) {
        let drugs: Vec<usize> = pairs.iter().map(|pair| pair.0).collect();
        let proteins: Vec<usize> = pairs.iter().map(|pair| pair.1).collect();
        let rows = numbered(pairs.len()).with_groups("drug", &names(&drugs)).unwrap();
        let rows = rows.with_groups("protein", &names(&proteins)).unwrap();
        let dev = Data::crossed(rows).unwrap().develop();
        let got = match folds(&dev, &CrossedKFold::new(k, Seed(seed))) {
            Ok(got) => got,
            Err(error) => {
                let is_honest = matches!(
                    error, SplitError::EmptySide { .. } | SplitError::TooFewGroups { .. }
                );
                prop_assert!(is_honest, "{error}");
                return Ok(());
            }
        };
        check_sides(&(0..pairs.len()).map(id).collect(), &got);
        prop_assert_eq!(got.len(), k * k);
        let times = times_tested(&got);
        prop_assert!(times.len() == pairs.len() && times.values().all(|&times| times == 1));
        for fold in &got {
            for axis in [&drugs, &proteins] {
                let of = |ids: &BTreeSet<String>| {
                    ids.iter().map(|id| axis[row(id)]).collect::<BTreeSet<_>>()
                };
                let (train, test) = (of(&fold.train), of(&fold.test));
                prop_assert!(train.is_disjoint(&test));
            }
        }
    }
}

/// A full grid of 4 drugs and 4 proteins in 2 folds each: 4 tests of 4 rows, 8 rows dropped.
#[test]
fn a_full_grid() {
    let drugs: Vec<usize> = (0..16).map(|row| row / 4).collect();
    let proteins: Vec<usize> = (0..16).map(|row| row % 4).collect();
    let rows = numbered(16).with_groups("drug", &names(&drugs)).unwrap();
    let rows = rows.with_groups("protein", &names(&proteins)).unwrap();
    let dev = Data::crossed(rows).unwrap().develop();
    let got = folds(&dev, &CrossedKFold::new(2, Seed(5))).unwrap();
    assert_eq!(got.len(), 4);
    for fold in got {
        assert_eq!(
            (fold.train.len(), fold.test.len(), fold.dropped.len()),
            (4, 4, 8)
        );
    }
}

proptest! {
    /// Pairs of proteins: one that is tested, first or second, is neither in train.
    #[test]
    fn shared_things_have_one_fold_on_all_axes(
        pairs in prop::collection::vec((0_usize..12, 0_usize..12), 40..120), k in 3_usize..5, seed: u64,
    ) {
        let axes: [Vec<usize>; 2] = [
            pairs.iter().map(|pair| pair.0).collect(),
            pairs.iter().map(|pair| pair.1).collect(),
        ];
        let rows = numbered(pairs.len()).with_groups("protein_a", &names(&axes[0])).unwrap();
        let rows = rows.with_groups("protein_b", &names(&axes[1])).unwrap();
        let dev = Data::crossed(rows).unwrap().develop();
        let by = CrossedKFold::new(k, Seed(seed)).with_shared(true);
        let Ok(got) = folds(&dev, &by) else { return Ok(()) };
        let times = times_tested(&got);
        prop_assert!(times.len() == pairs.len() && times.values().all(|&times| times == 1));
        for fold in &got {
            let of = |ids: &BTreeSet<String>| {
                let both = ids.iter().map(|id| row(id)).map(|row| [axes[0][row], axes[1][row]]);
                both.flatten().collect::<BTreeSet<_>>()
            };
            prop_assert!(of(&fold.train).is_disjoint(&of(&fold.test)));
        }
    }
}

#[test]
fn shared_things_need_a_fold_to_train_on() {
    let things: Vec<usize> = (0..12).map(|row| row % 6).collect();
    let others: Vec<usize> = (0..12).map(|row| (row + 1) % 6).collect();
    let rows = numbered(12).with_groups("a", &names(&things)).unwrap();
    let rows = rows.with_groups("b", &names(&others)).unwrap();
    let dev = Data::crossed(rows).unwrap().develop();
    let two = CrossedKFold::new(2, Seed(0)).with_shared(true);
    let error = folds(&dev, &two).unwrap_err();
    assert!(matches!(error, SplitError::Config(_)), "{error}");
}
