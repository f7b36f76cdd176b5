//! Split files: folds that every tool can read and write.
//!
//! **CSV**, one line per row and fold, with the header `fold,side,row`:
//!
//! ```csv
//! fold,side,row
//! 0,train,patient-1
//! 0,test,patient-2
//! 1,train,patient-2
//! 1,test,patient-1
//! ```
//!
//! `fold` counts from 0 without a gap, `side` is `train` or `test`; a row that a fold does not name
//! is on neither side. **JSON** is the same, nested:
//!
//! ```json
//! {"folds": [{"train": ["patient-1"], "test": ["patient-2"]},
//!            {"train": ["patient-2"], "test": ["patient-1"]}]}
//! ```

use std::fs::File;
use std::io;
use std::path::Path;

use super::order::MOST_FOLDS;
use super::{FileFold, Predefined};

/// A split file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SplitFileError {
    /// The header is another.
    #[error("split file: expected the columns fold,side,row, got {}", one_line(.got))]
    Header {
        /// The columns.
        got: String,
    },
    /// A line that cannot be taken.
    #[error("split file, line {line}, column {column}: expected {expected}, got {got:?}")]
    Field {
        /// Number of the line, from 1.
        line: u64,
        /// Name of the column.
        column: &'static str,
        /// What would be accepted.
        expected: &'static str,
        /// What is there.
        got: String,
    },
    /// A fold number that is missing below the highest.
    #[error(
        "split file: fold {fold} has no line, though a later one has; number the folds from 0 without a gap"
    )]
    Gap {
        /// The number.
        fold: usize,
    },
    /// A row that a fold names twice.
    #[error("split file: fold {fold} names row {row:?} more than once")]
    Twice {
        /// The fold.
        fold: usize,
        /// The row.
        row: String,
    },
    /// No fold.
    #[error("split file: expected at least one fold, got none")]
    Empty,
    /// Not CSV, or it cannot be read or written.
    #[error("split file: {0}")]
    Csv(#[from] csv::Error),
    /// Not JSON, or it cannot be read or written.
    #[error("split file: {}", one_line(&.0.to_string()))]
    Json(#[from] serde_json::Error),
    /// It cannot be written.
    #[error("split file: {0}")]
    Io(#[from] io::Error),
}

/// A text from a file without its line breaks and other control characters, which would disturb a
/// message.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

fn is_json(file: &Path) -> bool {
    file.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

impl Predefined {
    /// Reads a file: JSON where its name ends in `.json`, else CSV.
    ///
    /// # Errors
    /// [`SplitFileError`]; it names no path, so the caller does.
    pub fn read(file: &Path) -> Result<Self, SplitFileError> {
        let reader = io::BufReader::new(File::open(file)?);
        if is_json(file) {
            Self::read_json(reader)
        } else {
            Self::read_csv(reader)
        }
    }

    /// The bytes of a split file of this name.
    ///
    /// # Errors
    /// [`SplitFileError`].
    pub fn bytes(&self, file: &Path) -> Result<Vec<u8>, SplitFileError> {
        let mut bytes = Vec::new();
        if is_json(file) {
            self.write_json(&mut bytes)?;
        } else {
            self.write_csv(&mut bytes)?;
        }
        Ok(bytes)
    }

    /// Reads a CSV file.
    ///
    /// # Errors
    /// [`SplitFileError`].
    pub fn read_csv(reader: impl io::Read) -> Result<Self, SplitFileError> {
        let mut reader = csv::Reader::from_reader(reader);
        let header = reader.headers()?;
        if header.iter().collect::<Vec<_>>() != ["fold", "side", "row"] {
            let got = header.iter().collect::<Vec<_>>().join(",");
            return Err(SplitFileError::Header { got });
        }
        let mut folds: Vec<FileFold> = Vec::new();
        for record in reader.records() {
            let record = record?;
            let line = record.position().map_or(0, csv::Position::line);
            let text = |at| record.get(at).unwrap_or_default();
            let field = |column, expected, at| {
                let got = text(at).to_owned();
                SplitFileError::Field {
                    line,
                    column,
                    expected,
                    got,
                }
            };
            let number = text(0)
                .parse()
                .ok()
                .filter(|&fold: &usize| fold < MOST_FOLDS);
            let fold = number.ok_or_else(|| field("fold", "a number from 0 to 9999", 0))?;
            if text(2).is_empty() {
                return Err(field("row", "a row id", 2));
            }
            if folds.len() <= fold {
                folds.resize_with(fold + 1, FileFold::default);
            }
            if let Some(fold) = folds.get_mut(fold) {
                match text(1) {
                    "train" => fold.train.push(text(2).to_owned()),
                    "test" => fold.test.push(text(2).to_owned()),
                    _ => return Err(field("side", "train or test", 1)),
                }
            }
        }
        Self::new(folds).validated()
    }

    /// Reads a JSON file.
    ///
    /// # Errors
    /// [`SplitFileError`].
    pub fn read_json(reader: impl io::Read) -> Result<Self, SplitFileError> {
        serde_json::from_reader::<_, Self>(reader)?.validated()
    }

    /// Writes a CSV file.
    ///
    /// # Errors
    /// [`SplitFileError::Csv`], [`SplitFileError::Io`].
    pub fn write_csv(&self, writer: impl io::Write) -> Result<(), SplitFileError> {
        let mut writer = csv::Writer::from_writer(writer);
        writer.write_record(["fold", "side", "row"])?;
        for (index, fold) in self.folds.iter().enumerate() {
            for (side, rows) in [("train", &fold.train), ("test", &fold.test)] {
                for row in rows {
                    writer.write_record([&index.to_string(), side, row])?;
                }
            }
        }
        writer.flush()?;
        Ok(())
    }

    /// Writes a JSON file.
    ///
    /// # Errors
    /// [`SplitFileError::Json`].
    pub fn write_json(&self, writer: impl io::Write) -> Result<(), SplitFileError> {
        Ok(serde_json::to_writer(writer, self)?)
    }

    fn validated(self) -> Result<Self, SplitFileError> {
        if self.folds.is_empty() {
            return Err(SplitFileError::Empty);
        }
        for (index, fold) in self.folds.iter().enumerate() {
            let mut rows: Vec<&String> = fold.train.iter().chain(&fold.test).collect();
            if rows.is_empty() {
                return Err(SplitFileError::Gap { fold: index });
            }
            rows.sort_unstable();
            if let Some((row, _)) = rows.iter().zip(rows.iter().skip(1)).find(|(a, b)| a == b) {
                return Err(SplitFileError::Twice {
                    fold: index,
                    row: (*row).clone(),
                });
            }
        }
        Ok(self)
    }
}
