//! Matching the rows of a modality to those of the cohort, and picking the wanted ones.

use std::path::Path;

use crate::error::{DataError, Defect, Result, Row, quoted};
use crate::rows::{RowIndex, duplicate_id, id_of};
use crate::table::{Cell, Table};

/// Finds the cohort's row of each id of a modality.
pub(super) struct Matcher<'a> {
    index: &'a RowIndex,
    seen: Vec<Option<Row>>,
    /// Whether an id may come again, as in a long table.
    repeats: bool,
}

impl<'a> Matcher<'a> {
    /// Each id at most once.
    pub(super) fn once(index: &'a RowIndex) -> Self {
        Self {
            index,
            seen: vec![None; index.len()],
            repeats: false,
        }
    }

    /// Each id any number of times.
    pub(super) fn repeated(index: &'a RowIndex) -> Self {
        Self {
            repeats: true,
            ..Self::once(index)
        }
    }

    /// Position in the cohort of the id in a cell.
    pub(super) fn find(
        &mut self,
        table: &Table,
        row: Row,
        column: usize,
        cell: &Cell<'_>,
    ) -> Result<usize> {
        let id = id_of(table, row, column, cell)?;
        self.place(&id, row).map_err(|mismatch| match mismatch {
            Mismatch::Unknown => {
                let (reason, mend) = self.index.unknown(&id);
                table.cell_error(Defect::UnmatchedId, row, column, reason, mend)
            }
            Mismatch::Twice(first) => duplicate_id(table, row, column, &id, first),
        })
    }

    /// Position in the cohort of an id in an array.
    pub(super) fn find_in_array(&mut self, file: &Path, row: Row, id: &str) -> Result<usize> {
        let place = self.place(id, row);
        let error = |defect, reason: String, mend: &str| {
            Err(DataError::new(defect, file, reason, mend).at_row(row))
        };
        match place {
            Ok(position) => Ok(position),
            Err(Mismatch::Unknown) => {
                let (reason, mend) = self.index.unknown(id);
                error(Defect::UnmatchedId, reason, &mend)
            }
            Err(Mismatch::Twice(first)) => {
                let reason = format!("the id {} is there already, on {first}", quoted(id));
                error(Defect::DuplicateId, reason, "keep one row per id")
            }
        }
    }

    fn place(&mut self, id: &str, row: Row) -> Result<usize, Mismatch> {
        let position = self.index.get(id).ok_or(Mismatch::Unknown)?;
        let seen = self.seen.get_mut(position);
        match seen.and_then(|seen| seen.replace(row)) {
            Some(first) if !self.repeats => Err(Mismatch::Twice(first)),
            _ => Ok(position),
        }
    }
}

/// Why an id stands for no row.
enum Mismatch {
    /// The row table lacks it.
    Unknown,
    /// It was there before.
    Twice(Row),
}

/// The rows that a caller wants, in the caller's order, repeats included.
#[derive(Debug)]
pub(crate) struct Selection {
    len: usize,
    /// Where each row of the cohort goes first; `None` if it is not wanted.
    first: Vec<Option<usize>>,
    /// Later places of rows that are wanted more than once: (first place, later place).
    copies: Vec<(usize, usize)>,
}

impl Selection {
    /// These rows out of `n`.
    pub(crate) fn new(rows: &[usize], n: usize, cohort: &Path) -> Result<Self> {
        let mut first = vec![None; n];
        let mut copies = Vec::new();
        for (place, &row) in rows.iter().enumerate() {
            match first.get_mut(row) {
                Some(slot @ None) => *slot = Some(place),
                Some(Some(earlier)) => copies.push((*earlier, place)),
                None => {
                    return Err(DataError::new(
                        Defect::Request,
                        cohort,
                        format!("row {row} was asked for; the cohort has {n}"),
                        "ask for rows from 0 on",
                    ));
                }
            }
        }
        Ok(Self {
            len: rows.len(),
            first,
            copies,
        })
    }

    /// How many rows are wanted, repeats included.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Where a row of the cohort goes first.
    pub(super) fn place(&self, row: usize) -> Option<usize> {
        self.first.get(row).copied().flatten()
    }

    /// Fills the repeats: calls `copy(from, to)` for each.
    pub(super) fn repeat(&self, mut copy: impl FnMut(usize, usize)) {
        for &(from, to) in &self.copies {
            copy(from, to);
        }
    }
}
