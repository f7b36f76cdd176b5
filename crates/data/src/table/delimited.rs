//! Text files of rows: CSV, TSV and their kin.

use std::borrow::Cow;
use std::path::Path;

use super::cell::Text;
use super::dialect::{Dialect, shown};
use super::quotes::{Fault, Found, Quotes};
use super::{Cell, Seen};
use crate::error::{DataError, Defect, Result, Row, quoted};
use crate::reading::{Rules, trimmed};

/// What visits the cells of one row.
pub(super) type Visit<'a> = dyn FnMut(Row, &[Cell<'_>]) -> Result<()> + 'a;

/// The names in the header line.
pub(super) fn columns(path: &Path, dialect: &Dialect) -> Result<Vec<String>> {
    let mut reader = dialect.reader(dialect.open(path)?);
    let header = reader
        .headers()
        .map_err(|error| convert(path, dialect, error))?;
    if header.is_empty() {
        let mend = "write a header line and rows into it";
        return Err(DataError::new(
            Defect::EmptyFile,
            path,
            "has no header line",
            mend,
        ));
    }
    Ok(header.iter().map(|name| trimmed(name).to_owned()).collect())
}

/// Visits every row after the header; blank rows at the end are none.
pub(super) fn for_each(
    path: &Path,
    dialect: &Dialect,
    names: &[String],
    columns: &[usize],
    rules: &Rules,
    visit: &mut Visit<'_>,
) -> Result<Seen> {
    let text = dialect.open(path)?;
    let quotes = Quotes::new(
        text,
        dialect.delimiter,
        dialect.quote,
        dialect.comment,
        names.len(),
    );
    let mut reader = dialect.reader(quotes);
    let unnamed: Vec<usize> = names
        .iter()
        .enumerate()
        // The first may be an index that pandas or R wrote.
        .filter(|(at, name)| *at > 0 && name.is_empty())
        .map(|(at, _)| at)
        .collect();
    let mut record = csv::StringRecord::new();
    // Blank rows that may be the end of the file: how many, and the cells of one.
    let mut blank: Vec<Row> = Vec::new();
    let blank_cells = vec![Cell::Missing; columns.len()];
    loop {
        let next = reader.read_record(&mut record);
        if is_ragged(&next) {
            // Where quotes go wrong is known at the end of the file.
            let mut rest = csv::StringRecord::new();
            while !matches!(reader.read_record(&mut rest), Ok(false)) {
                if reader.is_done() {
                    break;
                }
            }
        }
        let found = reader.get_ref().found(reader.is_done());
        if let (Ok(false), Some((fault, line))) = (&next, found.fault) {
            return Err(wrong_quote(path, fault, line + offset(dialect)));
        }
        // A quote that swallowed rows is behind whatever is wrong with a later one.
        let or_quote = |error: DataError| match (found.fault, error.row) {
            (Some((fault, line)), Some(Row::Line(of_row))) if line + offset(dialect) <= of_row => {
                wrong_quote(path, fault, line + offset(dialect))
            }
            _ => error,
        };
        if !next.map_err(|error| or_quote(convert(path, dialect, error)))? {
            return Ok(Seen {
                blank_rows: blank.len() as u64,
                notes: notes(&found, offset(dialect)),
                ..Seen::default()
            });
        }
        let line = record.position().map_or(0, csv::Position::line);
        let row = Row::Line(line + offset(dialect));
        if names.len() > 1 && record.iter().all(|cell| trimmed(cell).is_empty()) {
            blank.push(row);
            continue;
        }
        for row in blank.drain(..) {
            visit(row, &blank_cells)?;
        }
        for &column in &unnamed {
            if let Some(cell) = record.get(column).filter(|cell| !trimmed(cell).is_empty()) {
                return Err(DataError::new(
                    Defect::MissingColumn,
                    path,
                    format!(
                        "column {} has no name and holds {}",
                        column + 1,
                        quoted(cell)
                    ),
                    "give the column a name in the header, or empty it",
                )
                .at_row(row));
            }
        }
        let cells: Vec<Cell<'_>> = columns
            .iter()
            .map(|&column| match record.get(column) {
                None | Some("") => Cell::Missing,
                Some(text) => Cell::Text(Text {
                    text: Cow::Borrowed(text),
                    rules,
                }),
            })
            .collect();
        visit(row, &cells).map_err(or_quote)?;
    }
}

fn is_ragged(read: &csv::Result<bool>) -> bool {
    matches!(read, Err(error) if matches!(error.kind(), csv::ErrorKind::UnequalLengths { .. }))
}

/// Lines before the header that are not counted by the reader of rows.
fn offset(dialect: &Dialect) -> u64 {
    u64::from(dialect.says_delimiter)
}

fn notes(found: &Found, offset: u64) -> Vec<String> {
    let mut notes = Vec::new();
    if found.blank_lines > 0 {
        notes.push(format!("{} blank lines skipped", found.blank_lines));
    }
    if let Some((line, lines)) = found.swallowed {
        notes.push(format!(
            "warning: a cell on line {} holds {lines} lines that look like rows; is a quote missing there?",
            line + offset
        ));
    }
    notes
}

fn wrong_quote(path: &Path, fault: Fault, line: u64) -> DataError {
    let (defect, reason, mend) = match fault {
        Fault::Unclosed => (
            Defect::Truncated,
            "a quote opens here, and the file ends before it closes",
            "close it, or write two quotes for one that is meant; quote = \"\" (--quote '') reads quotes as letters",
        ),
        Fault::TextBehind => (
            Defect::WrongDtype,
            "a quote opens here, and behind the quote that closes it the cell goes on",
            "close it where the cell ends, or write two quotes for one that is meant; quote = \"\" (--quote '') reads quotes as letters",
        ),
        Fault::BlankBefore => (
            Defect::WrongDtype,
            "a blank stands between a delimiter and a quote, so the quote is a letter",
            "remove the blank; quote = \"\" (--quote '') reads quotes as letters",
        ),
    };
    DataError::new(defect, path, reason, mend).at_row(Row::Line(line))
}

fn convert(path: &Path, dialect: &Dialect, error: csv::Error) -> DataError {
    let line = error.position().map(csv::Position::line);
    let data_error = match error.into_kind() {
        csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::Other => DataError::new(
            Defect::Hostile,
            path,
            error.to_string(),
            "unpack it and look at what it holds",
        ),
        csv::ErrorKind::Io(error) => return DataError::read(path, &error),
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => DataError::new(
            Defect::RaggedRow,
            path,
            format!(
                "the row has {len} cells, the header has {expected_len}, parted by {}",
                shown(dialect.delimiter)
            ),
            "give every row as many cells as the header; quote cells that contain a delimiter; if another sign parts the cells, name it: delimiter = \";\" (--delimiter ';')",
        ),
        csv::ErrorKind::Utf8 { err, .. } => DataError::new(
            Defect::WrongDtype,
            path,
            format!("cell {} is not UTF-8 text", err.field() + 1),
            "save the table as UTF-8, or name its encoding: encoding = \"windows-1252\" (--encoding windows-1252)",
        ),
        other => DataError::new(
            Defect::Truncated,
            path,
            format!("is not CSV or TSV: {other:?}"),
            "write the file again",
        ),
    };
    match line {
        Some(line) => data_error.at_row(Row::Line(line + offset(dialect))),
        None => data_error,
    }
}
