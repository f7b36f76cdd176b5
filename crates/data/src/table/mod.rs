//! Tables of any format, row by row, so that a wide table never lies in memory as text.

mod cell;
mod decode;
mod delimited;
mod dialect;
mod parquet;
mod profile;
mod quotes;
mod text;
mod transposed;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::error::{DataError, Defect, Result, Row, listed, quoted};
use crate::limits::Limits;
use crate::reading::{Normalise, Reading, Rules, normalised};

use dialect::Dialect;
use transposed::Transposed;

#[cfg(test)]
pub(crate) use cell::tests::text;
pub(crate) use cell::{Cell, NumberError, TimestampUnit};
pub(crate) use profile::{ColumnProfile, ColumnType, Profile};
pub use text::TextTable;

/// A table whose header has been read.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    path: PathBuf,
    format: Format,
    columns: Vec<String>,
    /// What its texts mean.
    rules: Rules,
    /// Whether the last column is the number of the row and not in the file.
    numbered: bool,
    /// Its cells, where its rows are columns of the file.
    transposed: Option<Transposed>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Format {
    Delimited(Dialect),
    Parquet,
}

/// What a pass over a table saw beside its cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Rows that were handed on.
    pub(crate) rows: u64,
    /// Rows without a value at the end, which were not.
    pub(crate) blank_rows: u64,
    /// What is worth saying of the file, in words.
    pub(crate) notes: Vec<String>,
}

/// What the name of a text file says of its delimiter.
#[derive(Debug, Clone, Copy)]
enum Usual {
    /// This one.
    One(u8),
    /// Nothing.
    Any,
}

/// A file without the ending of packing: `labs.csv` of `labs.csv.gz`.
pub(crate) fn without_packing(path: &Path) -> PathBuf {
    let is_packed = |ending: &std::ffi::OsStr| {
        ending.eq_ignore_ascii_case("gz") || ending.eq_ignore_ascii_case("zst")
    };
    if path.extension().is_some_and(is_packed) {
        path.with_extension("")
    } else {
        path.to_path_buf()
    }
}

impl Usual {
    /// By the extension, that of packing left out; `None` for no text file.
    fn of(path: &Path) -> Option<Self> {
        let unpacked = without_packing(path);
        match unpacked
            .extension()?
            .to_str()?
            .to_ascii_lowercase()
            .as_str()
        {
            "csv" => Some(Self::One(b',')),
            "tsv" | "tab" => Some(Self::One(b'\t')),
            "txt" => Some(Self::Any),
            _ => None,
        }
    }

    fn delimiter(self) -> Option<u8> {
        match self {
            Self::One(delimiter) => Some(delimiter),
            Self::Any => None,
        }
    }
}

impl Table {
    /// Reads the header of a CSV, TSV, text or Parquet file, told apart by the extension; `reading` says what the
    /// file does not show.
    pub(crate) fn open(path: &Path, reading: &Reading) -> Result<Self> {
        let extension = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        let usual = Usual::of(path);
        let is_parquet = matches!(extension.to_ascii_lowercase().as_str(), "parquet" | "pq");
        if usual.is_none() && !is_parquet {
            return Err(DataError::new(
                Defect::WrongDtype,
                path,
                format!(
                    "is not a table: the extension {} is not known",
                    quoted(extension)
                ),
                "use a .csv, .tsv, .txt or .parquet file; a text file may end in .gz or .zst besides",
            ));
        }
        let length = std::fs::metadata(path)
            .map_err(|e| DataError::read(path, &e))?
            .len();
        if length == 0 {
            let mend = "write a header line and rows into it";
            return Err(DataError::new(Defect::EmptyFile, path, "is empty", mend));
        }
        let mut reading = reading.clone();
        let (format, columns) = match usual {
            Some(usual) => {
                let dialect = Dialect::of(path, &mut reading, usual.delimiter())?;
                let columns = delimited::columns(path, &dialect)?;
                (Format::Delimited(dialect), columns)
            }
            None => (Format::Parquet, parquet::columns(path)?),
        };
        let table = Self {
            path: path.to_path_buf(),
            format,
            columns,
            rules: Rules::of(&reading),
            numbered: false,
            transposed: None,
        };
        table.check_columns()?;
        Ok(table)
    }

