//! Near duplicates by distance: tables of numbers, sequences of numbers.

use std::collections::HashSet;

use midfuse_base::Seed;

use super::finding::{Code, Finding, Severity};
use super::folds::Folds;
use super::target::Target;
use crate::content::Content;
use crate::detector::Detector;
use crate::evidence::Evidence;

/// Near copies among the vectors of each modality.
pub(crate) const DETECTOR: Detector = |evidence| evidence.of_contents(of_content);

fn of_content(evidence: &Evidence<'_>, content: &Content) -> Vec<Finding> {
    let Some(rows) = &content.vectors else {
        return Vec::new();
    };
    let vectors = Vectors {
        name: &content.name,
        rows,
    };
    let found = near_duplicates(
        &vectors,
        evidence.target().as_ref(),
        evidence.groups(),
        evidence.folds(),
    );
    found.into_iter().collect()
}

/// One vector per row.
#[derive(Debug, Clone, Copy)]
pub struct Vectors<'a> {
    /// Name of the modality.
    pub name: &'a str,
    /// Vectors of one length, `[N][D]`; `None` where the row has none. All values finite.
    pub rows: &'a [Option<Vec<f32>>],
}

/// Neighbour to whose distance the nearest is compared.
pub(super) const NEIGHBOUR: usize = 10;
/// Expected number of pairs that chance puts so close, over all rows.
const EXPECTED: f64 = 1e-4;
/// The nearest neighbour is never called a copy from this share of the distance of the tenth.
const MOST_RATIO: f64 = 0.3;
/// Wider vectors are projected onto so many random directions.
const WIDEST: usize = 32;
/// Fewest values that differ between rows.
const FEWEST_VALUES: usize = 4;
/// Rows beyond this number are not compared.
const MOST_ROWS: usize = 20_000;

/// Finds rows that lie far closer together than rows of their class do: [`Code::NearDuplicate`].
/// Rows at distance zero are left to [`exact_duplicates`](super::exact_duplicates).
///
/// Values are standardised. A pair is a copy where its distance is below a share `r` of the distance
/// from either row to the tenth neighbour of its own class. Around a point in `m` dimensions the
/// chance of that is about `9 r^m`, so `r` is chosen such that 1e-4 pairs of the whole cohort are
/// expected, with the dimension estimated from the neighbours themselves (Levina & Bickel 2004, median
/// over rows). Vectors wider than 32 values are projected onto 32 random directions first. The first
/// 20,000 rows are compared.
pub fn near_duplicates(
    vectors: &Vectors<'_>,
    target: Option<&Target<'_>>,
    groups: Option<&[usize]>,
    folds: Option<&Folds>,
) -> Option<Finding> {
    let rows = sample(vectors);
    let points = project(&standardise(&rows)?);
    let stratum: Vec<usize> = rows
        .iter()
        .map(|&(row, _)| target.map_or(0, |target| target.stratum(row)))
        .collect();
    let around: Vec<Neighbours> = points
        .iter()
        .zip(&stratum)
        .map(|(point, &own)| neighbours(point, own, &points, &stratum))
        .collect();
    let dimension = dimension(around.iter().map(|near| near.own.as_slice()))?;
    let ratio = ratio_of(dimension, around.len());
    let mut pairs: HashSet<(usize, usize)> = HashSet::new();
    for (a, near) in around.iter().enumerate() {
        let Some(scale) = near.scale() else { continue };
        for &(distance, b) in near
            .nearest
            .iter()
            .filter(|&&(distance, _)| distance < ratio * scale)
        {
            let theirs = around.get(b).and_then(Neighbours::scale);
            if theirs.is_some_and(|theirs| distance < ratio * theirs) {
                pairs.insert((a.min(b), a.max(b)));
            }
        }
    }
    let row = |at: usize| rows.get(at).map_or_else(Vec::new, |&(row, _)| vec![row]);
    let pairs = pairs.into_iter().map(|(a, b)| (row(a), row(b))).collect();
    let how =
        format!("lie closer than {ratio:.3} of the distance to their tenth neighbour of the class");
    pairs_finding(vectors.name, pairs, &how, vectors.rows.len(), groups, folds)
}

/// Two contents that are nearly the same: the rows that hold one, and those that hold the other.
pub(super) type Pair = (Vec<usize>, Vec<usize>);

