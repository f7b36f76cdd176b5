//! Columns of a cohort as levels: the subgroup, the site, the modalities that are there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use midfuse_data::{Cohort, TextTable, modality_column, modality_columns};

use super::contents::Content;
use crate::{Error, Result};
use midfuse_base::Problem;
use midfuse_plan::file::ClinicalSection;

/// Numbers with more distinct values than this are cut into ranges.
const MAX_NUMBERS: usize = 8;
/// A text column with more values than this makes no table.
const MAX_LEVELS: usize = 500;
/// Level of rows whose cell is empty.
pub(super) const MISSING: &str = "missing";

/// A column as levels.
#[derive(Debug, Clone)]
pub(super) struct LevelColumn {
    pub(super) name: String,
    /// In the order of the tables.
    pub(super) levels: Vec<String>,
    /// Level of each row, by its id.
    pub(super) of_row: HashMap<String, usize>,
}

/// Checks that the columns of the section are there and may be used, and that those to be cut are
/// numbers.
///
/// # Errors
/// [`Error::Key`] that names the nearest column.
pub fn check_columns(section: &ClinicalSection, cohort: &Cohort) -> Result<()> {
    let named = section
        .subgroups
        .iter()
        .map(|name| ("clinical.subgroups", name))
        .chain(section.site.iter().map(|name| ("clinical.site", name)))
        .chain(
            section
                .baseline
                .iter()
                .map(|name| ("clinical.baseline", name)),
        );
    let rows = &cohort.manifest().rows;
    let mut known: Option<Vec<String>> = None;
    for (key, name) in named {
        if *name == rows.id {
            let reason = format!("`{name}` is the id of the rows");
            let mend = "name a column whose values repeat";
            return Err(Problem::conflict(reason, mend).of(key).into());
        }
        if cohort.manifest().targets.iter().any(|t| t.column() == name) {
            let reason = format!("`{name}` is a target");
            let mend = "name a column that is known before the outcome";
            return Err(Problem::conflict(reason, mend).of(key).into());
        }
        let known = match &mut known {
            Some(known) => known,
            None => known.insert(columns(cohort)?),
        };
        if !known.contains(name) {
            let lacks = "neither the row table nor a tabular modality has a column";
            let problem = Problem::unknown(lacks, name, known.iter().cloned());
            return Err(problem.of(key).into());
        }
        if let Some(cuts) = section.cuts.get(name) {
            levels(&column_values(cohort, name)?, Some(cuts), &[])
                .map_err(|why| cut_error(name, why))?;
        }
    }
    Ok(())
}

fn cut_error(column: &str, why: Problem) -> Error {
    why.of(format!("clinical.cuts.{column}")).into()
}

/// Columns of the row table and of the tabular modalities.
fn columns(cohort: &Cohort) -> Result<Vec<String>> {
    let mut known = row_table(cohort, |_| true)?.columns;
    known.extend(modality_columns(cohort).map(str::to_owned));
    Ok(known)
}

fn row_table(cohort: &Cohort, keep: impl Fn(&str) -> bool) -> Result<TextTable> {
    let manifest = cohort.manifest();
    let file = cohort.dir().join(&manifest.rows.file);
    let reading = manifest.reading_of(&manifest.rows.file);
    Ok(TextTable::read(&file, &reading, keep)?)
}

impl LevelColumn {
    /// The levels of a column; numbers are cut at `cuts`, or at the quartiles of `development`.
    ///
    /// # Errors
    /// [`Error::Data`]; [`Error::Key`] for cuts of a column that is not a number.
    pub(super) fn read(
        cohort: &Cohort,
        column: &str,
        cuts: Option<&[f64]>,
        development: &[usize],
    ) -> Result<Self> {
        let values = column_values(cohort, column)?;
        let levels = levels(&values, cuts, development).map_err(|why| cut_error(column, why))?;
        Ok(Self::new(column, cohort.ids(), &levels))
    }

