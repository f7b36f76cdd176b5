//! Lists of the columns with the highest variance over all rows.

use super::super::column::{Column, Values};
use super::super::finding::{Code, Finding, Severity};
use super::Scope;

/// Fewest features on either side of the edge.
const FEWEST: usize = 5;

/// A note where a list is that of the highest variance over training and test rows, but not over training
/// rows alone.
pub(super) fn finding(columns: &[Column], scopes: &[Scope]) -> Option<Finding> {
    scopes.iter().find_map(|scope| {
        let all: Vec<usize> = match scope.fold {
            Some(_) => scope.train.iter().chain(&scope.test).copied().collect(),
            None => scope.test.clone(),
        };
        let (all, train) = (
            share(columns, &scope.features, &all)?,
            share(columns, &scope.features, &scope.train)?,
        );
        (all >= 1.0 && train < 1.0).then(|| Finding {
            code: Code::UnsupervisedSelection,
            severity: Severity::Note,
            subject: scope.fold.map_or_else(|| "features".to_owned(), |fold| format!("features of fold {fold}")),
            what: format!(
                "the {} features have the highest variance over training and test rows together ({:.0} % of them over training rows): \
                 inputs of test rows, but no targets, had a part in the choice",
                scope.features.len(),
                100.0 * train
            ),
            rows: Vec::new(),
            measure: "share of the list that the ranking over all rows gives".to_owned(),
            strength: all,
            p: None,
            mend: "choose them by the variance over training rows; without targets the effect on scores is usually small".to_owned(),
        })
    })
}

/// Share of the list among as many numeric columns of the highest variance on these rows.
fn share(columns: &[Column], list: &[usize], rows: &[usize]) -> Option<f64> {
    let mut spread: Vec<(f64, usize)> = columns
        .iter()
        .enumerate()
        .filter_map(|(at, column)| match &column.values {
            Values::Numbers(values) => Some((variance(values, rows), at)),
            Values::Categories(_) => None,
        })
        .collect();
    if list.len() < FEWEST || spread.len() < list.len() + FEWEST {
        return None;
    }
    spread.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = spread.iter().take(list.len());
    Some(best.filter(|(_, at)| list.contains(at)).count() as f64 / list.len() as f64)
}

fn variance(values: &[f64], rows: &[usize]) -> f64 {
    let there: Vec<f64> = rows
        .iter()
        .filter_map(|&row| values.get(row).copied())
        .filter(|value| value.is_finite())
        .collect();
    let n = there.len().max(1) as f64;
    let mean = there.iter().sum::<f64>() / n;
    there
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / n
}