/// The finding of pairs that are nearly the same; also for images and texts.
pub(super) fn pairs_finding(
    name: &str,
    pairs: Vec<Pair>,
    how: &str,
    n: usize,
    groups: Option<&[usize]>,
    folds: Option<&Folds>,
) -> Option<Finding> {
    let group = |row: usize| groups.and_then(|groups| groups.get(row));
    let mut kept: Vec<Vec<usize>> = pairs
        .into_iter()
        .map(|(one, other)| {
            let mut rows = [one, other].concat();
            rows.sort_unstable();
            rows
        })
        .filter(|rows| {
            let first = rows.first().map(|&row| group(row));
            let several = || rows.iter().any(|&row| Some(group(row)) != first);
            folds.map_or_else(
                || groups.is_none() || several(),
                |folds| folds.straddle(rows),
            )
        })
        .collect();
    kept.sort_unstable();
    if kept.is_empty() {
        return None;
    }
    let involved: HashSet<usize> = kept.iter().flatten().copied().collect();
    let place = if folds.is_some() {
        " on both sides of the split"
    } else {
        ""
    };
    Some(Finding {
        code: Code::NearDuplicate,
        severity: if folds.is_some() {
            Severity::Blocking
        } else {
            Severity::Warning
        },
        subject: name.to_owned(),
        what: format!("{} pairs{place} {how}", kept.len()),
        measure: "share of all rows".to_owned(),
        strength: involved.len() as f64 / n.max(1) as f64,
        p: None,
        rows: kept,
        mend: "give rows that are nearly the same one group, and split by group".to_owned(),
    })
}

/// Distances around one point, without those of zero.
struct Neighbours {
    /// To the nearest points of its class, ascending.
    own: Vec<f64>,
    /// To the nearest points of any class, with their positions, ascending.
    nearest: Vec<(f64, usize)>,
}

impl Neighbours {
    /// Distance to the tenth neighbour of the class.
    fn scale(&self) -> Option<f64> {
        self.own.get(NEIGHBOUR - 1).copied()
    }
}

fn neighbours(point: &[f32], class: usize, points: &[Vec<f32>], stratum: &[usize]) -> Neighbours {
    let mut near = Neighbours {
        own: Vec::new(),
        nearest: Vec::new(),
    };
    for ((at, other), &theirs) in points.iter().enumerate().zip(stratum) {
        let squared: f32 = point
            .iter()
            .zip(other)
            .map(|(a, b)| (a - b) * (a - b))
            .sum();
        if squared <= 1e-12 {
            continue;
        }
        let distance = f64::from(squared).sqrt();
        if theirs == class && near.scale().is_none_or(|last| distance < last) {
            let place = near.own.partition_point(|&d| d < distance);
            near.own.insert(place, distance);
            near.own.truncate(NEIGHBOUR);
        }
        if near.nearest.len() < NEIGHBOUR
            || near.nearest.last().is_some_and(|last| distance < last.0)
        {
            let place = near.nearest.partition_point(|&(d, _)| d < distance);
            near.nearest.insert(place, (distance, at));
            near.nearest.truncate(NEIGHBOUR);
        }
    }
    near
}

/// The dimension of points, from the ascending distances to their ten nearest neighbours; `None`
/// where no point has ten.
pub(super) fn dimension<'a>(nearest: impl Iterator<Item = &'a [f64]>) -> Option<f64> {
    // The nearest neighbour, which may be the copy, has no say. With k neighbours in m dimensions
    // the logarithm of T_k / T_j has the mean (1/j + ... + 1/(k-1)) / m.
    let expected: f64 = (2..NEIGHBOUR).map(|j| (j - 1) as f64 / j as f64).sum();
    let mut inverse: Vec<f64> = nearest
        .filter_map(|distances| {
            let last = distances.get(NEIGHBOUR - 1)?;
            let logs = distances.iter().skip(1).take(NEIGHBOUR - 2);
            Some(logs.map(|distance| (last / distance).ln()).sum::<f64>() / expected)
        })
        .collect();
    inverse.sort_by(f64::total_cmp);
    let median = *inverse.get(inverse.len() / 2)?;
    Some(1.0 / median.max(1e-9))
}

/// The share of the distance to the tenth neighbour below which a pair is a copy, where so many
/// points are compared with all others.
pub(super) fn ratio_of(dimension: f64, points: usize) -> f64 {
    let chance = EXPECTED / ((NEIGHBOUR - 1) * points) as f64;
    (chance.ln() / dimension).exp().min(MOST_RATIO)
}

