//! Vectors in a Parquet file with a column of lists.

use super::read::Slots;
use crate::cohort::Context;
use crate::error::{DataError, Defect, Result, Row, quoted};
use crate::kind::matching::{Matcher, Selection};
use crate::table::{Cell, Table};

/// A table of which each cell of one column is a vector.
#[derive(Debug)]
pub(super) struct ListTable {
    table: Table,
    /// Positions of the id column and of the lists.
    id: usize,
    lists: usize,
    d: usize,
}

impl ListTable {
    /// Reads the lengths of all lists; `d` is the one that was declared, else that of the first
    /// list counts.
    pub(super) fn open(
        context: &Context<'_>,
        table: Table,
        id: &str,
        column: &str,
        d: Option<usize>,
    ) -> Result<Self> {
        let (id, lists) = (table.position(id)?, table.position(column)?);
        let mut opened = Self {
            table,
            id,
            lists,
            d: d.unwrap_or_default(),
        };
        let mut first: Option<(usize, Row)> = None;
        let mut matcher = Matcher::once(context.index);
        opened.table.for_each_list(id, lists, |row, cell, list| {
            matcher.find(&opened.table, row, id, cell)?;
            let Some(list) = list else { return Ok(()) };
            let (d, whose) = match (d, &first) {
                (Some(d), _) => (d, "`shape` declares".to_owned()),
                (None, Some((d, row))) => (*d, format!("that of {row} has")),
                (None, None) => {
                    first = Some((list.len(), row));
                    return Ok(());
                }
            };
            if list.len() == d {
                return Ok(());
            }
            let reason = format!("the vector has {} values, {whose} {d}", list.len());
            let mend = "write vectors of one length, and null where a row has none";
            Err(opened
                .table
                .cell_error(Defect::WrongShape, row, lists, reason, mend))
        })?;
        opened.d = match (d, first) {
            (Some(d), _) | (None, Some((d, _))) => d,
            (None, None) => {
                let reason = format!("the column {} has no vector", quoted(column));
                let mend = "write vectors into it, or declare their length with `shape`";
                let path = opened.table.path();
                return Err(DataError::new(Defect::EmptyFile, path, reason, mend));
            }
        };
        Ok(opened)
    }

    /// Values of each vector, D.
    pub(super) fn d(&self) -> usize {
        self.d
    }

    /// A null is absent.
    pub(super) fn load(
        &self,
        context: &Context<'_>,
        wanted: &Selection,
        slots: &mut Slots<'_>,
    ) -> Result<()> {
        let mut matcher = Matcher::once(context.index);
        self.table
            .for_each_list(self.id, self.lists, |row, id, list| {
                let position = matcher.find(&self.table, row, self.id, id)?;
                let slot = wanted.place(position).and_then(|place| slots.row(place));
                let (Some((vector, present)), Some(list)) = (slot, list) else {
                    return Ok(());
                };
                *present = true;
                for (at, (slot, cell)) in vector.iter_mut().zip(list).enumerate() {
                    *slot = self.value(row, at, cell)?;
                }
                Ok(())
            })
    }

    /// The value at a place of a vector.
    fn value(&self, row: Row, at: usize, cell: &Cell<'_>) -> Result<f32> {
        let name = self.table.columns().get(self.lists);
        let column = format!("{}[{at}]", name.map_or("", String::as_str));
        let value = cell.f32().map_err(|e| {
            let error = self.table.number_error(row, self.lists, &e);
            let mend = match error.defect {
                Defect::NonFinite => "replace it; write null where a row has no vector",
                _ => "write lists of numbers",
            };
            DataError {
                mend: mend.into(),
                ..error
            }
            .at_column(column.clone())
        })?;
        value.ok_or_else(|| {
            let (reason, mend) = (
                "the vector lacks this value",
                "write null where a row has no vector",
            );
            self.table
                .cell_error(Defect::MissingValue, row, self.lists, reason, mend)
                .at_column(column)
        })
    }
}