    /// The modalities that each row has.
    pub(super) fn of_presence(cohort: &Cohort, contents: &[Content]) -> Self {
        let pattern = |row: usize| {
            let there: Vec<&str> = contents
                .iter()
                .filter(|content| content.present.get(row) == Some(&true))
                .map(|content| content.name.as_str())
                .collect();
            let missing = contents.len() - there.len();
            let name = if there.is_empty() {
                "none".to_owned()
            } else {
                there.join(" + ")
            };
            (missing, name)
        };
        // Whole rows first, then those that lack more and more.
        let patterns: Vec<(usize, String)> = (0..cohort.len()).map(pattern).collect();
        Self::new("modalities present", cohort.ids(), &patterns)
    }

    /// Levels in the order of their keys, from the key and name of the level of each row.
    fn new(column: &str, ids: &[String], rows: &[(usize, String)]) -> Self {
        let order: BTreeSet<&(usize, String)> = rows.iter().collect();
        let place: BTreeMap<&(usize, String), usize> =
            order.iter().enumerate().map(|(i, p)| (*p, i)).collect();
        Self {
            name: column.to_owned(),
            levels: order.iter().map(|(_, name)| name.clone()).collect(),
            of_row: ids
                .iter()
                .zip(rows)
                .filter_map(|(id, level)| Some((id.clone(), *place.get(level)?)))
                .collect(),
        }
    }

    /// True if the column has more levels than a table can hold.
    pub(super) fn too_many(&self) -> bool {
        self.levels.len() > MAX_LEVELS
    }
}

/// The cells of a column of the row table or of a tabular modality, in the order of the cohort; `None` where
/// one is empty.
///
/// # Errors
/// [`Error::Data`].
pub fn column_values(cohort: &Cohort, column: &str) -> Result<Vec<Option<String>>> {
    let id = &cohort.manifest().rows.id;
    let table = row_table(cohort, |name| name == column || name == id)?;
    if let (Some(at), Some(id)) = (table.position(column), table.position(id)) {
        let mut values = vec![None; cohort.len()];
        for (_, cells) in &table.rows {
            let cell = |at: usize| cells.get(at).cloned().flatten();
            let place = cell(id).and_then(|id| cohort.position(&id));
            if let Some(slot) = place.and_then(|place| values.get_mut(place)) {
                *slot = cell(at).filter(|text| !matches!(text.trim(), "" | "NA"));
            }
        }
        return Ok(values);
    }
    let of_modality = modality_column(cohort, column)?;
    Ok(of_modality.unwrap_or_else(|| vec![None; cohort.len()]))
}

/// Order and name of the level of each cell.
fn levels(
    values: &[Option<String>],
    cuts: Option<&[f64]>,
    development: &[usize],
) -> std::result::Result<Vec<(usize, String)>, Problem> {
    let numbers: Option<Vec<Option<f64>>> = values
        .iter()
        .map(|value| match value {
            None => Some(None),
            Some(text) => match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Some(Some(number)),
                _ => None,
            },
        })
        .collect();
    let last = usize::MAX;
    let Some(numbers) = numbers else {
        if cuts.is_some() {
            let reason = "the column is not of numbers";
            return Err(Problem::conflict(reason, "remove its cuts"));
        }
        let level = |value: &Option<String>| match value {
            Some(text) => (0, text.clone()),
            None => (last, MISSING.to_owned()),
        };
        return Ok(values.iter().map(level).collect());
    };
    let mut distinct: Vec<f64> = numbers.iter().copied().flatten().collect();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    if cuts.is_none() && distinct.len() <= MAX_NUMBERS {
        let level = |(value, number): (&Option<String>, &Option<f64>)| match (value, number) {
            (Some(text), Some(number)) => {
                let at = distinct
                    .iter()
                    .position(|other| other.total_cmp(number).is_eq());
                (at.unwrap_or(0), text.trim().to_owned())
            }
            _ => (last, MISSING.to_owned()),
        };
        return Ok(values.iter().zip(&numbers).map(level).collect());
    }
    let cuts = match cuts {
        Some(cuts) => cuts.to_vec(),
        None => quartiles(&numbers, development),
    };
    let level = |number: &Option<f64>| match number {
        None => (last, MISSING.to_owned()),
        Some(number) => {
            let at = cuts.iter().filter(|cut| number >= cut).count();
            (at, range(&cuts, at))
        }
    };
    Ok(numbers.iter().map(level).collect())
}

