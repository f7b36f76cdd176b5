//! How a text file is written: what its first rows show, where nobody has said it.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::decode::Coding;
use crate::error::{DataError, Result};
use crate::reading::{Dress, Encoding, Grammar, Reading};

/// What stands between cells, the likeliest first.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// Bytes and rows of a file that are looked at.
const SAMPLE: u64 = 1 << 18;
const ROWS: usize = 200;

/// How one text file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) coding: Coding,
    pub(super) delimiter: u8,
    pub(super) quote: Option<u8>,
    pub(super) comment: Option<u8>,
    /// Whether the first line is `sep=;`, as spreadsheets write it.
    pub(super) says_delimiter: bool,
    /// What was seen and not said, in words.
    pub(super) notes: Vec<String>,
}

impl Dialect {
    /// What `reading` says, and for the rest what the first rows show. `usual`: the delimiter that the name of the
    /// file stands for. The decimal sign that was seen is written into `reading`.
    pub(super) fn of(path: &Path, reading: &mut Reading, usual: Option<u8>) -> Result<Self> {
        let coding = Coding::of(path, reading.encoding)?;
        let mut notes = Vec::new();
        notes.extend(
            coding
                .packing
                .name()
                .map(|name| format!("is packed with {name}")),
        );
        if coding.encoding != Encoding::Utf8 && reading.encoding.is_none() {
            notes.push(format!(
                "encoding {}, by its first bytes",
                coding.encoding.name()
            ));
        }
        let mut sample = Vec::new();
        coding
            .open(path)?
            .take(SAMPLE)
            .read_to_end(&mut sample)
            .map_err(|error| DataError::read(path, &error))?;
        let said = said_delimiter(&sample);
        let quote = match reading.quote.as_deref() {
            None => Some(b'"'),
            Some(sign) => sign.bytes().next(),
        };
        let comment = reading.comment.and_then(|sign| u8::try_from(sign).ok());
        let mut dialect = Self {
            coding,
            delimiter: b',',
            quote,
            comment,
            says_delimiter: said.is_some(),
            notes,
        };
        let declared = reading.delimiter.and_then(|sign| u8::try_from(sign).ok());
        let sample = dialect.sample(sample);
        dialect.delimiter = match (declared, said) {
            (Some(declared), _) => declared,
            (None, Some(said)) => {
                let line = format!("delimiter {}, as its first line says", shown(said));
                dialect.notes.push(line);
                said
            }
            (None, None) => dialect.seen(&sample, usual),
        };
        if reading.decimal.is_none() && dialect.has_decimal_commas(&sample) {
            reading.decimal = Some(',');
            dialect.notes.push("decimal sign `,`, by its cells".into());
        }
        Ok(dialect)
    }

    /// A reader of the rows, the header first.
    pub(super) fn reader<R: Read>(&self, bytes: R) -> csv::Reader<R> {
        csv::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .quoting(self.quote.is_some())
            .quote(self.quote.unwrap_or(b'"'))
            .comment(self.comment)
            .buffer_capacity(1 << 16)
            .from_reader(bytes)
    }

    /// The text of the file from the header on.
    pub(super) fn open(&self, path: &Path) -> Result<Box<dyn Read>> {
        let text = self.coding.open(path)?;
        if !self.says_delimiter {
            return Ok(text);
        }
        let mut text = BufReader::new(text);
        let mut line = Vec::new();
        let skipped = (&mut text).take(16).read_until(b'\n', &mut line);
        skipped.map_err(|error| DataError::read(path, &error))?;
        Ok(Box::new(text))
    }

    /// Whole lines from the header on.
    fn sample(&self, mut sample: Vec<u8>) -> Vec<u8> {
        if sample.len() as u64 == SAMPLE {
            let end = sample.iter().rposition(|byte| *byte == b'\n');
            sample.truncate(end.map_or(sample.len(), |end| end + 1));
        }
        if self.says_delimiter {
            let end = sample.iter().position(|byte| *byte == b'\n');
            sample.drain(..end.map_or(sample.len(), |end| end + 1));
        }
        sample
    }

