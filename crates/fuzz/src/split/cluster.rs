//! Groups by similarity and by place.

use arbitrary::{Result, Unstructured};
use midfuse_eval::cluster::{by_distance, by_edges, spatial_blocks};

fn ids(n: usize) -> Vec<String> {
    (0..n).map(|row| format!("row-{row}")).collect()
}

pub(super) fn edges(u: &mut Unstructured<'_>) -> Result<()> {
    let n = usize::from(u.arbitrary::<u8>()? % 40);
    let mut edges = Vec::new();
    while !u.is_empty() {
        let (a, b) = (u.arbitrary::<u8>()? % 41, u.arbitrary::<u8>()? % 41);
        edges.push((format!("row-{a}"), format!("row-{b}")));
    }
    let ids = ids(n);
    let Ok(groups) = by_edges(&ids, &edges) else {
        return Ok(());
    };
    let group = |id: &String| &groups[ids.iter().position(|have| have == id).expect("known")];
    assert!(
        edges.iter().all(|(a, b)| group(a) == group(b)),
        "an edge between two groups"
    );
    let backwards: Vec<String> = ids.iter().rev().cloned().collect();
    let turned = edges
        .iter()
        .rev()
        .map(|(a, b)| (b.clone(), a.clone()))
        .collect::<Vec<_>>();
    let mut again = by_edges(&backwards, &turned).expect("the same graph");
    again.reverse();
    assert_eq!(groups, again, "the order matters");
    Ok(())
}

pub(super) fn distance(u: &mut Unstructured<'_>) -> Result<()> {
    let n = usize::from(u.arbitrary::<u8>()? % 12);
    let threshold = f64::from(u.arbitrary::<f32>()?);
    let mut distances = Vec::new();
    while !u.is_empty() {
        distances.push(match u.arbitrary::<u8>()? {
            255 => u.arbitrary()?,
            near => f64::from(near),
        });
    }
    // Mostly as many as there are pairs.
    if distances.len() > n * n.saturating_sub(1) / 2 && distances.len() % 5 > 0 {
        distances.truncate(n * n.saturating_sub(1) / 2);
    }
    let Ok(groups) = by_distance(&ids(n), &distances, threshold) else {
        return Ok(());
    };
    let pairs = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b)));
    for ((a, b), distance) in pairs.zip(distances) {
        assert!(
            groups[a] == groups[b] || distance > threshold,
            "near rows in two groups"
        );
    }
    Ok(())
}

pub(super) fn spatial(u: &mut Unstructured<'_>) -> Result<()> {
    let side: f64 = match u.arbitrary::<u8>()? {
        0 => u.arbitrary()?,
        side => f64::from(side),
    };
    let mut points: Vec<(f64, f64)> = Vec::new();
    while !u.is_empty() {
        let mut coordinate = || -> Result<f64> {
            Ok(match u.arbitrary::<u8>()? {
                255 => u.arbitrary()?,
                _ => f64::from(u.arbitrary::<i16>()?) / 8.0,
            })
        };
        points.push((coordinate()?, coordinate()?));
    }
    let Ok(groups) = spatial_blocks(&ids(points.len()), &points, side) else {
        return Ok(());
    };
    let cell = |point: &(f64, f64)| [point.0, point.1].map(|x| (x / side).floor());
    for (a, p) in points.iter().enumerate() {
        for (b, q) in points.iter().enumerate().skip(a) {
            assert_eq!(
                groups[a] == groups[b],
                cell(p) == cell(q),
                "{p:?} and {q:?}"
            );
        }
    }
    Ok(())
}
