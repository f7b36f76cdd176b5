//! Columns of rows, and how strongly each is associated with the target.

use std::collections::HashMap;

use super::adjusted::adjusted;
use super::association::{Association, of_categories, of_numbers};
use super::target::Target;

/// A column of N rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Values,
}

/// Values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers, NaN where missing.
    Numbers(Vec<f64>),
    /// Codes of categories, `None` where missing.
    Categories(Vec<Option<usize>>),
}

impl Column {
    fn association(&self, target: &Target<'_>) -> Option<Association> {
        match &self.values {
            Values::Numbers(values) => of_numbers(values, target),
            Values::Categories(values) => of_categories(values, target),
        }
    }

    /// The values as codes, where it could be an id: categories, or whole numbers.
    fn codes(&self) -> Option<Vec<Option<usize>>> {
        match &self.values {
            Values::Categories(values) => Some(values.clone()),
            Values::Numbers(values) => {
                let mut codes: HashMap<u64, usize> = HashMap::new();
                let mut code = |value: &f64| {
                    if value.is_nan() {
                        return Some(None);
                    }
                    let next = codes.len();
                    (value.fract() == 0.0)
                        .then(|| Some(*codes.entry(value.to_bits()).or_insert(next)))
                };
                values.iter().map(&mut code).collect()
            }
        }
    }
}

/// Strength from which a column can be said to name the target.
const NAMES: f64 = 0.98;
/// Holm-adjusted p below which it blocks.
const BLOCKS: f64 = 1e-3;
/// Holm-adjusted p below which a person is told; lower, because many columns of many data sets are looked at.
pub(super) const TELLS: f64 = 1e-5;
/// Fewest values of a column that is an id of groups.
const FEWEST_GROUPS: usize = 10;

impl Association {
    /// Whether a column can be said to name the target: beyond what a fair one reaches by chance.
    pub(super) fn names_target(&self, p: f64) -> bool {
        self.strength >= NAMES.max(self.reach) && p < BLOCKS
    }
}

/// The columns that can be judged, with their Holm-adjusted p.
pub(super) fn judged<'a>(
    columns: &'a [Column],
    target: &Target<'_>,
) -> Vec<(&'a Column, Association, f64)> {
    let found: Vec<(&Column, Association)> = columns
        .iter()
        .filter_map(|column| Some((column, column.association(target)?)))
        .collect();
    adjusted(found, |(_, found)| found.p)
        .into_iter()
        .map(|((column, found), p)| (column, found, p))
        .collect()
}

/// The rows of each value, where the column can be the id of groups: ten values or more, more than
/// twice as many as classes, two rows or more of most of them.
pub(super) fn groups_of(column: &Column, target: &Target<'_>) -> Option<Vec<Vec<usize>>> {
    let codes = column.codes()?;
    let mut rows: HashMap<usize, Vec<usize>> = HashMap::new();
    for (row, code) in codes.iter().enumerate() {
        if let Some(code) = code {
            rows.entry(*code).or_default().push(row);
        }
    }
    let several = rows.values().filter(|rows| rows.len() > 1).count();
    let enough = rows.len() >= FEWEST_GROUPS
        && rows.len() > 2 * target.n_strata()
        && 2 * several >= rows.len();
    let mut groups: Vec<Vec<usize>> = rows.into_values().collect();
    groups.sort();
    enough.then_some(groups)
}
