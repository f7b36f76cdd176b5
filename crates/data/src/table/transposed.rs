//! A table whose rows are columns: genes down, samples across.

use super::{Cell, Table};
use crate::error::{DataError, Defect, Result, Row, quoted};
use crate::limits::Limits;
use crate::reading::{Rules, trimmed};

use super::cell::Text;

/// The cells of such a table, in memory as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Transposed {
    /// The ids of its rows, which are names of columns in the file.
    ids: Vec<String>,
    text: String,
    /// Where each cell ends in `text`, line by line of the file; a missing one is empty.
    ends: Vec<usize>,
}

impl Table {
    /// The same table with its columns as rows: the first column holds names of columns, the header the ids of rows.
    /// `id`: what the column of these ids is called.
    pub(crate) fn transposed(self, id: &str) -> Result<Self> {
        let mut names = vec![id.to_owned()];
        let mut cells = Transposed {
            ids: self.columns.iter().skip(1).cloned().collect(),
            text: String::new(),
            ends: Vec::new(),
        };
        let every: Vec<usize> = (0..self.columns.len()).collect();
        self.for_each(&every, |row, line| {
            let Some((name, line)) = line.split_first() else {
                return Ok(());
            };
            let name = name.shown_text().unwrap_or_default();
            let name = trimmed(&name);
            if name.is_empty() {
                let mend = "name every line of a transposed table in its first column";
                return Err(self.cell_error(
                    Defect::MissingValue,
                    row,
                    0,
                    "the name is empty",
                    mend,
                ));
            }
            names.push(name.to_owned());
            for cell in line {
                cells.text.push_str(&cell.shown_text().unwrap_or_default());
                cells.ends.push(cells.text.len());
            }
            if cells.ends.len() > Limits::STANDARD.values_per_row {
                let reason = format!(
                    "has more than {} cells, and is transposed",
                    Limits::STANDARD.values_per_row
                );
                let mend = "store it with a line per row, or as an npy array";
                return Err(DataError::new(Defect::Hostile, &self.path, reason, mend));
            }
            Ok(())
        })?;
        if let Some(empty) = cells.ids.iter().position(String::is_empty) {
            let reason = format!(
                "column {} has no name, which is the id of its row",
                empty + 2
            );
            let mend = "name every column of a transposed table by the id of its row";
            return Err(DataError::new(
                Defect::MissingValue,
                &self.path,
                reason,
                mend,
            ));
        }
        let table = Self {
            columns: names,
            transposed: Some(cells),
            ..self
        };
        table.check_columns()?;
        Ok(table)
    }

    /// An error where the header of the table holds ids of rows: it is transposed. `is_id`: whether a text is one.
    pub(crate) fn refuse_transposed(
        &self,
        rows: usize,
        is_id: impl Fn(&str) -> bool,
    ) -> Result<()> {
        let ids: Vec<&String> = self.columns.iter().filter(|name| is_id(name)).collect();
        let (Some(first), true) = (ids.first(), ids.len() >= 2 && ids.len() * 2 >= rows) else {
            return Ok(());
        };
        let reason = format!(
            "its columns are called {} and {} more, which are ids of rows: its rows are columns",
            quoted(first),
            ids.len() - 1
        );
        let mend = "read it with `transpose = true` in the section of the modality";
        Err(DataError::new(Defect::WrongShape, &self.path, reason, mend).at_row(Row::Line(1)))
    }
}

impl Transposed {
    pub(super) fn for_each(
        &self,
        columns: &[usize],
        rules: &Rules,
        visit: &mut dyn FnMut(Row, &[Cell<'_>]) -> Result<()>,
    ) -> Result<()> {
        let cell = |text| match text {
            "" => Cell::Missing,
            text => Cell::Text(Text {
                text: std::borrow::Cow::Borrowed(text),
                rules,
            }),
        };
        for (at, id) in self.ids.iter().enumerate() {
            let of_row = |&column: &usize| match column.checked_sub(1) {
                None => cell(id.as_str()),
                Some(line) => cell(self.cell(line, at)),
            };
            let cells: Vec<Cell<'_>> = columns.iter().map(of_row).collect();
            // Columns count from 1, and the first holds the names.
            visit(Row::Column(at as u64 + 2), &cells)?;
        }
        Ok(())
    }

    fn cell(&self, line: usize, at: usize) -> &str {
        let place = line * self.ids.len() + at;
        let start = place
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let end = self.ends.get(place).copied().unwrap_or_default();
        self.text
            .get(start.copied().unwrap_or(0)..end)
            .unwrap_or_default()
    }
}