    /// Whether keys that differ at all are two.
    pub(crate) fn keeps_keys(&self) -> bool {
        self.rules.normalise.contains(&Normalise::None)
    }

    /// The id, group, unit, class or category in a cell, in the ways that the file is read; `None` if it is missing.
    pub(crate) fn key<'a>(&self, cell: &'a Cell<'_>) -> Option<Cow<'a, str>> {
        Some(normalised(cell.text()?, &self.rules.normalise))
    }

    /// What was seen of how the file is written, in words.
    pub(crate) fn notes(&self) -> &[String] {
        match &self.format {
            Format::Delimited(dialect) => &dialect.notes,
            Format::Parquet => &[],
        }
    }

    /// The table with one more column, the number of the row from 1.
    pub(crate) fn with_row_numbers(mut self, name: &str) -> Self {
        self.columns.push(name.to_owned());
        self.numbered = true;
        self
    }

    fn check_columns(&self) -> Result<()> {
        if self.columns.len() > Limits::STANDARD.columns {
            return Err(DataError::new(
                Defect::Hostile,
                &self.path,
                format!("has {} columns", self.columns.len()),
                "store wide data as an npy array",
            ));
        }
        let mut seen = std::collections::HashSet::new();
        match self
            .columns
            .iter()
            .find(|name| !name.is_empty() && !seen.insert(*name))
        {
            Some(name) => Err(DataError::new(
                Defect::DuplicateColumn,
                &self.path,
                "two columns have this name",
                "rename or remove one of them",
            )
            .at_row(self.header_row())
            .at_column(name.as_str())),
            None => Ok(()),
        }
    }

    /// Positions of the columns that hold no plain cells, but lists.
    pub(crate) fn nested(&self) -> Result<Vec<usize>> {
        match self.format {
            Format::Delimited(_) => Ok(Vec::new()),
            Format::Parquet => parquet::nested(&self.path),
        }
    }

