//! Which type a column has, and why; or why it has none.

use super::{ColumnProfile, Odd};
use crate::error::{DataError, Defect, Row, quoted};
use crate::reading::Dress;
use crate::table::Table;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnType {
    /// Numbers, and words for missing ones.
    Numeric,
    /// Categories.
    Categorical,
}

/// Why a column has no type before someone says which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Half or more of its cells are numbers, as they stand or in another dress.
    NearlyNumbers,
    /// Its cells are dates.
    Dates,
    /// Nearly every row has a category of its own.
    ManyCategories,
}

/// Distinct values up to which a column of categories is one however few rows there are.
const FEW_CATEGORIES: usize = 20;

impl ColumnProfile {
    /// The type of a column of which nobody said any.
    pub(crate) fn inferred(&self) -> Result<ColumnType, Refused> {
        let values = self.values();
        if self.numbers == values {
            return Ok(ColumnType::Numeric);
        }
        if self.moments > 0 && self.moments * 2 >= values {
            return Err(Refused::Dates);
        }
        if (values - self.others.cells - self.moments) * 2 >= values && !self.is_of_two_units() {
            return Err(Refused::NearlyNumbers);
        }
        let is_many =
            self.distinct() > FEW_CATEGORIES && self.distinct() as u64 * 2 > self.filled();
        if is_many {
            return Err(Refused::ManyCategories);
        }
        Ok(ColumnType::Categorical)
    }

    /// Whether cells end with words that are no unit, since they differ: `1a`, `1b`, `2a`.
    fn is_of_two_units(&self) -> bool {
        let of_units = |(dress, odd): (&Dress, &Odd)| {
            matches!(dress, Dress::Around(crate::reading::Strip::Unit, _)).then_some(odd.cells)
        };
        let units: Vec<u64> = self.dressed.iter().filter_map(of_units).collect();
        let all: u64 = units.iter().sum();
        units.iter().max().is_some_and(|most| most * 10 < all * 9)
            && self.numbers * 2 < self.values()
    }

    /// The error of a column without a type.
    pub(crate) fn refusal(&self, table: &Table, refused: &Refused) -> DataError {
        let name = &self.name;
        let declare = format!("declare it: categorical = [{name:?}] (--categorical {name})");
        let exclude = format!("exclude = [{name:?}] (--exclude {name})");
        let (odd, reason, mend) = match refused {
            Refused::NearlyNumbers => {
                let odd = self.odd();
                let numbers = if self.numbers * 2 >= self.values() {
                    "half or more of the other cells are numbers"
                } else {
                    "they would be without what stands around them"
                };
                let verb = if odd.cells == 1 {
                    "is no number"
                } else {
                    "are no numbers"
                };
                let reason = format!("{} {verb}, and {numbers}", shown(&odd));
                (
                    odd,
                    reason,
                    format!("{}; or if they are categories, {declare}", self.mend()),
                )
            }
            Refused::Dates => {
                let odd = Odd::default();
                let reason =
                    "its cells are dates, which are neither numbers nor categories".to_owned();
                let mend = format!(
                    "write what of it is to be learned, such as days since a visit, as a number; or leave it out: {exclude}"
                );
                (odd, reason, mend)
            }
            Refused::ManyCategories => {
                let (distinct, filled) = (self.distinct_shown(), self.filled());
                let reason = format!("has {distinct} categories in {filled} cells: ids, or text?");
                let mend = format!(
                    "leave it out: {exclude}; if it is text, name it: --text {name}; if these are categories, {declare}"
                );
                (self.others.clone(), reason, mend)
            }
        };
        let error =
            DataError::new(Defect::WrongDtype, table.path(), reason, mend).at_column(name.as_str());
        match odd.first.first() {
            Some((row, _)) => error.at_row(*row),
            None => error,
        }
    }

    /// An error where a target is neither numbers nor classes before someone says more.
    pub(crate) fn check_target(&self, table: &Table) -> Result<(), DataError> {
        let error = |row: Option<Row>, defect, reason: String, mend: String| {
            let error =
                DataError::new(defect, table.path(), reason, mend).at_column(self.name.as_str());
            Err(match row {
                Some(row) => error.at_row(row),
                None => error,
            })
        };
        match self.inferred() {
            Err(Refused::NearlyNumbers) => {
                let odd = self.odd();
                let row = odd.first.first().map(|(row, _)| *row);
                let reason = format!("{} in a target of numbers", shown(&odd));
                error(row, Defect::WrongDtype, reason, self.mend())
            }
            Err(Refused::Dates) => {
                let reason = "a target of dates is neither a class nor a number".to_owned();
                let mend = "write what is to be predicted, such as days since a visit, as a number"
                    .to_owned();
                error(None, Defect::WrongDtype, reason, mend)
            }
            Ok(ColumnType::Numeric) if !self.missing_numbers.is_empty() => {
                let words: Vec<String> = self
                    .missing_numbers
                    .iter()
                    .map(|(word, cells)| format!("{} in {cells} cells", quoted(word)))
                    .collect();
                let reason = format!("{}: the target is missing there", words.join(", "));
                let mend = "remove these rows, or fill them in".to_owned();
                error(None, Defect::MissingValue, reason, mend)
            }
            Ok(_) | Err(Refused::ManyCategories) => Ok(()),
        }
    }

    /// All cells that are no numbers.
    fn odd(&self) -> Odd {
        let mut all = self.others.clone();
        for odd in self.dressed.values() {
            all.cells += odd.cells;
            all.first.extend(odd.first.iter().cloned());
        }
        all.first.sort_by_key(|(row, _)| row.number());
        all.first.truncate(super::SHOWN);
        all
    }

    /// What makes its cells numbers.
    fn mend(&self) -> String {
        let mut ways: Vec<String> = Vec::new();
        for (dress, odd) in &self.dressed {
            let example = odd.first.first().map_or("", |(_, text)| text.as_str());
            let way = dress.way(example);
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
        if self.others.cells > 0 {
            let words = self.others.first.iter().map(|(_, text)| text.as_str());
            let word = words.min().unwrap_or_default();
            ways.push(format!(
                "correct them, or if they stand for missing values, say so: missing = [{word:?}] (--missing {})",
                shell(word)
            ));
        }
        ways.join("; ")
    }
}

/// A word for a shell.
fn shell(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    if word.chars().all(is_plain) && !word.is_empty() {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The first cells, where they stand, and how many more.
fn shown(odd: &Odd) -> String {
    let cells: Vec<String> = odd
        .first
        .iter()
        .map(|(row, text)| format!("{} on {row}", quoted(text)))
        .collect();
    let more = odd.cells.saturating_sub(cells.len() as u64);
    match more {
        0 => cells.join(", "),
        more => format!("{} and {more} more", cells.join(", ")),
    }
}
