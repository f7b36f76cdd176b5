//! Columns that look like ids, like targets, or like column numbers.

use std::collections::{HashMap, HashSet};

use super::TabularData;
use crate::target::{TargetColumn, TargetValues};

/// Fewer rows than this say nothing about a column.
const FEW: usize = 20;

/// Columns of a table that are not what an input should be, one sentence each.
pub(super) fn warnings(data: &TabularData, targets: &[TargetColumn]) -> Vec<String> {
    let TabularData {
        numeric,
        numeric_names,
        categorical,
        categorical_names,
        ..
    } = data;
    let mut warnings = Vec::new();
    let names = numeric_names.iter().chain(categorical_names);
    if names.clone().count() > 1 && names.clone().all(|name| name.parse::<f64>().is_ok()) {
        warnings.push(
            "every column is named by a number: does the file lack a header, and is one of the \
             columns the target?"
                .to_owned(),
        );
    }
    for (name, column) in numeric_names.iter().zip(numeric.columns()) {
        let column_values = column.to_vec();
        for target in targets
            .iter()
            .filter(|target| tells(&column_values, target))
        {
            warnings.push(format!(
                "column {name} alone tells target {} in every row: a leak?",
                target.name
            ));
        }
        if column.iter().all(|value| value.is_nan()) {
            warnings.push(format!("column {name} has no value"));
        }
    }
    for (k, name) in categorical_names.iter().enumerate() {
        let column: Vec<Option<String>> = categorical
            .iter()
            .map(|row| row.get(k).cloned().flatten())
            .collect();
        let distinct: HashSet<&String> = column.iter().flatten().collect();
        if distinct.len() == column.len() && column.len() >= FEW {
            warnings.push(format!(
                "column {name} differs in every row, as an id or a text does"
            ));
        }
        for target in targets
            .iter()
            .filter(|target| names_each_class(&column, target))
        {
            warnings.push(format!(
                "column {name} names the class of target {} in every row: a leak?",
                target.name
            ));
        }
    }
    warnings
}

/// Whether a numeric column is the target, a function of it, or cut into its classes.
fn tells(column: &[f32], target: &TargetColumn) -> bool {
    let present = |value: &f32| !value.is_nan();
    if column.len() < FEW {
        return false;
    }
    match &target.values {
        TargetValues::Classification { labels, .. } => {
            let pairs = column
                .iter()
                .zip(labels)
                .filter(|(value, _)| present(value));
            ranges_part(pairs.map(|(value, label)| (*label as u64, f64::from(*value))))
        }
        TargetValues::Regression(values) => {
            let equal = |(a, b): (&f32, &f64)| a.to_bits() == (*b as f32).to_bits();
            if column.iter().zip(values).all(equal) {
                return true;
            }
            let distinct: HashSet<u32> = column.iter().map(|value| value.to_bits()).collect();
            let pairs = column
                .iter()
                .zip(values)
                .filter(|(value, _)| present(value));
            distinct.len() <= column.len() / 4
                && ranges_part(pairs.map(|(a, b)| (u64::from(a.to_bits()), *b)))
        }
    }
}

/// Whether the ranges of the values of two or more groups do not meet.
fn ranges_part(pairs: impl Iterator<Item = (u64, f64)>) -> bool {
    let mut ranges: HashMap<u64, (f64, f64)> = HashMap::new();
    for (group, value) in pairs {
        let (low, high) = ranges.entry(group).or_insert((value, value));
        (*low, *high) = (low.min(value), high.max(value));
    }
    let mut ranges: Vec<(f64, f64)> = ranges.into_values().collect();
    ranges.sort_by(|a, b| a.0.total_cmp(&b.0));
    let apart = ranges
        .iter()
        .zip(ranges.iter().skip(1))
        .all(|(a, b)| a.1 < b.0);
    ranges.len() > 1 && apart
}

/// Whether each value of a column goes with one class, and each class with one value.
fn names_each_class(column: &[Option<String>], target: &TargetColumn) -> bool {
    let TargetValues::Classification { classes, labels } = &target.values else {
        return false;
    };
    if column.len() < FEW || classes.len() < 2 {
        return false;
    }
    let mut class_of: HashMap<&String, usize> = HashMap::new();
    let mut value_of: HashMap<usize, &String> = HashMap::new();
    column.iter().zip(labels).all(|(value, &label)| {
        value.as_ref().is_some_and(|value| {
            *class_of.entry(value).or_insert(label) == label
                && *value_of.entry(label).or_insert(value) == value
        })
    })
}
