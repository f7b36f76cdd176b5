//! Vectors in a table with one column per value.

use std::collections::{BTreeMap, HashSet};

use super::read::Slots;
use crate::cohort::Context;
use crate::error::{DataError, Defect, Result, quoted};
use crate::kind::matching::{Matcher, Selection};
use crate::table::Table;

/// A table whose columns are the values of a vector.
#[derive(Debug)]
pub(super) struct ColumnTable {
    table: Table,
    /// Positions of the id column and of the values.
    columns: Vec<usize>,
}

/// The columns `prefix0`, `prefix1` and so on (or from 1 on), in the order of their numbers: the
/// order of the file may differ from table to table, the meaning of a value may not.
pub(super) fn numbered(
    table: &Table,
    prefix: &str,
    reserved: &HashSet<&str>,
) -> Result<Vec<String>> {
    let error = |column: Option<&str>, defect, reason: String, mend: &str| {
        let error = DataError::new(defect, table.path(), reason, mend);
        match column {
            Some(column) => error.at_column(column),
            None => error,
        }
    };
    let mut found: BTreeMap<u64, &String> = BTreeMap::new();
    for column in table.columns() {
        let Some(number) = column.strip_prefix(prefix) else {
            continue;
        };
        if reserved.contains(column.as_str()) {
            let reason = "`prefix` takes the id, target, group or time column as an input";
            let mend = "rename the column, or name the columns of the vector with `columns`";
            return Err(error(Some(column), Defect::Manifest, reason.into(), mend));
        }
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let Some(number) = number.parse::<u64>().ok().filter(|_| digits) else {
            let reason = format!("starts with {} and goes on with no number", quoted(prefix));
            let mend = "give the whole of the name before the number as `prefix`, or name the \
                        columns of the vector with `columns`";
            return Err(error(Some(column), Defect::Manifest, reason, mend));
        };
        if let Some(first) = found.insert(number, column) {
            let reason = format!("has the number of the column {}", quoted(first));
            let mend = "keep one of the two";
            return Err(error(Some(column), Defect::DuplicateColumn, reason, mend));
        }
    }
    let Some((&first, _)) = found.first_key_value() else {
        let reason = format!("has no column that starts with {}", quoted(prefix));
        let mend = "correct `prefix` in cohort.toml";
        return Err(error(None, Defect::MissingColumn, reason, mend));
    };
    let mut numbers = found.keys().zip(first.min(1)..);
    if let Some((_, lacking)) = numbers.find(|(number, expected)| **number != *expected) {
        let reason = "is missing";
        let mend = "write every value of the vector, or name its columns with `columns`";
        let column = format!("{prefix}{lacking}");
        return Err(error(
            Some(&column),
            Defect::MissingColumn,
            reason.into(),
            mend,
        ));
    }
    Ok(found.into_values().cloned().collect())
}

impl ColumnTable {
    pub(super) fn open(table: Table, id: &str, values: &[String]) -> Result<Self> {
        let mut columns = vec![table.position(id)?];
        for column in values {
            columns.push(table.position(column)?);
        }
        Ok(Self { table, columns })
    }

    /// A row without any value is absent; one with some is an error.
    pub(super) fn load(
        &self,
        context: &Context<'_>,
        wanted: &Selection,
        slots: &mut Slots<'_>,
    ) -> Result<()> {
        let mut matcher = Matcher::once(context.index);
        self.table.for_each(&self.columns, |row, cells| {
            let (Some((id, cells)), Some((&id_column, columns))) =
                (cells.split_first(), self.columns.split_first())
            else {
                return Ok(());
            };
            let position = matcher.find(&self.table, row, id_column, id)?;
            let slot = wanted.place(position).and_then(|place| slots.row(place));
            let Some((vector, present)) = slot else {
                return Ok(());
            };
            *present = cells.iter().any(|cell| !cell.is_missing());
            if !*present {
                return Ok(());
            }
            for ((slot, cell), &column) in vector.iter_mut().zip(cells).zip(columns) {
                let value = cell
                    .f32()
                    .map_err(|e| self.table.number_error(row, column, &e))?;
                *slot = value.ok_or_else(|| {
                    let reason = "the vector lacks this value";
                    let mend = "fill the cell in, or leave all values of the row empty";
                    self.table
                        .cell_error(Defect::MissingValue, row, column, reason, mend)
                })?;
            }
            Ok(())
        })?;
        Ok(())
    }
}
