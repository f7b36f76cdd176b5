//! Data that need no study file: a cohort folder, or a plain table with its columns named.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::{
    Cohort, DataError, ImportOptions, ImportTarget, Reading, TableSummary, TimeSpec, import,
};

use crate::column::column;

/// A source that cannot be opened. Every message is one line: what, where, and how to mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// An option that makes no sense, or does not fit the data.
    #[error("{0}")]
    Usage(String),
    /// The data is wrong.
    #[error(transparent)]
    Data(#[from] DataError),
    /// No folder for the imported table.
    #[error("{}: {source}", path.display())]
    Io {
        /// The source.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
}

impl SourceError {
    /// Exit code of the program: 2 for usage, 1 for data and files.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Data(_) | Self::Io { .. } => 1,
        }
    }
}

/// What the columns of a source are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceOptions {
    /// The target. Default: the first of the cohort; none for a table.
    pub target: Option<String>,
    /// Columns of groups, besides that of the cohort.
    pub groups: Vec<String>,
    /// Table only: column of row ids. Default: `id` where there is one, else rows are numbered from 1.
    pub id: Option<String>,
    /// Table only: column of the time at which a row begins.
    pub time: Option<String>,
    /// Table only: column of the time at which its target is known. Default: `time`.
    pub time_end: Option<String>,
    /// Table only: columns of text.
    pub text: Vec<String>,
    /// Table only: columns of categories that look like numbers.
    pub categorical: Vec<String>,
    /// Table only: columns to leave out.
    pub exclude: Vec<String>,
    /// Table only: how the file is read where its bytes do not say.
    pub reading: Reading,
}

/// One way in which rows belong together.
#[derive(Debug)]
pub struct GroupColumn {
    /// The column.
    pub name: String,
    /// Group of each row; a row without one is a group of its own.
    pub groups: Vec<Option<String>>,
}

impl GroupColumn {
    /// Number of groups of some rows.
    pub fn count(&self, rows: &[usize]) -> usize {
        let groups = rows.iter().filter_map(|&row| self.groups.get(row));
        let alone = groups.clone().filter(|group| group.is_none()).count();
        groups.flatten().collect::<BTreeSet<_>>().len() + alone
    }
}

/// An opened source.
#[derive(Debug)]
pub struct Source {
    /// The cohort, or the table as one.
    pub cohort: Cohort,
    /// The group of the cohort, then the columns that were named.
    pub group_columns: Vec<GroupColumn>,
    /// Tables, as they were read.
    pub tables: Vec<TableSummary>,
    /// Keeps the folder of an imported table.
    _folder: Option<tempfile::TempDir>,
}

impl Source {
    /// Opens a cohort folder, or a CSV, TSV or Parquet file.
    ///
    /// # Errors
    /// [`SourceError`].
    pub fn open(path: &Path, options: &SourceOptions) -> Result<Self, SourceError> {
        let (cohort, tables, folder) = if path.is_dir() {
            refuse_table_options(options)?;
            let cohort = Cohort::open(path)?;
            let tables = cohort.tables()?;
            (cohort, tables, None)
        } else {
            let folder = tempfile::tempdir().map_err(|source| SourceError::Io {
                path: path.to_path_buf(),
                source,
            })?;
            let dir = folder.path().join("cohort");
            let read = import(path, &dir, &import_options(path, options))?;
            (Cohort::open(dir)?, read.tables, Some(folder))
        };
        let group_columns = group_columns(&cohort, &options.groups)?;
        Ok(Self {
            cohort,
            group_columns,
            tables,
            _folder: folder,
        })
    }

    /// Whether a column is used as a group, and is therefore no input.
    pub fn is_group(&self, column: &str) -> bool {
        self.group_columns.iter().any(|group| group.name == column)
    }

    /// Name and codes of each axis; equal codes mean equal groups on any axis.
    pub fn codes(&self) -> Vec<(String, Vec<usize>)> {
        let mut codes: HashMap<&str, usize> = HashMap::new();
        let mut next = 0;
        let mut fresh = || {
            next += 1;
            next
        };
        let coded = self.group_columns.iter().map(|column| {
            let values = column.groups.iter().map(|group| match group.as_deref() {
                Some(group) => *codes.entry(group).or_insert_with(&mut fresh),
                None => fresh(),
            });
            (column.name.clone(), values.collect())
        });
        coded.collect()
    }
}

fn import_options(path: &Path, options: &SourceOptions) -> ImportOptions {
    let target = |column: &String| ImportTarget {
        column: column.clone(),
        kind: None,
    };
    ImportOptions {
        name: path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned()),
        id: options.id.clone(),
        targets: options.target.iter().map(target).collect(),
        survival: None,
        // Nothing is fitted here: splits balance the event of a censored outcome as they do classes.
        uncensored: true,
        unit: None,
        group: None,
        keep: Vec::new(),
        time: options.time.clone().map(|start| TimeSpec {
            start,
            end: options.time_end.clone(),
        }),
        text: options.text.clone(),
        // Groups are read as categories, because a row may have several of them.
        categorical: options
            .groups
            .iter()
            .chain(&options.categorical)
            .cloned()
            .collect(),
        exclude: options.exclude.clone(),
        reading: options.reading.clone(),
    }
}

fn refuse_table_options(options: &SourceOptions) -> Result<(), SourceError> {
    let given = [
        ("--id", options.id.is_some()),
        (
            "--time",
            options.time.is_some() || options.time_end.is_some(),
        ),
        ("--text", !options.text.is_empty()),
        ("--categorical", !options.categorical.is_empty()),
        ("--exclude", !options.exclude.is_empty()),
        ("how a file is read", !options.reading.is_default()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(SourceError::Usage(format!(
            "{name} is for tables; a cohort says in its cohort.toml what its columns are"
        ))),
        None => Ok(()),
    }
}

/// The group of the cohort, then the columns that were named.
fn group_columns(cohort: &Cohort, columns: &[String]) -> Result<Vec<GroupColumn>, SourceError> {
    let mut found: Vec<GroupColumn> = Vec::new();
    if let Some(groups) = cohort.groups() {
        found.push(GroupColumn {
            name: cohort.group_column().unwrap_or("group").to_owned(),
            groups: groups.iter().cloned().map(Some).collect(),
        });
    }
    for name in columns {
        if found.iter().any(|known| known.name == *name) {
            continue;
        }
        let groups = column(cohort, name)?.ok_or_else(|| {
            SourceError::Usage(format!(
                "--group {name}: no table of the cohort has this column"
            ))
        })?;
        found.push(GroupColumn {
            name: name.clone(),
            groups,
        });
    }
    Ok(found)
}
