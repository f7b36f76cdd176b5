//! `cohort.toml`.

mod check;

use std::collections::BTreeMap;
use std::path::Path;

use midfuse_base::TaskKind;
use serde::{Deserialize, Serialize};

use crate::error::{DataError, Defect, Result, Row};
use crate::inside::Folder;
use crate::kind::ModalitySpec;
use crate::limits::Limits;
use crate::reading::Reading;

pub(crate) use check::{check_shape, distinct};

/// Version of the cohort format that this crate reads and writes.
pub const FORMAT_VERSION: u32 = 1;

/// Name of the file that makes a folder a cohort.
pub const MANIFEST_FILE: &str = "cohort.toml";

/// The content of `cohort.toml`; unknown keys are refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the format; 1.
    pub format: u32,
    /// Name of the cohort, for reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// One paragraph about the cohort, for reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Licence of the data, for reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// How tables are read where their own bytes do not say.
    #[serde(default, skip_serializing_if = "Reading::is_default")]
    pub reading: Reading,
    /// How single tables are read, by file: what is said here goes before what `reading` says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, Reading>,
    /// The row table.
    pub rows: RowsSpec,
    /// What can be predicted. May be empty: a cohort to predict on needs none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<TargetSpec>,
    /// What it is predicted from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modalities: Vec<ModalitySpec>,
}

/// The row table: which rows there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowsSpec {
    /// A CSV, TSV or Parquet file in the folder.
    pub file: String,
    /// Column of row ids: never empty, no two alike.
    #[serde(default = "default_id")]
    pub id: String,
    /// Column of what one score counts (patients): the id column where every row counts by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Column of groups (patients, sites): rows of a group never part in a split. Default: the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Columns of times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeSpec>,
}

/// Columns that say when a row's inputs begin and when its target is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeSpec {
    /// Column of numbers, dates `YYYY-MM-DD`, or date-times (RFC 3339, or the same without a zone).
    pub start: String,
    /// Column of the same type; never before the start. Default: the start column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

/// A target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetSpec {
    /// Its name in study files.
    pub name: String,
    /// What is predicted.
    pub kind: TaskKind,
    /// Column of a class or a number in the row table. Default: its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Classes in the order that reports use. Default: those that occur, sorted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<Vec<String>>,
    /// Column of the follow-up times of a survival: numbers from 0 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Column that says which follow-ups of a survival ended with the event: 1 and 0, true and
    /// false, or the words below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// What the times of a survival are counted in, for reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Words of the event column that mean the event was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_values: Option<Vec<String>>,
    /// Words of the event column that mean the row was censored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub censored_values: Option<Vec<String>>,
    /// Insists that a class or a number which looks like a censored outcome is none: every row was
    /// followed to its end. Default: no.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub uncensored: bool,
}

impl TargetSpec {
    /// A target of this name without further keys.
    pub fn new(name: impl Into<String>, kind: TaskKind) -> Self {
        Self {
            name: name.into(),
            kind,
            column: None,
            classes: None,
            time: None,
            event: None,
            unit: None,
            event_values: None,
            censored_values: None,
            uncensored: false,
        }
    }

    /// The column of a class or a number in the row table.
    pub fn column(&self) -> &str {
        self.column.as_deref().unwrap_or(&self.name)
    }

    /// Keys that are there besides `name` and `kind`.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> {
        let keys = [
            ("column", self.column.is_some()),
            ("classes", self.classes.is_some()),
            ("time", self.time.is_some()),
            ("event", self.event.is_some()),
            ("unit", self.unit.is_some()),
            ("event_values", self.event_values.is_some()),
            ("censored_values", self.censored_values.is_some()),
            ("uncensored", self.uncensored),
        ];
        keys.into_iter()
            .filter(|(_, there)| *there)
            .map(|(key, _)| key)
    }
}

pub(crate) fn default_id() -> String {
    "id".into()
}

/// Only the version, read first so that a newer format is named as such.
#[derive(Deserialize)]
struct Version {
    format: Option<u32>,
}

impl Manifest {
    /// How the table of this name is read.
    pub fn reading_of(&self, file: &str) -> Reading {
        match self.files.get(file) {
            Some(own) => own.or(&self.reading),
            None => self.reading.clone(),
        }
    }

    /// Reads and checks the manifest of a folder.
    ///
    /// # Errors
    /// [`Defect::MissingFile`], [`Defect::EmptyFile`], [`Defect::Hostile`] (over 16 MiB) or
    /// [`Defect::Manifest`] with the line.
    pub(crate) fn read(folder: &Folder) -> Result<Self> {
        let path = folder.path(MANIFEST_FILE);
        folder
            .file(MANIFEST_FILE)
            .map_err(|error| match error.defect {
                Defect::MissingFile => DataError::new(
                    Defect::MissingFile,
                    &path,
                    "there is no cohort.toml, so the folder is not a cohort",
                    "name the folder that holds cohort.toml; `midfuse cohort import` makes one",
                ),
                _ => error,
            })?;
        let length = std::fs::metadata(&path)
            .map_err(|e| DataError::read(&path, &e))?
            .len();
        if length > Limits::STANDARD.manifest_bytes {
            return Err(DataError::new(
                Defect::Hostile,
                &path,
                format!("is {length} bytes long, more than any cohort.toml"),
                "name the folder of a cohort",
            ));
        }
        let bytes = std::fs::read(&path).map_err(|e| DataError::read(&path, &e))?;
        let text = String::from_utf8(bytes).map_err(|_| {
            DataError::new(
                Defect::Manifest,
                &path,
                "is not UTF-8 text",
                "write it as UTF-8 text",
            )
        })?;
        Self::parse(&text, &path)
    }

    /// Parses and checks the text of a manifest.
    pub(crate) fn parse(text: &str, path: &Path) -> Result<Self> {
        if text.trim().is_empty() {
            return Err(DataError::new(
                Defect::EmptyFile,
                path,
                "is empty",
                "describe the cohort as in docs/cohort-format.md",
            ));
        }
        let version: Version = toml::from_str(text).map_err(|e| syntax(&e, text, path))?;
        if let Some(format) = version.format
            && format != FORMAT_VERSION
        {
            return Err(DataError::new(
                Defect::Manifest,
                path,
                format!("is of format {format}; this program reads format {FORMAT_VERSION}"),
                "use the version of midfuse that wrote it, or write `format = 1`",
            ));
        }
        let manifest: Self = toml::from_str(text).map_err(|e| syntax(&e, text, path))?;
        manifest.check(path)?;
        Ok(manifest)
    }
}

/// A TOML error with its line.
fn syntax(error: &toml::de::Error, text: &str, path: &Path) -> DataError {
    let data_error = DataError::new(
        Defect::Manifest,
        path,
        error.message().to_owned(),
        "correct the line; docs/cohort-format.md describes every key",
    );
    match error.span().and_then(|span| text.get(..span.start)) {
        Some(before) => {
            let line = before.bytes().filter(|&byte| byte == b'\n').count() as u64 + 1;
            data_error.at_row(Row::Line(line))
        }
        None => data_error,
    }
}
