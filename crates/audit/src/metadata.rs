//! What is known of the rows besides their content.

use crate::check::Column;
use midfuse_data::Cohort;

use super::content::{Content, numbers};
use super::files::{Files, name_columns, series_column};
use crate::error::Result;

/// Position, id, lengths, and what the headers and names of files say.
pub(super) fn metadata(
    cohort: &Cohort,
    contents: &[Content],
    files: &[Files],
) -> Result<Vec<Column>> {
    let position = (0..cohort.len()).map(|row| row as f64).collect();
    let mut columns = vec![numbers("position in the row table".into(), position)];
    // Where the id is a number, its place in alphabetical order says nothing more.
    columns.extend(name_columns("row id", &ids(cohort)).into_iter().skip(1));
    columns.extend(contents.iter().filter_map(|content| content.length.clone()));
    for files in files {
        columns.extend(files.metadata()?);
    }
    Ok(columns)
}

/// Parts of ids and file names that may be ids of groups.
pub(super) fn series(cohort: &Cohort, files: &[Files]) -> Vec<Column> {
    let mut columns = vec![series_column("row id", &ids(cohort))];
    columns.extend(files.iter().flat_map(Files::series));
    columns
}

/// The row ids; `None` where rows are merely numbered in their order.
fn ids(cohort: &Cohort) -> Vec<Option<String>> {
    let numbered = |(at, id): (usize, &String)| id.parse() == Ok(at + 1);
    let given = !cohort.ids().iter().enumerate().all(numbered);
    let ids = cohort.ids().iter();
    ids.map(|id| given.then(|| id.clone())).collect()
}
