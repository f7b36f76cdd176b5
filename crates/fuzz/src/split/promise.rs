//! What every split promises, looked at from outside.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_eval::rows::{Data, Span};
use midfuse_eval::split::{SplitError, Splitter};
use midfuse_eval::structure::Structure;

use super::case::Case;

/// A fold, by row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sides {
    pub(super) train: BTreeSet<usize>,
    pub(super) test: BTreeSet<usize>,
    pub(super) dropped: BTreeSet<usize>,
    pub(super) weights: Option<Vec<u32>>,
}

/// The folds of a splitter, or `None` if it refused. They are the same for the same rows in another
/// order; no side is empty; train, test and dropped rows make up all rows, each once; an inner loop in
/// the first fold keeps its rows apart, too.
pub(super) fn folds<S: Structure>(
    case: &Case,
    declare: impl Fn(&[usize]) -> Data<S>,
    by: &impl Splitter<S>,
) -> Option<Vec<Sides>> {
    let got = split(declare(&case.natural()), by);
    let again = split(declare(&case.order), by);
    assert_eq!(
        format!("{got:?}"),
        format!("{again:?}"),
        "the order of rows matters"
    );
    let folds = match got {
        Ok(folds) => folds,
        Err(error) => {
            check_refusal(&error);
            return None;
        }
    };
    assert!(!folds.is_empty(), "no fold and no error");
    for fold in &folds {
        assert!(
            !fold.train.is_empty() && !fold.test.is_empty(),
            "an empty side"
        );
        let parts = [&fold.train, &fold.test, &fold.dropped];
        let union: BTreeSet<usize> = parts.iter().flat_map(|part| part.iter().copied()).collect();
        let total: usize = parts.iter().map(|part| part.len()).sum();
        assert!(
            total == case.len() && union.len() == case.len(),
            "sides overlap or lack rows"
        );
    }
    Some(folds)
}

impl Case {
    /// Every class that occurs trains in every fold.
    pub(super) fn check_classes(&self, folds: &[Sides]) {
        let occurring: BTreeSet<usize> = self.classes.iter().copied().collect();
        for fold in folds {
            let trained: BTreeSet<usize> =
                fold.train.iter().map(|&row| self.classes[row]).collect();
            assert_eq!(trained, occurring, "a class does not train");
        }
    }

    /// No group of `groups` on both sides.
    pub(super) fn check_groups(groups: &[usize], folds: &[Sides]) {
        for fold in folds {
            let of = |rows: &BTreeSet<usize>| -> BTreeSet<usize> {
                rows.iter().map(|&row| groups[row]).collect()
            };
            assert!(
                of(&fold.train).is_disjoint(&of(&fold.test)),
                "a group on both sides"
            );
        }
    }

    /// No train row covers a moment that a test row covers.
    pub(super) fn check_spans(&self, folds: &[Sides]) {
        for fold in folds {
            for &train in &fold.train {
                let meets = |&&test: &&usize| self.spans[train].meets(self.spans[test]);
                assert_eq!(fold.test.iter().find(meets), None, "spans meet");
            }
        }
    }

    /// The time from the first start to the last end of some rows.
    pub(super) fn window(&self, rows: &BTreeSet<usize>) -> Span {
        let spans = || rows.iter().map(|&row| self.spans[row]);
        let start = spans()
            .map(|span| span.start)
            .min()
            .expect("a side has rows");
        Span::new(
            start,
            spans().map(|span| span.end).max().expect("a side has rows"),
        )
    }

    /// Every row is tested `times` times.
    pub(super) fn check_times_tested(&self, times: usize, folds: &[Sides]) {
        let mut tested: BTreeMap<usize, usize> = BTreeMap::new();
        for &row in folds.iter().flat_map(|fold| &fold.test) {
            *tested.entry(row).or_default() += 1;
        }
        assert!(
            tested.len() == self.len() && tested.values().all(|&n| n == times),
            "rows are not tested {times} times: {tested:?}"
        );
    }

    /// `k` folds, each row tested once and trained on in all others.
    pub(super) fn check_k_fold(&self, folds: &[Sides]) {
        assert_eq!(folds.len(), self.k);
        assert!(
            folds.iter().all(|fold| fold.dropped.is_empty()),
            "dropped rows"
        );
        self.check_times_tested(1, folds);
    }

    /// Rows of each class in the test rows of a fold.
    pub(super) fn class_counts(&self, fold: &Sides) -> [usize; 4] {
        let mut counts = [0; 4];
        for &row in &fold.test {
            counts[self.classes[row]] += 1;
        }
        counts
    }
}

/// Largest less smallest.
pub(super) fn spread(counts: impl IntoIterator<Item = usize>) -> usize {
    let counts: Vec<usize> = counts.into_iter().collect();
    counts.iter().max().unwrap_or(&0) - counts.iter().min().unwrap_or(&0)
}

/// `n` over `k`.
pub(super) fn choose(n: usize, k: usize) -> usize {
    (0..k).fold(1, |product, i| product * (n - i) / (i + 1))
}

fn row(id: &str) -> usize {
    id.strip_prefix("row-")
        .and_then(|row| row.parse().ok())
        .expect("an id of ours")
}

fn split<S: Structure>(data: Data<S>, by: &impl Splitter<S>) -> Result<Vec<Sides>, SplitError> {
    data.develop().cross_validate(by, |fold| {
        if fold.index == 0 {
            // Inner rows are rows of train, and no inner side shares one with the other.
            let train: BTreeSet<&str> = fold.train.ids().collect();
            let inner = fold.train.cross_validate(by, |inner| {
                let fitted: BTreeSet<&str> = inner.train.ids().collect();
                assert!(fitted.is_subset(&train));
                assert!(
                    inner
                        .valid
                        .ids()
                        .all(|id| train.contains(id) && !fitted.contains(id))
                );
            });
            if let Err(error) = inner {
                check_refusal(&error);
            }
        }
        Sides {
            train: fold.train.ids().map(row).collect(),
            test: fold.test.ids().map(row).collect(),
            dropped: fold.dropped.iter().map(|id| row(id)).collect(),
            weights: fold.train.weights().map(<[u32]>::to_vec),
        }
    })
}

/// A refusal is one line with a mend, and never says that a splitter of ours made no partition.
fn check_refusal(error: &SplitError) {
    let message = error.to_string();
    assert!(
        !message.is_empty() && !message.contains('\n'),
        "{message:?}"
    );
    let broken = matches!(
        error,
        SplitError::NotAPartition { .. } | SplitError::Weights { .. }
    );
    assert!(!broken, "{message}");
}
