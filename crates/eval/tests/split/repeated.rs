//! Repeats.

use std::collections::BTreeSet;

use midfuse_base::Seed;
use midfuse_eval::rows::Data;
use midfuse_eval::split::{
    AnySplitter, CrossedKFold, GroupKFold, KFold, PurgedKFold, Repeated, SplitError,
    StratifiedGroupKFold,
};

use super::cases::{Ids, check_k_fold, class_counts, classified, folds, names, numbered, spread};

#[test]
fn repeats_are_other_splits_of_the_same_kind() {
    let dev = Data::iid(numbered(30)).unwrap().develop();
    let got = folds(&dev, &Repeated::new(3, KFold::new(5, Seed(0)))).unwrap();
    assert_eq!(got.len(), 15);
    let repeats: Vec<&[Ids]> = got.chunks(5).collect();
    for repeat in &repeats {
        check_k_fold(30, 5, repeat);
    }
    assert!(repeats[0] != repeats[1] && repeats[1] != repeats[2]);
    let groups: Vec<usize> = (0..30).map(|row| row / 3).collect();
    let rows = numbered(30)
        .with_groups("patient", &names(&groups))
        .unwrap();
    let grouped = Data::grouped(rows).unwrap().develop();
    let got = folds(&grouped, &Repeated::new(2, GroupKFold::new(5, Seed(0)))).unwrap();
    assert!(got.len() == 10 && got[..5] != got[5..]);
    for repeats in [0, usize::MAX] {
        assert!(folds(&dev, &Repeated::new(repeats, KFold::new(5, Seed(0)))).is_err());
    }
}

#[test]
fn repeats_by_name() {
    let json = r#"{"name": "repeated", "repeats": 2, "by": {"name": "k-fold", "k": 3, "seed": 0}}"#;
    let by: AnySplitter = serde_json::from_str(json).unwrap();
    let dev = Data::iid(numbered(9)).unwrap().develop();
    let got = folds(&dev, &by).unwrap();
    assert_eq!(
        got,
        folds(&dev, &Repeated::new(2, KFold::new(3, Seed(0)))).unwrap()
    );
    let by = AnySplitter::Repeated(Repeated::new(
        2,
        Box::new(AnySplitter::PurgedKFold(PurgedKFold::new(3))),
    ));
    let error = folds(&dev, &by).unwrap_err();
    assert_eq!(
        error,
        SplitError::NothingToRepeat {
            splitter: "PurgedKFold"
        }
    );
}

/// Groups of 1 to 12 rows, no two of one size: ordered by size alone, every repeat would be the same.
#[test]
fn repeats_of_groups_of_different_sizes_differ() {
    let groups: Vec<usize> = (0..12).flat_map(|group| vec![group; group + 1]).collect();
    let others: Vec<usize> = (0..groups.len()).map(|row| row % 9).collect();
    let classes: Vec<usize> = (0..groups.len()).map(|row| row % 2).collect();
    let rows = classified(&classes, 2)
        .with_groups("patient", &names(&groups))
        .unwrap();
    let dev = Data::grouped(rows.clone()).unwrap().develop();
    let distinct = |repeats: &[Ids], k: usize| {
        let mut kinds: Vec<BTreeSet<&BTreeSet<String>>> = repeats
            .chunks(k)
            .map(|repeat| repeat.iter().map(|fold| &fold.test).collect())
            .collect();
        kinds.sort();
        kinds.dedup();
        kinds.len()
    };
    let plain = folds(&dev, &Repeated::new(5, GroupKFold::new(3, Seed(0)))).unwrap();
    assert_eq!(distinct(&plain, 3), 5);
    // The largest group has 12 of 78 rows, so no two folds differ by more.
    for repeat in plain.chunks(3) {
        check_k_fold(78, 3, repeat);
        assert!(spread(repeat.iter().map(|fold| fold.test.len())) <= 12);
    }
    let by = StratifiedGroupKFold::new(3, Seed(0));
    let stratified = folds(&dev, &Repeated::new(5, by)).unwrap();
    assert!(
        distinct(&stratified, 3) >= 4,
        "{}",
        distinct(&stratified, 3)
    );
    for repeat in stratified.chunks(3) {
        for class in 0..2 {
            let counts = repeat
                .iter()
                .map(|fold| class_counts(&fold.test, &classes, 2)[class]);
            assert!(spread(counts) <= 3);
        }
    }
    let crossed = rows.with_groups("site", &names(&others)).unwrap();
    let dev = Data::crossed(crossed).unwrap().develop();
    let got = folds(&dev, &Repeated::new(5, CrossedKFold::new(2, Seed(0)))).unwrap();
    assert_eq!(distinct(&got, 4), 5);
}

#[test]
fn ten_thousand_folds_are_enough() {
    let dev = Data::iid(numbered(200)).unwrap().develop();
    let error = folds(&dev, &Repeated::new(51, KFold::new(200, Seed(0)))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Repeated: no fold can be made; more than 10,000 folds; use fewer repeats"
    );
}