/// The rows that have a vector; of too many, those with the lowest hashes of it.
fn sample<'a>(vectors: &Vectors<'a>) -> Vec<(usize, &'a Vec<f32>)> {
    let there = vectors.rows.iter().enumerate();
    let mut rows: Vec<(usize, &Vec<f32>)> = there
        .filter_map(|(row, vector)| Some((row, vector.as_ref()?)))
        .collect();
    if rows.len() > MOST_ROWS {
        rows.sort_by_cached_key(|&(row, vector)| {
            let bytes: Vec<u8> = vector
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect();
            (Seed(0).hash(&bytes), row)
        });
        rows.truncate(MOST_ROWS);
        rows.sort_unstable_by_key(|&(row, _)| row);
    }
    rows
}

/// Columns of mean 0 and standard deviation 1 without the constant ones; `None` if too few are left.
fn standardise(rows: &[(usize, &Vec<f32>)]) -> Option<Vec<Vec<f32>>> {
    let n = rows.len() as f64;
    let width = rows.first()?.1.len();
    let mut sums = vec![(0.0_f64, 0.0_f64); width];
    for (_, row) in rows {
        for ((sum, squares), &value) in sums.iter_mut().zip(row.iter()) {
            *sum += f64::from(value);
            *squares += f64::from(value) * f64::from(value);
        }
    }
    let scales: Vec<Option<(f64, f64)>> = sums
        .into_iter()
        .map(|(sum, squares)| {
            let mean = sum / n;
            let variance = squares / n - mean * mean;
            (variance > 1e-9 * (mean * mean).max(1e-12)).then(|| (mean, variance.sqrt()))
        })
        .collect();
    let left = scales.iter().flatten().count();
    let scaled = |row: &Vec<f32>| {
        let pairs = row.iter().zip(&scales);
        pairs
            .filter_map(|(&value, scale)| {
                scale.map(|(mean, sd)| ((f64::from(value) - mean) / sd) as f32)
            })
            .collect()
    };
    (left >= FEWEST_VALUES && rows.len() > NEIGHBOUR)
        .then(|| rows.iter().map(|(_, row)| scaled(row)).collect())
}

/// Wide points on random directions of signs (Achlioptas 2003).
fn project(points: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let width = points.first().map_or(0, Vec::len);
    if width <= WIDEST {
        return points.to_vec();
    }
    let signs: Vec<u64> = (0..width as u64)
        .map(|column| Seed(0).hash(&column.to_le_bytes()))
        .collect();
    let sign = |bits: u64, k: usize| if bits >> k & 1 == 1 { 1.0 } else { -1.0 };
    let onto = |point: &Vec<f32>| {
        let mut sums = vec![0.0_f32; WIDEST];
        for (&value, &bits) in point.iter().zip(&signs) {
            for (k, sum) in sums.iter_mut().enumerate() {
                *sum += sign(bits, k) * value;
            }
        }
        sums
    };
    points.iter().map(onto).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Independent normal-ish numbers of a row and a column.
    fn number(row: u64, column: u64) -> f32 {
        (0..4)
            .map(|k| {
                (Seed(k).hash(&[row.to_le_bytes(), column.to_le_bytes()].concat()) >> 40) as f32
                    / 8_388_608.0
                    - 1.0
            })
            .sum()
    }

    fn cohort(n: u64, width: u64) -> Vec<Option<Vec<f32>>> {
        (0..n)
            .map(|row| Some((0..width).map(|column| number(row, column)).collect()))
            .collect()
    }

    #[test]
    fn jittered_copies_are_found_and_random_rows_are_not() {
        for width in [6, 80] {
            let mut rows = cohort(150, width);
            let clean = Vectors {
                name: "table",
                rows: &rows,
            };
            assert_eq!(near_duplicates(&clean, None, None, None), None);
            for (from, to) in [(3, 140), (7, 20)] {
                let copy = rows[from]
                    .clone()
                    .map(|row| row.iter().map(|value| value + 1e-3).collect::<Vec<f32>>());
                rows[to] = copy;
            }
            let folds = Folds::new(150, &[((0..100).collect(), (100..150).collect())]);
            let spoilt = Vectors {
                name: "table",
                rows: &rows,
            };
            let found = near_duplicates(&spoilt, None, None, Some(&folds)).unwrap();
            assert_eq!(
                (found.severity, found.rows),
                (Severity::Blocking, vec![vec![3, 140]])
            );
            let anywhere = near_duplicates(&spoilt, None, None, None).unwrap();
            assert_eq!(anywhere.rows, vec![vec![3, 140], vec![7, 20]]);
        }
    }
}
