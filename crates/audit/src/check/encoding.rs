//! Columns that hold the mean target of a category.

use std::collections::BTreeMap;

use super::column::{Column, Values};
use super::finding::{Code, Finding, Severity};
use super::target::Target;
use crate::detector::Detector;

/// Columns of all rows against their target.
pub(crate) const DETECTOR: Detector = |evidence| match &evidence.target() {
    Some(target) => target_encodings(&evidence.columns, target),
    None => Vec::new(),
};

/// Fewest different values.
const FEWEST_VALUES: usize = 5;
/// Fewest values whose rows have different targets.
const FEWEST_MIXED: usize = 3;
/// Largest difference from the mean, in standard deviations of the target: room for rounding.
const ROUNDING: f64 = 1e-3;

/// Finds number columns that encode a category by the mean target of all of its rows, the row itself among
/// them: [`Code::TargetEncoding`], blocking.
///
/// Each value of such a column is the mean target (or the share of a class) of the rows that hold it, which
/// no column is by chance: five different values or more, three or more of them of rows with different
/// targets, all within a thousandth of a standard deviation. The category itself is not needed. An
/// encoding that was smoothed, leaves the row itself out, or was fitted on training rows only is not one.
pub fn target_encodings(columns: &[Column], target: &Target<'_>) -> Vec<Finding> {
    let outcomes: Vec<Vec<f64>> = match target {
        Target::Numbers(values) => vec![values.to_vec()],
        Target::Classes(labels) => {
            let share = |class| move |&label: &usize| f64::from(u8::from(label == class));
            (0..target.n_strata())
                .map(|class| labels.iter().map(share(class)).collect())
                .collect()
        }
    };
    columns
        .iter()
        .filter_map(|column| {
            let Values::Numbers(values) = &column.values else {
                return None;
            };
            let encodes = outcomes.iter().find_map(|outcome| levels(values, outcome))?;
            Some(Finding {
                code: Code::TargetEncoding,
                severity: Severity::Blocking,
                subject: column.name.clone(),
                what: format!(
                    "each of the {encodes} values of `{}` is the mean target of the rows that hold it: a category was encoded by \
                     the targets of all rows, that of the row itself among them",
                    column.name
                ),
                rows: Vec::new(),
                measure: "share of values that are the mean target of their rows".to_owned(),
                strength: 1.0,
                p: None,
                mend: "give the category itself, and encode it within each fold by the targets of training rows, out of fold there"
                    .to_owned(),
            })
        })
        .collect()
}

/// Number of different values, if each is the mean outcome of its rows.
fn levels(values: &[f64], outcome: &[f64]) -> Option<usize> {
    let n = outcome.len().max(1) as f64;
    let mean = outcome.iter().sum::<f64>() / n;
    let variance = outcome.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / n;
    let tolerance = ROUNDING * variance.sqrt();
    let mut rows: BTreeMap<u64, (f64, Vec<f64>)> = BTreeMap::new();
    let mut there = 0;
    for (&value, &y) in values.iter().zip(outcome) {
        if value.is_finite() {
            rows.entry(value.to_bits())
                .or_insert((value, Vec::new()))
                .1
                .push(y);
            there += 1;
        }
    }
    if rows.len() < FEWEST_VALUES || 2 * rows.len() > there {
        return None;
    }
    let is_mean = |(value, outcomes): &(f64, Vec<f64>)| {
        let mean = outcomes.iter().sum::<f64>() / outcomes.len() as f64;
        (value - mean).abs() <= tolerance
    };
    let mixed = rows.values().filter(|(_, outcomes)| {
        outcomes.iter().any(|y| {
            outcomes
                .first()
                .is_some_and(|first| (y - first).abs() > tolerance)
        })
    });
    (rows.values().all(is_mean) && mixed.count() >= FEWEST_MIXED).then_some(rows.len())
}

#[cfg(test)]
mod tests {
    use midfuse_base::Seed;

    use super::*;

    /// A category of 30 levels, labels at random, and the share of ill rows per level among `rows`.
    fn encoded(rows: std::ops::Range<usize>) -> (Vec<usize>, Column) {
        let labels: Vec<usize> = (0..200_u64)
            .map(|row| (Seed(5).hash(&row.to_le_bytes()) % 2) as usize)
            .collect();
        let level = |row: usize| (Seed(6).hash(&(row as u64).to_le_bytes()) % 30) as usize;
        let rate = |of: usize| {
            let ill: Vec<f64> = rows
                .clone()
                .filter(|&row| level(row) == level(of))
                .map(|row| labels[row] as f64)
                .collect();
            ill.iter().sum::<f64>() / ill.len().max(1) as f64
        };
        let values = Values::Numbers((0..200).map(|row| f64::from(rate(row) as f32)).collect());
        let name = "site rate".to_owned();
        (labels, Column { name, values })
    }

    #[test]
    fn an_encoding_by_all_rows_is_found_and_one_by_training_rows_is_not() {
        let (labels, outside) = encoded(0..200);
        let found = target_encodings(&[outside], &Target::Classes(&labels));
        assert_eq!(
            found.first().map(|f| (f.code, f.severity)),
            Some((Code::TargetEncoding, Severity::Blocking))
        );
        let (labels, inside) = encoded(0..160);
        assert_eq!(target_encodings(&[inside], &Target::Classes(&labels)), []);
    }

    #[test]
    fn a_copy_of_the_target_is_none() {
        let numbers: Vec<f64> = (0..100).map(|row| f64::from(row % 10)).collect();
        let copy = Column {
            name: "copy".to_owned(),
            values: Values::Numbers(numbers.clone()),
        };
        assert_eq!(target_encodings(&[copy], &Target::Numbers(&numbers)), []);
    }
}
