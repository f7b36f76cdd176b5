//! Test rows that differ from training rows: a classifier two-sample test.

use std::collections::BTreeMap;

use midfuse_base::Seed;
use statrs::distribution::{ContinuousCDF as _, Normal};

use super::column::{Column, Values};
use super::finding::{Code, Finding, Severity};
use super::folds::Folds;
use crate::detector::Detector;
use midfuse_metrics::metric::mid_ranks;

/// Training against test rows.
pub(crate) const DETECTOR: Detector = |evidence| match evidence.folds() {
    Some(folds) => shifted_test_rows(&evidence.columns, evidence.groups(), folds)
        .into_iter()
        .collect(),
    None => Vec::new(),
};

/// Fewest units of either side in each half.
const FEWEST_EACH: usize = 20;
/// AUC from which a person is told.
const WARNS: f64 = 0.65;
/// p over all folds below which a person is told.
const TELLS: f64 = 1e-5;

/// Tests whether training and test rows can be told apart by numeric columns:
/// [`Code::ShiftedTestRows`], a warning.
///
/// A classifier two-sample test (Lopez-Paz & Oquab 2017): half of the rows give the direction between
/// the means of train and test over standardised columns; the other half is scored by it, and the AUC is
/// tested by Mann & Whitney, with Bonferroni over folds. With `groups`, the rows of a group are averaged
/// first, because they are not independent. Missing values count as the mean.
pub fn shifted_test_rows(
    columns: &[Column],
    groups: Option<&[usize]>,
    folds: &Folds,
) -> Option<Finding> {
    let numeric: Vec<(&str, &[f64])> = columns
        .iter()
        .filter_map(|column| match &column.values {
            Values::Numbers(values) => Some((column.name.as_str(), values.as_slice())),
            Values::Categories(_) => None,
        })
        .collect();
    let n_folds = folds.iter().count() as f64;
    let mut worst: Option<(f64, f64, usize, String)> = None;
    for (fold, (train, test)) in folds.iter().enumerate() {
        let units = [units_of(&train, groups), units_of(&test, groups)];
        let Some((area, p, column)) = compare(&numeric, &units) else {
            continue;
        };
        let p = (p * n_folds).min(1.0);
        if area >= WARNS && p < TELLS && worst.as_ref().is_none_or(|worst| area > worst.0) {
            worst = Some((area, p, fold, column));
        }
    }
    let (area, p, fold, column) = worst?;
    Some(Finding {
        code: Code::ShiftedTestRows,
        severity: Severity::Warning,
        subject: format!("fold {fold}"),
        what: format!("test rows of fold {fold} can be told from training rows (AUC {area:.3}), most by `{column}`"),
        rows: Vec::new(),
        measure: "AUC".to_owned(),
        strength: area,
        p: Some(p),
        mend: "find out how the test rows were chosen; a score on them speaks of rows like them, not of rows like the training rows"
            .to_owned(),
    })
}

/// Rows that count as one observation.
fn units_of(rows: &[usize], groups: Option<&[usize]>) -> Vec<Vec<usize>> {
    let mut units: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &row in rows {
        let unit = groups
            .and_then(|groups| groups.get(row))
            .copied()
            .unwrap_or(row);
        units.entry(unit).or_default().push(row);
    }
    units.into_values().collect()
}

/// AUC on the second half, its p, and the column with the largest weight.
fn compare(columns: &[(&str, &[f64])], units: &[Vec<Vec<usize>>; 2]) -> Option<(f64, f64, String)> {
    // A unit is in the first half by a hash of its values, so that the order of rows does not count.
    let first_half = |unit: &Vec<usize>| {
        let hash_of = |&row: &usize| {
            let values = columns.iter().filter_map(|(_, values)| values.get(row));
            let bytes: Vec<u8> = values.flat_map(|value| value.to_le_bytes()).collect();
            Seed(3).hash(&bytes)
        };
        let all = unit.iter().map(hash_of).fold(0, u64::wrapping_add);
        Seed(4).hash(&all.to_le_bytes()) & 1 == 0
    };
    let split = |side: &Vec<Vec<usize>>| -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
        side.iter().cloned().partition(first_half)
    };
    let ((learn_train, score_train), (learn_test, score_test)) =
        (split(units.first()?), split(units.last()?));
    if [&learn_train, &score_train, &learn_test, &score_test]
        .iter()
        .any(|part| part.len() < FEWEST_EACH)
    {
        return None;
    }
    let mut scores = vec![0.0; score_train.len() + score_test.len()];
    let mut heaviest = (0.0, "");
    for &(name, values) in columns {
        let mean_of = |unit: &Vec<usize>| {
            let there: Vec<f64> = unit
                .iter()
                .filter_map(|&row| values.get(row).copied())
                .filter(|value| value.is_finite())
                .collect();
            if there.is_empty() {
                f64::NAN
            } else {
                there.iter().sum::<f64>() / there.len() as f64
            }
        };
        let (a, b) = (
            moments(learn_train.iter().map(mean_of)),
            moments(learn_test.iter().map(mean_of)),
        );
        let (Some((mean_a, variance_a)), Some((mean_b, variance_b))) = (a, b) else {
            continue;
        };
        let pooled = f64::midpoint(variance_a, variance_b);
        if pooled <= 0.0 {
            continue;
        }
        let weight = (mean_b - mean_a) / pooled;
        let centre = f64::midpoint(mean_a, mean_b);
        for (score, unit) in scores.iter_mut().zip(score_train.iter().chain(&score_test)) {
            let value = mean_of(unit);
            if value.is_finite() {
                *score += weight * (value - centre);
            }
        }
        let size = (mean_b - mean_a).abs() / pooled.sqrt();
        if size > heaviest.0 {
            heaviest = (size, name);
        }
    }
    let ranks = mid_ranks(&scores);
    let (a, b) = (score_train.len() as f64, score_test.len() as f64);
    let sum: f64 = ranks.iter().skip(score_train.len()).sum();
    let area = (sum - b * (b + 1.0) / 2.0) / (a * b);
    let z = (area - 0.5) / ((a + b + 1.0) / (12.0 * a * b)).sqrt();
    Some((area, Normal::standard().sf(z), heaviest.1.to_owned()))
}

/// Mean and variance of the values that are there.
fn moments(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let there: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    let n = there.len() as f64;
    if n < 2.0 {
        return None;
    }
    let mean = there.iter().sum::<f64>() / n;
    Some((
        mean,
        there
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>()
            / (n - 1.0),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shifted_column_is_told_and_an_even_one_is_not() {
        let noise = |row: usize| {
            (Seed(9).hash(&(row as u64).to_le_bytes()) >> 11) as f64 / (1_u64 << 53) as f64
        };
        let column = |name: &str, shift: f64| Column {
            name: name.to_owned(),
            values: Values::Numbers(
                (0..400)
                    .map(|row| noise(row) + if row >= 200 { shift } else { 0.0 })
                    .collect(),
            ),
        };
        let folds = Folds::new(400, &[((0..200).collect(), (200..400).collect())]);
        assert_eq!(shifted_test_rows(&[column("age", 0.0)], None, &folds), None);
        let found = shifted_test_rows(&[column("age", 0.5)], None, &folds).unwrap();
        assert!(found.what.contains("`age`") && found.strength > 0.8);
    }
}
