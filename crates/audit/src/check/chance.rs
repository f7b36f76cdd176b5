//! How many equal rows chance gives in a table.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// Most columns that are looked at; more only lower a number that is small by then.
const MOST_COLUMNS: usize = 32;

/// Number of pairs of equal rows that chance gives in a table of `columns`, each `[N]` codes of
/// values (equal codes for equal values; missing is a value).
///
/// The probability that two random rows agree is that of the first column, times that of each
/// further one given agreement in the earlier column it is associated with most (a tree as in Chow & Liu
/// 1968). It is taken within each class of `labels` and over all rows, and the largest counts. Columns
/// with many values are judged on distinct rows, so that copies do not pass for coincidences.
/// 8 independent binary columns of 200 rows: 78.
pub fn expected_pairs(columns: &[Vec<u64>], labels: Option<&[usize]>) -> f64 {
    let n = columns.first().map_or(0, Vec::len);
    let all: Vec<usize> = (0..n).collect();
    let mut classes: HashMap<usize, Vec<usize>> = HashMap::new();
    for (row, &label) in labels.unwrap_or_default().iter().enumerate().take(n) {
        classes.entry(label).or_default().push(row);
    }
    let strata = std::iter::once(all).chain(classes.into_values().filter(|rows| rows.len() >= 10));
    let highest = strata
        .map(|rows| agreement(columns, &rows))
        .fold(0.0, f64::max);
    highest * n as f64 * (n.saturating_sub(1)) as f64 / 2.0
}

/// Probability that two of these rows agree in all columns.
fn agreement(columns: &[Vec<u64>], rows: &[usize]) -> f64 {
    let take = |column: &Vec<u64>, rows: &[usize]| -> Vec<u64> {
        rows.iter()
            .filter_map(|&row| column.get(row).copied())
            .collect()
    };
    let mut seen = HashSet::new();
    let distinct_rows: Vec<usize> = rows
        .iter()
        .copied()
        .filter(|&row| {
            seen.insert(
                columns
                    .iter()
                    .map(|column| column.get(row))
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    let few = (rows.len() as f64).sqrt();
    let mut ordered: Vec<(usize, &Vec<u64>)> = columns
        .iter()
        .map(|column| {
            (
                take(column, rows).into_iter().collect::<HashSet<_>>().len(),
                column,
            )
        })
        .collect();
    ordered.sort_by_key(|&(distinct, _)| std::cmp::Reverse(distinct));
    let enough = 1e-9 / (rows.len() as f64).powi(2).max(1.0);
    let mut probability = 1.0;
    let mut earlier: Vec<Vec<u64>> = Vec::new();
    for (distinct, column) in ordered.into_iter().take(MOST_COLUMNS) {
        let many = distinct as f64 > few;
        let values = take(column, if many { &distinct_rows } else { rows });
        let mut factor = pair_share(&values);
        if !many {
            for other in earlier.iter().filter(|other| other.len() == values.len()) {
                let joint: Vec<(u64, u64)> =
                    values.iter().copied().zip(other.iter().copied()).collect();
                let given = pair_share(other);
                if given > 0.0 {
                    factor = factor.max((pair_share(&joint) / given).min(1.0));
                }
            }
            earlier.push(values);
        }
        probability *= factor;
        if probability < enough {
            return 0.0;
        }
    }
    probability
}

/// Share of the pairs that are equal; where none is, three pairs are taken to be (the upper 95 %
/// bound of a count of none).
fn pair_share<T: Hash + Eq>(values: &[T]) -> f64 {
    let n = values.len() as f64;
    if n < 2.0 {
        return 1.0;
    }
    let mut counts: HashMap<&T, f64> = HashMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1.0;
    }
    let equal: f64 = counts.values().map(|count| count * (count - 1.0)).sum();
    (equal.max(6.0) / (n * (n - 1.0))).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_columns_agree_by_chance_and_copies_of_a_column_add_nothing() {
        let bit = |row: usize, k: usize| ((row.wrapping_mul(2_654_435_761) >> (k + 7)) & 1) as u64;
        let columns: Vec<Vec<u64>> = (0..8)
            .map(|k| (0..200).map(|row| bit(row, k)).collect())
            .collect();
        let expected = expected_pairs(&columns, None);
        assert!((40.0..250.0).contains(&expected), "{expected}");
        let mut twice = columns.clone();
        twice.extend(columns);
        let same = expected_pairs(&twice, None);
        assert!((same / expected - 1.0).abs() < 1e-9, "{same} {expected}");
    }

    #[test]
    fn numbers_do_not_agree_by_chance() {
        let column = |k: u64| (0..100_u64).map(|row| row * k).collect::<Vec<_>>();
        assert!(expected_pairs(&[column(3), column(5), column(7), column(11)], None) < 1e-6);
    }
}
