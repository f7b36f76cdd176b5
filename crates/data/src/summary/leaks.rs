//! Columns that look like ids, like targets, or like column numbers.

use std::collections::{HashMap, HashSet};

use crate::modality::ModalityData;
use crate::target::{TargetColumn, TargetValues};

/// Fewer rows than this say nothing about a column.
const FEW: usize = 20;

/// Warns about columns of a tabular modality that are not what an input should be.
pub(super) fn inspect(
    modality: &str,
    data: &ModalityData,
    targets: &[TargetColumn],
    warnings: &mut Vec<String>,
) {
    let ModalityData::Tabular {
        numeric,
        numeric_names,
        categorical,
        categorical_names,
        ..
    } = data
    else {
        return;
    };
    let names = numeric_names.iter().chain(categorical_names);
    if names.clone().count() > 1 && names.clone().all(|name| name.parse::<f64>().is_ok()) {
        warnings.push(format!(
            "modality {modality}: every column is named by a number: does the file lack a header, \
             and is one of the columns the target?"
        ));
    }
    let mut keys: Vec<(&String, Vec<Option<String>>)> = Vec::new();
    for (name, column) in numeric_names.iter().zip(numeric.columns()) {
        let key = |v: &f32| (!v.is_nan()).then(|| v.to_string());
        for target in targets {
            if equals_number(&column.to_vec(), target) {
                warnings.push(format!(
                    "modality {modality}: column {name} equals target {}: a leak?",
                    target.name
                ));
            }
        }
        if distinct_at_most(column.iter().map(|v| v.to_bits()), most_classes(targets)) {
            keys.push((name, column.iter().map(key).collect()));
        }
        if column.iter().all(|value| value.is_nan()) {
            warnings.push(format!("modality {modality}: column {name} has no value"));
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
                "modality {modality}: column {name} differs in every row, as an id or a text does"
            ));
        }
        keys.push((name, column));
    }
    for (name, column) in keys {
        for target in targets
            .iter()
            .filter(|target| names_each_class(&column, target))
        {
            warnings.push(format!(
                "modality {modality}: column {name} names the class of target {} in every row: \
                 a leak?",
                target.name
            ));
        }
    }
}

fn most_classes(targets: &[TargetColumn]) -> usize {
    targets
        .iter()
        .map(|target| match &target.values {
            TargetValues::Classification { classes, .. } => classes.len(),
            TargetValues::Regression(_) => 0,
        })
        .max()
        .unwrap_or_default()
}

fn distinct_at_most(values: impl Iterator<Item = u32>, most: usize) -> bool {
    let mut seen = HashSet::new();
    for value in values {
        seen.insert(value);
        if seen.len() > most {
            return false;
        }
    }
    true
}

/// Whether a column and a regression target are the same numbers.
fn equals_number(column: &[f32], target: &TargetColumn) -> bool {
    let TargetValues::Regression(values) = &target.values else {
        return false;
    };
    column.len() >= 3
        && column
            .iter()
            .zip(values)
            .all(|(a, b)| a.to_bits() == (*b as f32).to_bits())
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
