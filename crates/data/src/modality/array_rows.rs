//! To which row of the cohort each row of an array belongs.

use std::path::Path;

use super::matching::Matcher;
use crate::array::ArrayFile;
use crate::cohort::Context;
use crate::error::{DataError, Defect, Result};

/// The cohort's row of each row of an array: by an ids table, else the order of the row table.
pub(super) fn array_rows(
    context: &Context<'_>,
    array: &ArrayFile,
    ids: Option<&str>,
    id: Option<&str>,
) -> Result<Vec<usize>> {
    let n = array.shape().first().copied().unwrap_or_default();
    let Some(ids) = ids else {
        let rows = context.ids.len();
        return if n == rows {
            Ok((0..rows).collect())
        } else {
            Err(wrong_length(array.path(), n, rows, "the row table"))
        };
    };
    let table = context.table(Some(ids))?;
    let column = table.position(context.id(id))?;
    let mut matcher = Matcher::once(context.index);
    let mut rows = Vec::new();
    table.for_each(&[column], |row, cells| {
        if let [cell] = cells {
            rows.push(matcher.find(&table, row, column, cell)?);
        }
        Ok(())
    })?;
    if rows.len() == n {
        Ok(rows)
    } else {
        Err(wrong_length(array.path(), n, rows.len(), ids))
    }
}

fn wrong_length(path: &Path, n: usize, expected: usize, table: &str) -> DataError {
    DataError::new(
        Defect::WrongShape,
        path,
        format!("has {n} rows, {table} has {expected}"),
        "save one row per row, or name the rows that the array has with `ids`",
    )
}

/// An error unless the array has the shape `[N, ...expected]`; sizes of 1 at the place `optional`
/// may be left out.
pub(super) fn check_shape(array: &ArrayFile, expected: &[usize], optional: usize) -> Result<()> {
    let actual = array.shape().get(1..).unwrap_or_default();
    let mut short = expected.to_vec();
    let without = (short.get(optional) == Some(&1)).then(|| short.remove(optional));
    if actual == expected || (without.is_some() && actual == short) {
        return Ok(());
    }
    Err(DataError::new(
        Defect::WrongShape,
        array.path(),
        format!(
            "has the shape {:?}, declared is {expected:?} per row",
            array.shape()
        ),
        "correct `shape` in cohort.toml, or save the array in that shape",
    ))
}
