//! Groups by similarity and by place.

use std::collections::BTreeSet;

use midfuse_base::Seed;
use midfuse_eval::cluster::{ClusterError, by_distance, by_edges, spatial_blocks};
use midfuse_eval::rows::Data;
use midfuse_eval::split::GroupKFold;
use proptest::prelude::*;

use super::cases::{check_k_fold, folds, id, numbered, permutation};

fn ids(n: usize) -> Vec<String> {
    (0..n).map(id).collect()
}

proptest! {
    #[test]
    fn no_edge_crosses_the_split(
        edges in prop::collection::vec((0_usize..30, 0_usize..30), 0..20), order: u64,
    ) {
        let named: Vec<(String, String)> = edges.iter().map(|&(a, b)| (id(a), id(b))).collect();
        let groups = by_edges(&ids(30), &named).unwrap();
        // The order of rows does not matter.
        let permuted = permutation(30, order);
        let shuffled: Vec<String> = permuted.iter().map(|&row| id(row)).collect();
        let again = by_edges(&shuffled, &named).unwrap();
        for (at, &row) in permuted.iter().enumerate() {
            prop_assert_eq!(&again[at], &groups[row]);
        }
        let dev = Data::grouped(numbered(30).with_groups("cluster", &groups).unwrap()).unwrap();
        let Ok(got) = folds(&dev.develop(), &GroupKFold::new(3, Seed(0))) else { return Ok(()) };
        check_k_fold(30, 3, &got);
        for fold in &got {
            for (a, b) in &named {
                prop_assert_eq!(fold.test.contains(a), fold.test.contains(b));
            }
        }
    }

    #[test]
    fn rows_of_two_clusters_are_far_apart(
        x in prop::collection::vec(0.0_f64..100.0, 2..30), threshold in 0.0_f64..10.0,
    ) {
        let n = x.len();
        let distance = |a: usize, b: usize| (x[a] - x[b]).abs();
        let pairs: Vec<(usize, usize)> =
            (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect();
        let distances: Vec<f64> = pairs.iter().map(|&(a, b)| distance(a, b)).collect();
        let groups = by_distance(&ids(n), &distances, threshold).unwrap();
        for &(a, b) in &pairs {
            prop_assert!(groups[a] == groups[b] || distance(a, b) > threshold);
        }
        // On a line, a cluster is a run without a gap above the threshold.
        let mut sorted = x.clone();
        sorted.sort_by(f64::total_cmp);
        let gaps = sorted.windows(2).filter(|pair| pair[1] - pair[0] > threshold).count();
        prop_assert_eq!(groups.iter().collect::<BTreeSet<_>>().len(), gaps + 1);
    }

    #[test]
    fn blocks_are_squares(points in prop::collection::vec((-50.0_f64..50.0, -50.0_f64..50.0), 1..40)) {
        let groups = spatial_blocks(&ids(points.len()), &points, 10.0).unwrap();
        for (a, p) in points.iter().enumerate() {
            for (b, q) in points.iter().enumerate() {
                let same = (p.0 / 10.0).floor() == (q.0 / 10.0).floor()
                    && (p.1 / 10.0).floor() == (q.1 / 10.0).floor();
                prop_assert_eq!(groups[a] == groups[b], same);
            }
        }
    }
}

/// Two zeros of different sign are one place.
#[test]
fn the_sign_of_zero_makes_no_block() {
    let points = [(0.0, -0.0), (-0.0, 0.0), (1.0, 1.0)];
    let groups = spatial_blocks(&ids(3), &points, 2.0).unwrap();
    assert_eq!(groups, ["block 0 0"; 3]);
}

#[test]
fn bad_input_is_named() {
    let ids = ids(3);
    let edge = [("row-0".to_owned(), "row-9".to_owned())];
    let expected = ClusterError::UnknownRow {
        edge: 0,
        id: "row-9".into(),
    };
    assert_eq!(by_edges(&ids, &edge), Err(expected));
    let twice = ["a", "a"].map(String::from);
    assert_eq!(
        by_edges(&twice, &[]),
        Err(ClusterError::DuplicateId { id: "a".into() })
    );
    let short = ClusterError::Length {
        what: "distances",
        expected: 3,
        got: 2,
    };
    assert_eq!(by_distance(&ids, &[1.0, 2.0], 0.5), Err(short));
    assert!(by_distance(&ids, &[1.0, f64::NAN, 1.0], 0.5).is_err());
    assert!(by_distance(&ids, &[1.0, -1.0, 1.0], 0.5).is_err());
    assert!(by_distance(&ids, &[1.0; 3], -0.5).is_err());
    assert_eq!(by_distance(&[], &[], 1.0), Ok(vec![]));
    let points = [(0.0, 0.0), (f64::NAN, 0.0), (1.0, 1.0)];
    assert!(matches!(
        spatial_blocks(&ids, &points, 1.0),
        Err(ClusterError::Number { .. })
    ));
    assert!(spatial_blocks(&ids, &points[..2], 1.0).is_err());
    assert!(spatial_blocks(&ids, &points, 0.0).is_err());
}
