//! CSV and TSV files.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::Cell;
use crate::error::{DataError, Defect, Result, Row, quoted};

/// What visits the cells of one row.
pub(super) type Visit<'a> = dyn FnMut(Row, &[Cell<'_>]) -> Result<()> + 'a;

/// The names in the header line.
pub(super) fn columns(path: &Path, delimiter: u8) -> Result<Vec<String>> {
    refuse_binary(path)?;
    let mut reader = open(path, delimiter)?;
    let header = reader.headers().map_err(|error| convert(path, error))?;
    if header.is_empty() {
        let mend = "write a header line and rows into it";
        return Err(DataError::new(
            Defect::EmptyFile,
            path,
            "has no header line",
            mend,
        ));
    }
    if let (1, Some(only)) = (header.len(), header.get(0))
        && let Some(separator) = [';', '\t', ',', '|']
            .into_iter()
            .find(|c| only.contains(*c))
    {
        return Err(DataError::new(
            Defect::WrongDtype,
            path,
            format!(
                "has one column, {}, so its separator is {separator:?}",
                quoted(only)
            ),
            "separate the cells of a .csv file by commas, with a decimal point in numbers, and those of a .tsv file by tabs",
        )
        .at_row(Row::Line(1)));
    }
    Ok(header.iter().map(|name| name.trim().to_owned()).collect())
}

/// Visits every row after the header.
pub(super) fn for_each(
    path: &Path,
    delimiter: u8,
    columns: &[usize],
    visit: &mut Visit<'_>,
) -> Result<()> {
    let mut reader = open(path, delimiter)?;
    let mut record = csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|error| convert(path, error))?
    {
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<Cell<'_>> = columns
            .iter()
            .map(|&column| match record.get(column) {
                None | Some("") => Cell::Missing,
                Some(text) => Cell::Text(Cow::Borrowed(text)),
            })
            .collect();
        visit(Row::Line(line), &cells)?;
    }
    Ok(())
}

fn open(path: &Path, delimiter: u8) -> Result<csv::Reader<File>> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .buffer_capacity(1 << 16)
        .from_path(path)
        .map_err(|error| convert(path, error))
}

/// A zero byte among the first ones: a spreadsheet, an archive, UTF-16, but no CSV.
fn refuse_binary(path: &Path) -> Result<()> {
    let mut start = Vec::new();
    File::open(path)
        .and_then(|file| file.take(4096).read_to_end(&mut start))
        .map_err(|error| DataError::read(path, &error))?;
    if start.contains(&0) {
        return Err(DataError::new(
            Defect::WrongDtype,
            path,
            "is a binary file or UTF-16 text, no CSV or TSV",
            "save the table as UTF-8 CSV",
        ));
    }
    Ok(())
}

fn convert(path: &Path, error: csv::Error) -> DataError {
    let line = error.position().map(csv::Position::line);
    let data_error = match error.into_kind() {
        csv::ErrorKind::Io(error) => return DataError::read(path, &error),
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => DataError::new(
            Defect::RaggedRow,
            path,
            format!("the row has {len} cells, the header has {expected_len}"),
            "give every row as many cells as the header; quote cells that contain a separator",
        ),
        csv::ErrorKind::Utf8 { err, .. } => DataError::new(
            Defect::WrongDtype,
            path,
            format!("cell {} is not UTF-8 text", err.field() + 1),
            "save the table as UTF-8",
        ),
        other => DataError::new(
            Defect::Truncated,
            path,
            format!("is not CSV or TSV: {other:?}"),
            "write the file again",
        ),
    };
    match line {
        Some(line) => data_error.at_row(Row::Line(line)),
        None => data_error,
    }
}
