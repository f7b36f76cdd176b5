//! Chosen columns of a table as text, for programs with columns of their own.

use std::path::{Path, PathBuf};

use super::Table;
use crate::error::{DataError, Defect, Result, Row, listed};
use crate::reading::Reading;

/// Columns of a CSV, TSV or Parquet file in memory, every cell as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextTable {
    /// The file.
    pub file: PathBuf,
    /// Names of the columns that were kept, in the order of the file.
    pub columns: Vec<String>,
    /// Where each row stands, and its cells in the order of `columns`; `None` is empty or null.
    /// Numbers of typed formats are written so that they read back exactly.
    pub rows: Vec<(Row, Vec<Option<String>>)>,
}

impl TextTable {
    /// Reads the columns whose name `keep` accepts; `reading` says what the file does not show.
    ///
    /// # Errors
    /// [`DataError`] for a file that is missing, empty, no table, damaged or ragged, and for one
    /// without rows or without any such column.
    pub fn read(path: &Path, reading: &Reading, keep: impl Fn(&str) -> bool) -> Result<Self> {
        let table = Table::open(path, reading)?;
        let kept: Vec<usize> = table
            .columns()
            .iter()
            .enumerate()
            .filter(|(_, name)| keep(name))
            .map(|(at, _)| at)
            .collect();
        if kept.is_empty() {
            let names = listed(table.columns().iter().map(String::as_str));
            let reason = format!("has none of the columns that are read; it has {names}");
            let mend = "rename its columns";
            return Err(DataError::new(Defect::MissingColumn, path, reason, mend));
        }
        let columns = table
            .columns()
            .iter()
            .filter(|name| keep(name))
            .cloned()
            .collect();
        let mut rows = Vec::new();
        table.for_each(&kept, |row, cells| {
            let cells = cells
                .iter()
                .map(|cell| cell.text().map(std::borrow::Cow::into_owned));
            rows.push((row, cells.collect()));
            Ok(())
        })?;
        if rows.is_empty() {
            let mend = "write rows below the header";
            return Err(DataError::new(Defect::EmptyFile, path, "has no rows", mend));
        }
        Ok(Self {
            file: path.to_path_buf(),
            columns,
            rows,
        })
    }

    /// Position of a column among those that were kept.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|name| name == column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_columns_in_the_order_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, "b,x,a\n1,2,\n3,4,5\n").unwrap();
        let table = TextTable::read(&path, &Reading::default(), |name| name != "x").unwrap();
        assert_eq!(table.columns, ["b", "a"]);
        assert_eq!(
            table.rows[0],
            (Row::Line(2), vec![Some("1".to_owned()), None])
        );
        assert_eq!(table.position("a"), Some(1));
        // Rows of nothing are not rows: a file may claim any number of them.
        let other = TextTable::read(&path, &Reading::default(), |name| name == "y").unwrap_err();
        assert_eq!(other.defect, Defect::MissingColumn);
        std::fs::write(&path, "a\n").unwrap();
        let empty = TextTable::read(&path, &Reading::default(), |_| true).unwrap_err();
        assert_eq!(empty.defect, Defect::EmptyFile);
    }
}
