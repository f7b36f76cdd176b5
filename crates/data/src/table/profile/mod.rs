//! What the cells of each column of a table are, by one pass over it.

mod sentinel;
mod verdict;

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Cell, Seen, Table};
use crate::error::{Result, Row};
use crate::moment;
use crate::reading::Dress;

use sentinel::Extremes;
pub(crate) use verdict::ColumnType;

/// Distinct values of a column that are told apart.
const DISTINCT: usize = 100_000;
/// Cells of a kind that are shown.
const SHOWN: usize = 3;

/// The columns of a table, and what was seen beside.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) columns: Vec<ColumnProfile>,
    pub(crate) seen: Seen,
}

/// What the cells of one column are.
#[derive(Debug, Default)]
pub(crate) struct ColumnProfile {
    /// Position in the table.
    pub(crate) at: usize,
    pub(crate) name: String,
    /// Cells without a value, by what stands there; an empty one by nothing.
    pub(crate) missing: BTreeMap<String, u64>,
    /// Cells with a word that means a missing value among numbers, by the word.
    pub(crate) missing_numbers: BTreeMap<String, u64>,
    /// Finite and infinite numbers.
    pub(crate) numbers: u64,
    /// Dates and date-times.
    pub(crate) moments: u64,
    /// Numbers in another dress than that of the file.
    pub(crate) dressed: BTreeMap<Dress, Odd>,
    /// All else.
    pub(crate) others: Odd,
    distinct: HashSet<u64>,
    extremes: Extremes,
    /// Whole numbers that 32 bits cannot hold.
    pub(crate) inexact: u64,
    /// Whole numbers that spell a day of the last or this century, as `20240131`.
    day_numbers: u64,
    /// Numbers that are not whole.
    fractions: u64,
}

/// Cells that are not numbers: how many, and the first of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Odd {
    pub(crate) cells: u64,
    pub(crate) first: Vec<(Row, String)>,
}

impl Odd {
    fn push(&mut self, row: Row, cell: &Cell<'_>) {
        self.cells += 1;
        if self.first.len() < SHOWN {
            let text = cell.shown_text().map(std::borrow::Cow::into_owned);
            self.first.push((row, text.unwrap_or_default()));
        }
    }
}

impl Profile {
    /// The columns at these positions.
    pub(crate) fn of(table: &Table, columns: &[usize]) -> Result<Self> {
        let new = |&at: &usize| ColumnProfile {
            at,
            name: table.columns().get(at).cloned().unwrap_or_default(),
            ..ColumnProfile::default()
        };
        let mut profiles: Vec<ColumnProfile> = columns.iter().map(new).collect();
        let seen = table.for_each(columns, |row, cells| {
            for (profile, cell) in profiles.iter_mut().zip(cells) {
                profile.push(row, cell);
            }
            Ok(())
        })?;
        Ok(Self {
            columns: profiles,
            seen,
        })
    }
}

impl ColumnProfile {
    fn push(&mut self, row: Row, cell: &Cell<'_>) {
        let word = || cell.shown_text().unwrap_or_default().trim().to_owned();
        if cell.is_missing() {
            *self.missing.entry(word()).or_default() += 1;
            return;
        }
        self.count_distinct(cell);
        if matches!(cell, Cell::Timestamp { .. }) {
            self.moments += 1;
        } else if cell.is_number() {
            self.numbers += 1;
            if let Ok(Some(value)) = cell.f64() {
                self.count_number(value);
            }
        } else if cell.is_missing_number() {
            *self.missing_numbers.entry(word()).or_default() += 1;
        } else if cell.moment().is_some() || moment::looks_like_day(&word()) {
            self.moments += 1;
        } else if let Some(dress) = cell.dress() {
            self.dressed.entry(dress).or_default().push(row, cell);
        } else {
            self.others.push(row, cell);
        }
    }

    fn count_distinct(&mut self, cell: &Cell<'_>) {
        if self.distinct.len() >= DISTINCT {
            return;
        }
        let mut hasher = DefaultHasher::new();
        match cell {
            Cell::Float(value) => value.to_bits().hash(&mut hasher),
            Cell::Float32(value) => value.to_bits().hash(&mut hasher),
            Cell::Int(value) => value.hash(&mut hasher),
            other => other
                .shown_text()
                .unwrap_or_default()
                .trim()
                .hash(&mut hasher),
        }
        self.distinct.insert(hasher.finish());
    }

    fn count_number(&mut self, value: f64) {
        /// The whole number up to which 32 bits hold every one.
        const EXACT: f64 = 16_777_216.0;
        self.extremes.push(value);
        let is_whole = value.fract() == 0.0;
        self.fractions += u64::from(!is_whole);
        let is_exact = f64::from(value as f32).total_cmp(&value).is_eq();
        self.inexact += u64::from(is_whole && value.abs() > EXACT && !is_exact);
        self.day_numbers += u64::from(is_whole && moment::is_day_number(value));
    }

    /// Cells with a value, or a word that means none among numbers.
    pub(crate) fn filled(&self) -> u64 {
        self.values() + self.missing_numbers.values().sum::<u64>()
    }

    /// Cells with a value, were it a number.
    pub(crate) fn values(&self) -> u64 {
        let dressed: u64 = self.dressed.values().map(|odd| odd.cells).sum();
        self.numbers + self.moments + dressed + self.others.cells
    }

    /// Whether some numbers are not whole.
    pub(crate) fn has_fractions(&self) -> bool {
        self.fractions > 0
    }

    /// Whether every number is a day written as `YYYYMMDD`.
    pub(crate) fn is_day_numbers(&self) -> bool {
        self.numbers > 0 && self.day_numbers == self.numbers
    }

    /// The number that stands for a missing value, most likely, and how often it is there.
    pub(crate) fn sentinel(&self) -> Option<(f64, u64)> {
        self.extremes.sentinel()
    }

    /// Distinct values; where there are more than are told apart, how many are.
    pub(crate) fn distinct(&self) -> usize {
        self.distinct.len()
    }

    /// Distinct values for people.
    pub(crate) fn distinct_shown(&self) -> String {
        let more = if self.distinct.len() >= DISTINCT {
            " or more"
        } else {
            ""
        };
        format!("{}{more}", self.distinct.len())
    }
}
