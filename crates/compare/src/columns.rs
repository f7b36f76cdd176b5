//! Cells of a table in long format, with errors that name file, row and column.

use std::str::FromStr;

use midfuse_data::{DataError, Defect, Row, TextTable};

use crate::error::{Error, Result};

/// Every name that is read; others are left alone.
const NAMES: [&str; 19] = [
    "model",
    "strategy",
    "row",
    "id",
    "target",
    "fold",
    "repeat",
    "group",
    "unit",
    "score",
    "n_train",
    "n_test",
    "row_id",
    "dataset",
    "test_score",
    "time",
    "event",
    "risk",
    "log_risk",
];

/// What comes before the class in a column of scores.
pub(super) const SCORE: &str = "score_";

/// Whether a column is read; upper and lower case are alike, but for the class in `score_CLASS`.
pub(super) fn is_read(name: &str) -> bool {
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) || name.starts_with(SCORE)
}

/// A column by position, with the name that errors show.
#[derive(Debug, Clone)]
pub(super) struct Column {
    at: usize,
    pub(super) name: String,
}

/// A column under any of these names.
pub(super) fn find(table: &TextTable, names: &[&str]) -> Option<Column> {
    let spelled = |name: &str| {
        let mut columns = table.columns.iter();
        columns.position(|column| column.eq_ignore_ascii_case(name))
    };
    names.iter().find_map(|&name| {
        let at = table.position(name).or_else(|| spelled(name))?;
        Some(Column {
            at,
            name: table.columns.get(at)?.clone(),
        })
    })
}

/// As [`find`], but it has to be there.
pub(super) fn need(table: &TextTable, names: &[&str]) -> Result<Column> {
    find(table, names).ok_or_else(|| {
        let name = names.first().copied().unwrap_or_default();
        Error::Data(DataError {
            defect: Defect::MissingColumn,
            file: table.file.clone(),
            row: None,
            column: Some(name.to_owned()),
            reason: "is missing".to_owned(),
            mend: "add it; docs/compare.md lists the columns".to_owned(),
        })
    })
}

/// The columns `score_CLASS`, in the order of the file.
pub(super) fn class_columns(table: &TextTable) -> Vec<Column> {
    let names = table.columns.iter().enumerate();
    names
        .filter(|(_, name)| name.starts_with(SCORE))
        .map(|(at, name)| Column {
            at,
            name: name.clone(),
        })
        .collect()
}

/// A row of a table.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    pub(super) table: &'a TextTable,
    pub(super) row: Row,
    values: &'a [Option<String>],
}

impl<'a> Cells<'a> {
    pub(super) fn of(table: &'a TextTable) -> impl Iterator<Item = Self> {
        table.rows.iter().map(move |(row, cells)| Self {
            table,
            row: *row,
            values: cells,
        })
    }

    fn optional(&self, column: &Column) -> Option<&'a str> {
        self.values.get(column.at).and_then(Option::as_deref)
    }

    /// The text of a cell that must have some.
    pub(super) fn text(&self, column: &Column) -> Result<&'a str> {
        self.optional(column).ok_or_else(|| {
            self.wrong(
                column,
                Defect::MissingValue,
                "is missing: empty, or a word that means it, such as NaN",
                "fill it",
            )
        })
    }

    /// The text under a column that the table may lack.
    pub(super) fn text_or(&self, column: Option<&Column>, instead: &str) -> Result<String> {
        column.map_or_else(
            || Ok(instead.to_owned()),
            |column| self.text(column).map(str::to_owned),
        )
    }

    /// A finite number.
    pub(super) fn number(&self, column: &Column) -> Result<f64> {
        let value: f64 = self.parse(column, "a number")?;
        if value.is_finite() {
            return Ok(value);
        }
        Err(self.wrong(
            column,
            Defect::NonFinite,
            &format!("{value} is not finite"),
            "leave the row out, for every model",
        ))
    }

    /// A number, or the logarithm of 0.
    pub(super) fn log_number(&self, column: &Column) -> Result<f64> {
        let value: f64 = self.parse(column, "a number")?;
        if value.is_finite() || (value.is_infinite() && value < 0.0) {
            return Ok(value);
        }
        self.number(column)
    }

    /// A count above 0.
    pub(super) fn count(&self, column: &Column) -> Result<usize> {
        match self.parse(column, "a whole number above 0")? {
            0 => Err(self.wrong(
                column,
                Defect::WrongDtype,
                "0 is not the size of a set",
                "write a whole number above 0",
            )),
            count => Ok(count),
        }
    }

    fn parse<T: FromStr>(&self, column: &Column, what: &str) -> Result<T> {
        let text = self.text(column)?;
        text.trim().parse().map_err(|_| {
            let shown: String = text.chars().take(60).collect();
            let mend = if text.trim_end().ends_with('%') {
                "write a share, 0.81 for 81 %"
            } else if text.contains(',') {
                "write a decimal point, not a comma"
            } else {
                "correct the cell"
            };
            self.wrong(
                column,
                Defect::WrongDtype,
                &format!("`{shown}` is not {what}"),
                mend,
            )
        })
    }

    /// An error about one cell.
    pub(super) fn wrong(&self, column: &Column, defect: Defect, reason: &str, mend: &str) -> Error {
        Error::Data(DataError {
            defect,
            file: self.table.file.clone(),
            row: Some(self.row),
            column: Some(column.name.clone()),
            reason: reason.to_owned(),
            mend: mend.to_owned(),
        })
    }
}
