//! The columns that the clinic already has, as numbers and categories of every row.

use std::collections::{BTreeSet, HashMap};

use midfuse_base::{Problem, SettingError};
use midfuse_data::Cohort;
use midfuse_eval::transform::{Fill, Imputer, ImputerConfig, OneHotEncoder, TransformError};
use midfuse_eval::view::FitRows;
use midfuse_plan::file::ClinicalSection;
use midfuse_report::clinical::column_values;

use crate::Result;

/// A column of words with more of them makes no categories.
const MOST_CATEGORIES: usize = 50;

/// Numbers and words of every row; a row is found by its id.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BaselineColumns {
    ids: Vec<String>,
    place: HashMap<String, usize>,
    /// `[row][column]`, NaN where a cell is empty.
    numbers: Vec<Vec<f64>>,
    words: Vec<Vec<Option<String>>>,
}

impl BaselineColumns {
    /// Reads the columns that the section names; none where it names none.
    ///
    /// # Errors
    /// Those of the readers of the cohort; [`crate::StudyFileError::Key`] for a column of too many words.
    pub(crate) fn read(section: &ClinicalSection, cohort: &Cohort) -> Result<Option<Self>> {
        if section.baseline.is_empty() {
            return Ok(None);
        }
        let n = cohort.len();
        let (mut numbers, mut words) = (vec![Vec::new(); n], vec![Vec::new(); n]);
        for column in &section.baseline {
            let cells = column_values(cohort, column)?;
            if let Some(values) = as_numbers(&cells) {
                let rows = numbers.iter_mut().zip(values);
                rows.for_each(|(row, value)| row.push(value));
            } else {
                categories(column, &cells).map_err(crate::Error::key)?;
                let rows = words.iter_mut().zip(cells);
                rows.for_each(|(row, cell)| row.push(cell));
            }
        }
        let ids = cohort.ids().to_vec();
        let place = ids.iter().cloned().zip(0..).collect();
        Ok(Some(Self {
            ids,
            place,
            numbers,
            words,
        }))
    }
}

/// Numbers, NaN where a cell is empty; none where one is a word.
fn as_numbers(cells: &[Option<String>]) -> Option<Vec<f64>> {
    let number = |cell: &Option<String>| match cell {
        None => Some(f64::NAN),
        Some(text) => text.trim().parse().ok().filter(|x: &f64| x.is_finite()),
    };
    cells.iter().map(number).collect()
}

/// Refuses words that are no categories.
fn categories(column: &str, cells: &[Option<String>]) -> std::result::Result<(), SettingError> {
    let distinct: BTreeSet<&str> = cells.iter().flatten().map(|cell| cell.trim()).collect();
    if distinct.len() <= MOST_CATEGORIES {
        return Ok(());
    }
    let reason = format!(
        "`{column}` has {} different words, and {MOST_CATEGORIES} categories are the most",
        distinct.len()
    );
    let mend = "name columns of numbers or of a few categories";
    Err(Problem::conflict(reason, mend).of("clinical.baseline"))
}

/// Columns without gaps: means and indicators for empty cells, a column for each category.
pub(super) struct Encoder<'a> {
    columns: &'a BaselineColumns,
    imputer: Option<Imputer>,
    one_hot: Option<OneHotEncoder>,
}

impl<'a> Encoder<'a> {
    /// Fits on train rows.
    pub(super) fn fit(
        columns: &'a BaselineColumns,
        rows: &FitRows<'_>,
    ) -> std::result::Result<Self, String> {
        let said = |error: TransformError| error.to_string();
        let has = |width: Option<usize>| width.is_some_and(|width| width > 0);
        let imputer = if has(columns.numbers.first().map(Vec::len)) {
            let at = |row: usize| columns.numbers.get(row).cloned().unwrap_or_default();
            let table = rows.take(&columns.ids, at).map_err(|e| e.to_string())?;
            let config = ImputerConfig::new(Fill::Mean).with_indicator(true);
            Some(config.fit::<f64, _>(&table).map_err(said)?)
        } else {
            None
        };
        let one_hot = if has(columns.words.first().map(Vec::len)) {
            let at = |row: usize| columns.words.get(row).cloned().unwrap_or_default();
            let table = rows.take(&columns.ids, at).map_err(|e| e.to_string())?;
            Some(OneHotEncoder::fit(&table).map_err(said)?)
        } else {
            None
        };
        Ok(Self {
            columns,
            imputer,
            one_hot,
        })
    }

    /// The row with this id; empty for an id that the cohort does not have.
    pub(super) fn row(&self, id: &str) -> Vec<f64> {
        let Some(&at) = self.columns.place.get(id) else {
            return Vec::new();
        };
        let numbers = self.columns.numbers.get(at).zip(self.imputer.as_ref());
        let numbers = numbers.and_then(|(row, imputer)| imputer.apply(row).ok());
        let words = self.columns.words.get(at).zip(self.one_hot.as_ref());
        let words = words.and_then(|(row, one_hot)| one_hot.apply::<f64>(row).ok());
        let parts = [numbers, words];
        parts.into_iter().flatten().flatten().collect()
    }

    /// Ids of all rows of the cohort, in its order.
    pub(super) fn ids(&self) -> &'a [String] {
        &self.columns.ids
    }
}

/// Id, numbers and words of a row.
#[cfg(test)]
pub(super) type RowByHand<'a> = (&'a str, &'a [f64], &'a [Option<&'a str>]);

#[cfg(test)]
impl BaselineColumns {
    pub(super) fn by_hand(rows: &[RowByHand<'_>]) -> Self {
        let ids: Vec<String> = rows.iter().map(|(id, ..)| (*id).to_owned()).collect();
        let words = |row: &[Option<&str>]| row.iter().map(|w| w.map(str::to_owned)).collect();
        Self {
            place: ids.iter().cloned().zip(0..).collect(),
            ids,
            numbers: rows
                .iter()
                .map(|(_, numbers, _)| numbers.to_vec())
                .collect(),
            words: rows.iter().map(|(_, _, row)| words(row)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(cells: &[Option<&str>]) -> Vec<Option<String>> {
        cells.iter().map(|cell| cell.map(str::to_owned)).collect()
    }

    #[test]
    fn a_column_is_of_numbers_if_every_cell_is_one() {
        let numbers = as_numbers(&cells(&[Some(" 3"), None, Some("-1e2")])).unwrap();
        assert_eq!((numbers[0], numbers[2]), (3.0, -100.0));
        assert!(numbers[1].is_nan());
        assert_eq!(as_numbers(&cells(&[Some("3"), Some("f")])), None);
        assert_eq!(as_numbers(&cells(&[Some("inf")])), None);
    }

    #[test]
    fn free_text_is_no_category() {
        let many: Vec<Option<String>> = (0..51).map(|i| Some(format!("note {i}"))).collect();
        let said = categories("note", &many).unwrap_err().to_string();
        assert!(
            said.starts_with("clinical.baseline: `note` has 51 different words"),
            "{said}"
        );
        assert!(categories("sex", &cells(&[Some("f"), None, Some("m")])).is_ok());
    }
}
