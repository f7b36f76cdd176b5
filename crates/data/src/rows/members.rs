//! Ids, groups and units while they are read.

use std::collections::HashMap;

use crate::error::{DataError, Defect, Result, Row, quoted};
use crate::reading::Keys;
use crate::table::{Cell, Table};

/// Reads ids; no two are alike.
#[derive(Default)]
pub(super) struct Ids {
    pub(super) read: Vec<String>,
    seen: HashMap<String, Row>,
    keys: Keys,
}

impl Ids {
    pub(super) fn push(
        &mut self,
        table: &Table,
        row: Row,
        column: usize,
        cell: &Cell<'_>,
    ) -> Result<()> {
        let id = id_of(table, row, column, cell)?;
        if let Some(first) = self.seen.insert(id.clone(), row) {
            return Err(duplicate_id(table, row, column, &id, first));
        }
        self.keys.admit(table, row, column, &id, "id")?;
        self.read.push(id);
        Ok(())
    }
}

/// The id in a cell.
pub(crate) fn id_of(table: &Table, row: Row, column: usize, cell: &Cell<'_>) -> Result<String> {
    table
        .key(cell)
        .map(std::borrow::Cow::into_owned)
        .ok_or_else(|| {
            table.cell_error(
                Defect::MissingValue,
                row,
                column,
                format!("the id is {}", nothing(cell)),
                "give every row an id; if the word is one: usual_missing = false (--literal)",
            )
        })
}

/// The error of an id that occurs again.
pub(crate) fn duplicate_id(
    table: &Table,
    row: Row,
    column: usize,
    id: &str,
    first: Row,
) -> DataError {
    let reason = format!("the id {} is there already, on {first}", quoted(id));
    let mend = "keep one row per id; several rows of one subject share a group, not an id";
    table.cell_error(Defect::DuplicateId, row, column, reason, mend)
}

/// What stands where a value is missing.
fn nothing(cell: &Cell<'_>) -> String {
    match cell.shown_text() {
        None => "empty".into(),
        Some(word) => format!("{}, which means a missing value", quoted(&word)),
    }
}

/// Groups or units while they are read.
#[derive(Default)]
pub(super) struct Members {
    keys: Keys,
}

impl Members {
    /// The group or unit in a cell.
    pub(super) fn read(
        &mut self,
        table: &Table,
        row: Row,
        (column, cell): (usize, &Cell<'_>),
        what: &str,
    ) -> Result<String> {
        let key = table.key(cell).ok_or_else(|| {
            let reason = format!("the {what} is {}", nothing(cell));
            let mend = format!("give every row a {what}; a row of its own may repeat its id");
            table.cell_error(Defect::MissingValue, row, column, reason, mend)
        })?;
        self.keys.admit(table, row, column, &key, what)?;
        Ok(key.into_owned())
    }
}