fn quartiles(numbers: &[Option<f64>], development: &[usize]) -> Vec<f64> {
    let mut sorted: Vec<f64> = development
        .iter()
        .filter_map(|&row| numbers.get(row).copied().flatten())
        .collect();
    sorted.sort_by(f64::total_cmp);
    let mut cuts: Vec<f64> = if sorted.is_empty() {
        Vec::new()
    } else {
        [0.25, 0.5, 0.75]
            .map(|share| quantile(&sorted, share))
            .to_vec()
    };
    cuts.dedup();
    cuts
}

/// Linear interpolation between sorted values, as numpy's default; NaN without values.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * sorted.len().saturating_sub(1) as f64;
    let below = at.floor() as usize;
    let low = sorted.get(below).copied().unwrap_or(f64::NAN);
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    low + (high - low) * (at - at.floor())
}

/// `below 50`, `50 to below 65`, `65 and above`.
fn range(cuts: &[f64], at: usize) -> String {
    // Three decimals are enough to tell levels apart.
    let show = |value: f64| {
        let text = format!("{value:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let (low, high) = (at.checked_sub(1).and_then(|i| cuts.get(i)), cuts.get(at));
    match (low, high) {
        (None, Some(&high)) => format!("below {}", show(high)),
        (Some(&low), Some(&high)) => format!("{} to below {}", show(low), show(high)),
        (Some(&low), None) => format!("{} and above", show(low)),
        (None, None) => "any".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(values: &[Option<&str>], cuts: Option<&[f64]>) -> Vec<String> {
        let values: Vec<Option<String>> = values.iter().map(|v| v.map(str::to_owned)).collect();
        let rows: Vec<usize> = (0..values.len()).collect();
        let levels = levels(&values, cuts, &rows).unwrap();
        levels.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn texts_and_few_numbers_are_levels_as_they_are() {
        assert_eq!(
            names(&[Some("f"), None, Some("m")], None),
            ["f", "missing", "m"]
        );
        let numbers: Vec<Option<&str>> = vec![Some("10"), Some("9"), Some("10")];
        assert_eq!(names(&numbers, None), ["10", "9", "10"]);
        let values: Vec<Option<String>> = numbers.iter().map(|v| v.map(str::to_owned)).collect();
        let order = levels(&values, None, &[0, 1, 2]).unwrap();
        assert!(order[1].0 < order[0].0, "numbers sort as numbers");
    }

    #[test]
    fn numbers_are_cut_where_asked_and_at_quartiles_of_the_development_rows() {
        let cut = names(
            &[Some("49.5"), Some("50"), Some("80"), None],
            Some(&[50.0, 65.0]),
        );
        assert_eq!(
            cut,
            ["below 50", "50 to below 65", "65 and above", "missing"]
        );
        let values: Vec<Option<String>> = (0..12).map(|i| Some(i.to_string())).collect();
        // Rows 0 to 8 alone: quartiles 2, 4, 6, whatever the others hold.
        let rows: Vec<usize> = (0..9).collect();
        let by_quartile = levels(&values, None, &rows).unwrap();
        assert_eq!(by_quartile[2].1, "2 to below 4");
        assert_eq!(by_quartile[11].1, "6 and above");
        let words = vec![Some("f".to_owned())];
        assert!(levels(&words, Some(&[1.0]), &[0]).is_err());
    }
}