    /// Cells of the first rows, by a delimiter.
    fn rows(&self, sample: &[u8], delimiter: u8) -> Vec<Vec<String>> {
        let dialect = Self {
            delimiter,
            ..self.clone()
        };
        let mut reader = dialect.reader(sample);
        let mut rows = Vec::new();
        let header = reader.byte_headers().cloned();
        let cells = |record: &csv::ByteRecord| -> Vec<String> {
            let cells = record.iter();
            cells
                .map(|cell| String::from_utf8_lossy(cell).into_owned())
                .collect()
        };
        rows.extend(header.as_ref().map(cells));
        let mut record = csv::ByteRecord::new();
        while rows.len() < ROWS {
            match reader.read_byte_record(&mut record) {
                Ok(true) => rows.push(cells(&record)),
                // A row of another length: so long as it is none of its cells that is wanted.
                Err(error) if matches!(error.kind(), csv::ErrorKind::UnequalLengths { .. }) => {
                    rows.push(Vec::new());
                }
                Ok(false) | Err(_) => break,
            }
        }
        rows
    }

    /// The delimiter that the first rows agree on: the usual one where they do, else the only other one.
    fn seen(&mut self, sample: &[u8], usual: Option<u8>) -> u8 {
        let agrees = |delimiter: u8| {
            let rows = self.rows(sample, delimiter);
            let columns = rows.first().map_or(0, Vec::len);
            columns > 1 && rows.iter().all(|row| row.len() == columns)
        };
        if usual.is_some_and(agrees) {
            return usual.unwrap_or(b',');
        }
        let mut others = DELIMITERS
            .into_iter()
            .filter(|delimiter| Some(*delimiter) != usual && agrees(*delimiter));
        match (others.next(), others.next()) {
            (Some(only), None) => {
                let usual =
                    usual.map_or(String::new(), |usual| format!(" and not {}", shown(usual)));
                self.notes.push(format!(
                    "delimiter {}{usual}, by its first rows",
                    shown(only)
                ));
                only
            }
            _ => usual.unwrap_or(b','),
        }
    }

    /// Whether numbers have a decimal comma, beyond doubt: some cannot be groups of three digits, and no cell has a
    /// decimal point.
    fn has_decimal_commas(&self, sample: &[u8]) -> bool {
        let plain = Grammar::of(&Reading::default());
        let rows = self.rows(sample, self.delimiter);
        let cells = || rows.iter().skip(1).flatten();
        let has_point = |cell: &String| cell.contains('.') && plain.number(cell).is_some();
        let is_decimal = |cell: &String| plain.dress(cell) == Some(Dress::DecimalComma);
        cells().any(is_decimal) && !cells().any(has_point)
    }
}

/// What the first line says that it is, as in `sep=;`.
fn said_delimiter(sample: &[u8]) -> Option<u8> {
    let line = sample.split(|byte| *byte == b'\n').next()?;
    match line.strip_prefix(b"sep=")? {
        [delimiter] | [delimiter, b'\r'] => Some(*delimiter),
        _ => None,
    }
}

/// A delimiter for a message.
pub(super) fn shown(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tab".into(),
        other => format!("`{}`", char::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, usual: Option<u8>) -> (Dialect, Reading) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, text).unwrap();
        let mut reading = Reading::default();
        let dialect = Dialect::of(&path, &mut reading, usual).unwrap();
        (dialect, reading)
    }

    #[test]
    fn the_usual_delimiter_stays_unless_the_rows_need_another() {
        for (text, usual, delimiter) in [
            ("a,b\n1,2\n", Some(b','), b','),
            ("a;b\n1;2\n", Some(b','), b';'),
            // A decimal comma makes two cells of each row, and the header has one.
            ("a;b\n1,5;2\n", Some(b','), b';'),
            ("a, in m;b\n1;2\n", Some(b','), b';'),
            ("a\tb\n1\t2\n", None, b'\t'),
            // Nothing fits: the error about the row is clearer than a guess.
            ("a,b\n1\n", Some(b','), b','),
            ("id\n1\n", Some(b','), b','),
        ] {
            let (dialect, _) = seen(text, usual);
            assert_eq!(dialect.delimiter, delimiter, "{text:?}");
            assert_eq!(
                dialect.notes.is_empty(),
                Some(delimiter) == usual,
                "{text:?}"
            );
        }
        let (said, _) = seen("sep=;\r\na;b\r\n1;2\r\n", Some(b','));
        assert_eq!((said.delimiter, said.says_delimiter), (b';', true));
    }

    #[test]
    fn a_decimal_comma_is_taken_where_nothing_else_is_possible() {
        let decimal = |text: &str| seen(text, Some(b',')).1.decimal;
        assert_eq!(decimal("a;b\n12,7;2\n1,234;3\n"), Some(','));
        assert_eq!(decimal("a,b\n\"12,75\",2\n"), Some(','));
        // Thousands, or thousandths?
        assert_eq!(decimal("a;b\n1,234;2\n"), None);
        assert_eq!(decimal("a;b\n12,7;2.5\n"), None);
    }
}
