//! A target per splitter: arbitrary rows and options; what comes back keeps every promise, or is a
//! typed refusal.

mod any;
mod case;
mod cluster;
mod in_groups;
mod in_time;
mod independent;
mod promise;

use arbitrary::Unstructured;

use crate::target::Target;
use case::Case;

/// The targets of this module.
pub(crate) const TARGETS: &[Target] = &[
    target("split-k-fold", &["KFold"], |bytes| {
        with(bytes, independent::k_fold);
    }),
    target("split-stratified-k-fold", &["StratifiedKFold"], |bytes| {
        with(bytes, independent::stratified_k_fold);
    }),
    target("split-iterative-k-fold", &["IterativeKFold"], |bytes| {
        with(bytes, independent::iterative_k_fold);
    }),
    target("split-shuffle-split", &["ShuffleSplit"], |bytes| {
        with(bytes, independent::shuffle_split);
    }),
    target(
        "split-stratified-shuffle-split",
        &["StratifiedShuffleSplit"],
        |bytes| {
            with(bytes, independent::stratified_shuffle_split);
        },
    ),
    target("split-bootstrap", &["Bootstrap"], |bytes| {
        with(bytes, independent::bootstrap);
    }),
    target("split-group-k-fold", &["GroupKFold"], |bytes| {
        with(bytes, in_groups::group_k_fold);
    }),
    target(
        "split-stratified-group-k-fold",
        &["StratifiedGroupKFold"],
        |bytes| {
            with(bytes, in_groups::stratified_group_k_fold);
        },
    ),
    target(
        "split-group-shuffle-split",
        &["GroupShuffleSplit"],
        |bytes| {
            with(bytes, in_groups::group_shuffle_split);
        },
    ),
    target(
        "split-stratified-group-shuffle-split",
        &["StratifiedGroupShuffleSplit"],
        |bytes| {
            with(bytes, in_groups::stratified_group_shuffle_split);
        },
    ),
    target("split-leave-groups-out", &["LeaveGroupsOut"], |bytes| {
        with(bytes, in_groups::leave_groups_out);
    }),
    target("split-crossed-k-fold", &["CrossedKFold"], |bytes| {
        with(bytes, in_groups::crossed_k_fold);
    }),
    target("split-blocked-k-fold", &["BlockedKFold"], |bytes| {
        with(bytes, in_time::blocked_k_fold);
    }),
    target("split-purged-k-fold", &["PurgedKFold"], |bytes| {
        with(bytes, in_time::purged_k_fold);
    }),
    target(
        "split-combinatorial-purged",
        &["CombinatorialPurged"],
        |bytes| {
            with(bytes, in_time::combinatorial_purged);
        },
    ),
    target("split-expanding-window", &["ExpandingWindow"], |bytes| {
        with(bytes, in_time::expanding_window);
    }),
    target("split-rolling-window", &["RollingWindow"], |bytes| {
        with(bytes, in_time::rolling_window);
    }),
    target("split-repeated", &["Repeated"], |bytes| {
        with(bytes, any::repeated);
    }),
    target("split-predefined", &["Predefined"], |bytes| {
        with(bytes, any::predefined);
    }),
    target("split-any", &["AnySplitter"], |bytes| {
        with(bytes, any::any_splitter);
    }),
    target("cluster-edges", &["by_edges"], |bytes| {
        read(bytes, cluster::edges);
    }),
    target("cluster-distance", &["by_distance"], |bytes| {
        read(bytes, cluster::distance);
    }),
    target("cluster-spatial-blocks", &["spatial_blocks"], |bytes| {
        read(bytes, cluster::spatial);
    }),
];

const fn target(name: &'static str, covers: &'static [&'static str], run: fn(&[u8])) -> Target {
    Target {
        name,
        covers,
        run,
        seeds,
    }
}

/// Bytes of several lengths; a splitter takes any.
fn seeds() -> Vec<Vec<u8>> {
    let byte = |i: usize| (i.wrapping_mul(2_654_435_761) >> 7) as u8;
    [40, 120, 400]
        .iter()
        .map(|&n| (0..n).map(byte).collect())
        .collect()
}

fn with(bytes: &[u8], check: fn(&Case)) {
    read(bytes, |u| {
        check(&Case::arbitrary(u)?);
        Ok(())
    });
}

fn read(bytes: &[u8], check: impl Fn(&mut Unstructured<'_>) -> arbitrary::Result<()>) {
    // Too few bytes for a case are not a case.
    let _ = check(&mut Unstructured::new(bytes));
}
