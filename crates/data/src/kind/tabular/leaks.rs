//! Columns that look like ids, like targets, or like column numbers.

use std::collections::HashSet;

use midfuse_base::TaskKind;

use super::TabularData;
use crate::target::{self, FEW, TargetColumn, follow_up_columns};

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
    if targets.iter().any(|of| of.kind() == TaskKind::Survival) {
        let names: Vec<&str> = names.clone().map(String::as_str).collect();
        for column in follow_up_columns(&names) {
            warnings.push(format!(
                "column {column} by its name follows rows up, so it is known \
                 only after the start: a leak?"
            ));
        }
    }
    for (name, column) in numeric_names.iter().zip(numeric.columns()) {
        let column_values = column.to_vec();
        for target in targets
            .iter()
            .filter(|of| target::format(of.kind()).is_told_by_numbers(&column_values, of))
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
            .filter(|of| target::format(of.kind()).is_told_by_categories(&column, of))
        {
            warnings.push(format!(
                "column {name} names the class of target {} in every row: a leak?",
                target.name
            ));
        }
    }
    warnings
}
