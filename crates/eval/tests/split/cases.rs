//! Cohorts for splitters, and what every split promises.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_base::Seed;
use midfuse_base::{Targets, Task};
use midfuse_eval::fold::Dev;
use midfuse_eval::rows::{Rows, Span};
use midfuse_eval::split::{SplitError, Splitter};
use midfuse_eval::structure::Structure;

/// What a split gave, by row id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ids {
    pub(super) train: BTreeSet<String>,
    pub(super) test: BTreeSet<String>,
    pub(super) dropped: BTreeSet<String>,
}

/// The folds of a splitter, as sets of ids.
pub(super) fn folds<S: Structure>(
    dev: &Dev<S>,
    by: &impl Splitter<S>,
) -> Result<Vec<Ids>, SplitError> {
    dev.cross_validate(by, |fold| Ids {
        train: fold.train.ids().map(String::from).collect(),
        test: fold.test.ids().map(String::from).collect(),
        dropped: fold.dropped.into_iter().collect(),
    })
}

pub(super) fn id(row: usize) -> String {
    format!("row-{row}")
}

/// Rows with class targets; `classes[row]`.
pub(super) fn classified(classes: &[usize], n_classes: usize) -> Rows {
    let names = (0..n_classes)
        .map(|class| format!("class-{class}"))
        .collect();
    let ids = (0..classes.len()).map(id).collect();
    Rows::new(
        ids,
        Task::Classification { classes: names },
        Targets::Class(classes.to_vec()),
    )
    .unwrap()
}

/// Rows with numbers as targets.
pub(super) fn numbered(n: usize) -> Rows {
    let ids = (0..n).map(id).collect();
    Rows::new(ids, Task::Regression, Targets::Value(vec![0.5; n])).unwrap()
}

/// Rows with spans.
pub(super) fn spanned(spans: &[(i64, i64)]) -> Rows {
    let spans: Vec<Span> = spans
        .iter()
        .map(|&(start, end)| Span::new(start, end))
        .collect();
    numbered(spans.len()).with_spans(&spans).unwrap()
}

pub(super) fn names(codes: &[usize]) -> Vec<String> {
    codes.iter().map(|code| format!("g{code}")).collect()
}

/// What holds for every split: three disjoint sides that make up all rows, none of the two empty.
pub(super) fn check_sides(all: &BTreeSet<String>, folds: &[Ids]) {
    for fold in folds {
        assert!(!fold.train.is_empty() && !fold.test.is_empty());
        let total = fold.train.len() + fold.test.len() + fold.dropped.len();
        let union: BTreeSet<String> = fold
            .train
            .iter()
            .chain(&fold.test)
            .chain(&fold.dropped)
            .cloned()
            .collect();
        assert_eq!((total, &union), (all.len(), all));
    }
}

/// How often each row is tested.
pub(super) fn times_tested(folds: &[Ids]) -> BTreeMap<&str, usize> {
    let mut times = BTreeMap::new();
    for row in folds.iter().flat_map(|fold| &fold.test) {
        *times.entry(row.as_str()).or_default() += 1;
    }
    times
}

/// That each row is tested once and trains in every other fold.
pub(super) fn check_k_fold(n: usize, k: usize, folds: &[Ids]) {
    let all: BTreeSet<String> = (0..n).map(id).collect();
    check_sides(&all, folds);
    assert_eq!(folds.len(), k);
    assert!(folds.iter().all(|fold| fold.dropped.is_empty()));
    let times = times_tested(folds);
    assert!(times.len() == n && times.values().all(|&times| times == 1));
}

/// The number of a row.
pub(super) fn row(id: &str) -> usize {
    id.strip_prefix("row-").unwrap().parse().unwrap()
}

/// Rows of each class among some ids.
pub(super) fn class_counts(ids: &BTreeSet<String>, classes: &[usize], n: usize) -> Vec<usize> {
    let mut counts = vec![0; n];
    for id in ids {
        counts[classes[row(id)]] += 1;
    }
    counts
}

pub(super) fn spread(counts: impl IntoIterator<Item = usize>) -> usize {
    let counts: Vec<usize> = counts.into_iter().collect();
    counts.iter().max().unwrap() - counts.iter().min().unwrap()
}

/// A permutation of `0..n`, by a seed.
pub(super) fn permutation(n: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|row| Seed(seed).hash(&row.to_le_bytes()));
    order
}
