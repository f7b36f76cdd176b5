//! A random set of groups with a share of every class.

use super::Counts;

/// Most exchanges that are tried.
const EXCHANGES: usize = 200_000;

/// Whether each group is in the set. `order` is the random order in which groups are drawn.
pub(crate) fn draw(counts: &Counts, order: &[usize], fraction: f64) -> Vec<bool> {
    let target = |&total: &i64| {
        let wanted = (fraction * total as f64).round() as i64;
        // At least one row of each class on either side, where it has two.
        wanted.clamp(i64::from(total >= 2), (total - 1).max(0))
    };
    // What is missing of each class; negative where there is too much.
    let mut missing: Vec<i64> = counts.totals.iter().map(target).collect();
    let mut drawn = vec![false; counts.n_groups];
    for &group in order {
        if change(counts, &missing, group, None) < 0 {
            put(counts, &mut missing, group, 1);
            drawn[group] = true;
        }
    }
    let mut tries = 0;
    let mut improved = true;
    while improved && tries < EXCHANGES {
        improved = false;
        for &out in order {
            for &into in order {
                if !drawn[out] || drawn[into] {
                    continue;
                }
                tries += 1;
                if change(counts, &missing, into, Some(out)) < 0 {
                    put(counts, &mut missing, into, 1);
                    put(counts, &mut missing, out, -1);
                    (drawn[into], drawn[out]) = (true, false);
                    improved = true;
                }
            }
            if tries >= EXCHANGES {
                break;
            }
        }
    }
    drawn
}

fn put(counts: &Counts, missing: &mut [i64], group: usize, sign: i64) {
    for (missing, &count) in missing.iter_mut().zip(counts.group(group)) {
        *missing -= sign * count;
    }
}

/// Change of the weighted squares of what is missing when `into` joins, in exchange for `out`.
fn change(counts: &Counts, missing: &[i64], into: usize, out: Option<usize>) -> i128 {
    let mut change = 0;
    for (column, &before) in missing.iter().enumerate() {
        let back = out.map_or(0, |out| counts.group(out)[column]);
        let d = i128::from(counts.group(into)[column] - back);
        change += counts.weights[column] * (d * d - 2 * d * i128::from(before));
    }
    change
}
