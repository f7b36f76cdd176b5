//! What is wrong with a cohort, where, and how to mend it.

use std::fmt;
use std::path::{Path, PathBuf};

/// Result of everything that reads or writes a cohort.
pub type Result<T, E = DataError> = std::result::Result<T, E>;

/// The kind of a defect: what a program can match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Defect {
    /// `cohort.toml` is not TOML, has an unknown key, or contradicts itself.
    Manifest,
    /// A file or folder is not there.
    MissingFile,
    /// A file has no content, or a table no rows.
    EmptyFile,
    /// A file ends before it should, or its bytes are damaged.
    Truncated,
    /// A file claims sizes, or a path leads to places, that no honest cohort needs.
    Hostile,
    /// A table lacks a column.
    MissingColumn,
    /// Two columns of a table have the same name.
    DuplicateColumn,
    /// An id occurs twice where it may occur once.
    DuplicateId,
    /// Two ids, groups, classes or categories differ only in how they are typed.
    NearlyEqual,
    /// An id of a modality is not in the row table.
    UnmatchedId,
    /// A row has more or fewer cells than the header.
    RaggedRow,
    /// A cell that must have a value is empty.
    MissingValue,
    /// A unit has rows in two groups.
    UnitAcrossGroups,
    /// A number is infinite, not a number, or too large for 32 bits.
    NonFinite,
    /// A cell, column or array has another type than declared.
    WrongDtype,
    /// An array or image has another shape than declared.
    WrongShape,
    /// A row ends before it starts.
    TimeOrder,
    /// Times that cannot be compared: numbers beside dates, date-times with a zone beside others
    /// without.
    MixedTimes,
    /// A censored outcome is declared as a class or a number.
    Censored,
    /// A category or class that was not declared.
    UnknownCategory,
    /// An image cannot be decoded.
    UnreadableImage,
    /// The caller asked for a modality, target or row that the cohort does not have.
    Request,
    /// The output folder exists, or cannot be written.
    Output,
    /// The operating system refused to read or write.
    Io,
}

/// A row of a file, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Row {
    /// A line of a text file; its header is line 1.
    Line(u64),
    /// A row of a Parquet file or of an array; the first one is row 1.
    Record(u64),
    /// A column of a table whose rows are columns; the first one is column 1.
    Column(u64),
}

impl Row {
    /// The number of the line or row.
    pub fn number(self) -> u64 {
        match self {
            Self::Line(n) | Self::Record(n) | Self::Column(n) => n,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(n) => write!(f, "line {n}"),
            Self::Record(n) => write!(f, "row {n}"),
            Self::Column(n) => write!(f, "column {n}"),
        }
    }
}

/// A defect of a cohort. Displays as one line: file, row, column, reason; how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataError {
    /// The kind of defect.
    pub defect: Defect,
    /// The file or folder.
    pub file: PathBuf,
    /// The row, where one is to blame.
    pub row: Option<Row>,
    /// The column, or the element `[c, y, x]` of an array, where one is to blame.
    pub column: Option<String>,
    /// What is wrong.
    pub reason: String,
    /// What to do about it.
    pub mend: String,
}

impl DataError {
    /// A defect of a whole file.
    pub(crate) fn new(
        defect: Defect,
        file: &Path,
        reason: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        let (file, reason, mend) = (file.to_path_buf(), reason.into(), mend.into());
        Self {
            defect,
            file,
            row: None,
            column: None,
            reason,
            mend,
        }
    }

    /// The same defect, in this row.
    #[must_use]
    pub(crate) fn at_row(mut self, row: Row) -> Self {
        self.row = Some(row);
        self
    }

    /// The same defect, in this column.
    #[must_use]
    pub(crate) fn at_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// The operating system's refusal to read `file`.
    pub(crate) fn read(file: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Self::new(
                Defect::MissingFile,
                file,
                "there is no such file",
                "put the file there, or correct its name in cohort.toml",
            ),
            ErrorKind::UnexpectedEof => Self::new(
                Defect::Truncated,
                file,
                "the file ends before it should",
                "copy or write the file again",
            ),
            _ => Self::new(
                Defect::Io,
                file,
                format!("cannot be read: {error}"),
                "check that it is a readable file",
            ),
        }
    }

    /// The operating system's refusal to write `file`.
    pub(crate) fn write(file: &Path, error: &std::io::Error) -> Self {
        Self::new(
            Defect::Output,
            file,
            format!("cannot be written: {error}"),
            "check the free space and the permissions of the folder",
        )
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(row) = self.row {
            write!(f, ", {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {}", quoted(column))?;
        }
        write!(f, ": {}; {}", one_line(&self.reason), one_line(&self.mend))
    }
}

impl std::error::Error for DataError {}

/// A name or value from a file, in backticks, shortened and without control characters, so that a
/// hostile file cannot flood or recolour a terminal.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = one_line(text).chars().take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        shown.push_str("...");
    }
    format!("`{shown}`")
}

/// The text with every control character replaced by a space.
pub(crate) fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// A list of names for a message: the first eight, then how many more.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 8;
    let names: Vec<&str> = names.into_iter().collect();
    let mut text = names
        .iter()
        .take(SHOWN)
        .map(|n| quoted(n))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        text = format!("{text} and {} more", names.len() - SHOWN);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_as_one_line() {
        let error = DataError::new(Defect::NonFinite, Path::new("a.csv"), "`in\nf`", "mend it")
            .at_row(Row::Line(7))
            .at_column("age");
        assert_eq!(
            error.to_string(),
            "a.csv, line 7, column `age`: `in f`; mend it"
        );
    }

    #[test]
    fn hostile_names_are_tamed() {
        assert_eq!(quoted("a\u{1b}[31mb"), "`a [31mb`");
        assert!(quoted(&"x".repeat(10_000)).len() < 100);
        let many: Vec<String> = (0..20).map(|i| i.to_string()).collect();
        assert!(listed(many.iter().map(String::as_str)).ends_with("`7` and 12 more"));
    }
}