    /// Whether a column is the number of the row, and not in the file.
    pub(crate) fn is_number_of_row(&self, column: usize) -> bool {
        self.numbered && column + 1 == self.columns.len()
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Names of the columns, in the order of the file.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Names of the columns at these positions.
    pub(crate) fn names(&self, columns: &[usize]) -> Vec<String> {
        let names = columns
            .iter()
            .filter_map(|&column| self.columns.get(column));
        names.cloned().collect()
    }

    /// Positions of the columns that may be inputs: those that are not left out, and no index that
    /// pandas wrote.
    pub(crate) fn inputs(&self, left_out: impl Fn(&str) -> bool) -> Vec<usize> {
        let is_index = |name: &str| name.is_empty() || name.starts_with("__index_level_");
        let columns = self.columns.iter().enumerate();
        columns
            .filter(|(_, name)| !left_out(name) && !is_index(name))
            .map(|(column, _)| column)
            .collect()
    }

    fn header_row(&self) -> Row {
        match self.format {
            Format::Delimited(_) => Row::Line(1),
            Format::Parquet => Row::Record(1),
        }
    }

    /// Position of the column of this name.
    pub(crate) fn position(&self, column: &str) -> Result<usize> {
        self.columns
            .iter()
            .position(|name| name == column)
            .ok_or_else(|| {
                let names = listed(self.columns.iter().map(String::as_str));
                let mend = format!("add the column or correct its name; the table has {names}");
                let error = DataError::new(Defect::MissingColumn, &self.path, "is missing", mend);
                match self.format {
                    Format::Delimited(_) => error.at_row(Row::Line(1)),
                    Format::Parquet => error,
                }
                .at_column(column)
            })
    }

    /// Hands every row to `visit`: the cells at `columns`, in that order.
    ///
    /// `columns` are positions in [`Table::columns`].
    pub(crate) fn for_each(
        &self,
        columns: &[usize],
        mut visit: impl FnMut(Row, &[Cell<'_>]) -> Result<()>,
    ) -> Result<Seen> {
        let mut rows = 0_u64;
        let number = if self.numbered {
            self.columns.len() - 1
        } else {
            usize::MAX
        };
        let in_file: Vec<usize> = columns.iter().copied().filter(|&c| c != number).collect();
        let mut counted = |row: Row, cells: &[Cell<'_>]| {
            rows += 1;
            if rows > Limits::STANDARD.rows {
                let reason = format!("has more than {} rows", Limits::STANDARD.rows);
                return Err(DataError::new(
                    Defect::Hostile,
                    &self.path,
                    reason,
                    "split the table",
                ));
            }
            if in_file.len() == columns.len() {
                return visit(row, cells);
            }
            let mut cells = cells.iter().cloned();
            let with_number: Vec<Cell<'_>> = columns
                .iter()
                .map(|&column| {
                    if column == number {
                        Cell::Int(rows as i64)
                    } else {
                        cells.next().unwrap_or(Cell::Missing)
                    }
                })
                .collect();
            visit(row, &with_number)
        };
        let (path, names, rules) = (&self.path, &self.columns, &self.rules);
        if let Some(transposed) = &self.transposed {
            transposed.for_each(columns, rules, &mut counted)?;
            return Ok(Seen {
                rows,
                ..Seen::default()
            });
        }
        let seen = match &self.format {
            Format::Delimited(dialect) => {
                delimited::for_each(path, dialect, names, &in_file, rules, &mut counted)?
            }
            Format::Parquet => {
                parquet::for_each(path, names, &in_file, rules, &mut counted)?;
                Seen::default()
            }
        };
        Ok(Seen { rows, ..seen })
    }

    /// Hands every row to `visit`: the cell at `id`, and the list in the column `lists`, `None` where
    /// it is null. Parquet only.
    ///
    /// # Errors
    /// [`Defect::WrongDtype`] for another format, and for a column that holds no lists.
    pub(crate) fn for_each_list(
        &self,
        id: usize,
        lists: usize,
        mut visit: impl FnMut(Row, &Cell<'_>, Option<&[Cell<'_>]>) -> Result<()>,
    ) -> Result<()> {
        let column = self.columns.get(lists).cloned().unwrap_or_default();
        match &self.format {
            Format::Delimited(_) => Err(DataError::new(
                Defect::WrongDtype,
                &self.path,
                "only a Parquet file has columns of lists",
                "write one column per value and name them with `columns` or `prefix`",
            )
            .at_column(column)),
            Format::Parquet => {
                let at = [id, lists];
                parquet::for_each_list(&self.path, at, &column, &self.rules, &mut visit)
            }
        }
    }

    /// An error about one cell.
    pub(crate) fn cell_error(
        &self,
        defect: Defect,
        row: Row,
        column: usize,
        reason: impl Into<String>,
        mend: impl Into<String>,
    ) -> DataError {
        let name = self.columns.get(column).cloned().unwrap_or_default();
        DataError::new(defect, &self.path, reason, mend)
            .at_row(row)
            .at_column(name)
    }

    /// The error of a cell that is not a usable number.
    pub(crate) fn number_error(&self, row: Row, column: usize, error: &NumberError) -> DataError {
        let (defect, mend) = match error {
            NumberError::NotANumber(_, Some(way)) => (Defect::WrongDtype, way.as_str()),
            NumberError::NotANumber(_, None) => (
                Defect::WrongDtype,
                "write a number with a decimal point; leave the cell empty if it is missing, or say by which word: missing = [\"WORD\"] (--missing WORD)",
            ),
            NumberError::NonFinite(_) => (
                Defect::NonFinite,
                "leave the cell empty if the value is missing",
            ),
            NumberError::TooLarge(_) => (Defect::NonFinite, "rescale the column"),
        };
        self.cell_error(defect, row, column, error.to_string(), mend)
    }
}
