//! To which row of the cohort each row of an array belongs.

use std::path::Path;

use super::matching::Matcher;
use crate::array::{ArrayFile, IdArray};
use crate::cohort::Context;
use crate::error::{DataError, Defect, Result};

/// The ids of an array's rows.
#[derive(Debug, Clone, Copy)]
pub(super) enum ArrayIds<'a> {
    /// None: the array has the rows of the row table, in its order.
    RowTable,
    /// In a table, in this column (default: the id column of the row table); or in an npy file.
    File(&'a str, Option<&'a str>),
    /// In another array of the npz file that holds the array.
    Beside(&'a str),
}

impl<'a> ArrayIds<'a> {
    /// Of the keys `ids` and `id`.
    pub(super) fn of(ids: Option<&'a str>, id: Option<&'a str>) -> Self {
        ids.map_or(Self::RowTable, |file| Self::File(file, id))
    }
}

/// The cohort's row of each row of an array.
pub(super) fn array_rows(
    context: &Context<'_>,
    array: &ArrayFile,
    ids: ArrayIds<'_>,
) -> Result<Vec<usize>> {
    let n = array.shape().first().copied().unwrap_or_default();
    let (rows, source) = match ids {
        ArrayIds::RowTable => ((0..context.ids.len()).collect(), "the row table"),
        ArrayIds::File(file, id) if has_extension(file, "npy") => {
            if id.is_some() {
                let reason = "is an array of ids and `id` names a column of a table";
                let path = context.folder.path(file);
                return Err(DataError::new(
                    Defect::Manifest,
                    &path,
                    reason,
                    "remove `id`",
                ));
            }
            let path = context.folder.file(file)?;
            (
                in_array(context, &path, &IdArray::open(&path, None)?)?,
                file,
            )
        }
        ArrayIds::File(file, id) => (in_table(context, file, id)?, file),
        ArrayIds::Beside(key) => {
            let path = array.path();
            (
                in_array(context, path, &IdArray::open(path, Some(key))?)?,
                key,
            )
        }
    };
    if rows.len() == n {
        Ok(rows)
    } else {
        Err(wrong_length(array.path(), n, rows.len(), source))
    }
}

fn in_table(context: &Context<'_>, file: &str, id: Option<&str>) -> Result<Vec<usize>> {
    let table = context.table(Some(file))?;
    let column = table.position(context.id(id))?;
    let mut matcher = Matcher::once(context.index);
    let mut rows = Vec::new();
    table.for_each(&[column], |row, cells| {
        if let [cell] = cells {
            rows.push(matcher.find(&table, row, column, cell)?);
        }
        Ok(())
    })?;
    Ok(rows)
}

fn in_array(context: &Context<'_>, path: &Path, ids: &IdArray) -> Result<Vec<usize>> {
    let mut matcher = Matcher::once(context.index);
    let mut rows = Vec::new();
    ids.for_each(|row, id| {
        rows.push(matcher.find_in_array(path, row, id)?);
        Ok(())
    })?;
    Ok(rows)
}

fn has_extension(file: &str, extension: &str) -> bool {
    let of_file = Path::new(file).extension().and_then(|e| e.to_str());
    of_file.is_some_and(|of_file| of_file.eq_ignore_ascii_case(extension))
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
