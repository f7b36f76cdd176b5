//! What is audited: a cohort folder, or a plain table with its columns named.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use midfuse_data::{Cohort, ImportOptions, ImportTarget, ModalityData, TimeSpec, import};
use midfuse_eval::audit::Folds;
use midfuse_eval::split::Predefined;

use super::files::{self, Files};
use crate::error::{Error, Result};

/// What an audit is told besides the data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditOptions {
    /// A split file, CSV or JSON by its ending; see [`midfuse_eval::split::split_file`].
    pub splits: Option<PathBuf>,
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
    /// Table only: columns of paths of files, such as images.
    pub files: Vec<String>,
    /// Table only: the folder that these paths start from. Default: that of the table.
    pub folder: Option<PathBuf>,
}

/// An opened source with all of its tables in memory.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) cohort: Cohort,
    /// Group axes: name and code of each row; equal codes mean equal values on any axis.
    pub(super) groups: Vec<(String, Vec<usize>)>,
    pub(super) folds: Option<Folds>,
    pub(super) n_folds: usize,
    /// The files that columns of a table name.
    pub(super) files: Vec<Files>,
    /// Keeps the folder of an imported table.
    _folder: Option<tempfile::TempDir>,
}

impl Source {
    pub(super) fn open(path: &Path, options: &AuditOptions) -> Result<Self> {
        let (cohort, folder) = if path.is_dir() {
            refuse_table_options(options)?;
            (Cohort::open(path)?, None)
        } else {
            let folder = tempfile::tempdir().map_err(Error::io(path))?;
            let dir = folder.path().join("cohort");
            import(path, &dir, &import_options(path, options))?;
            (Cohort::open(dir)?, Some(folder))
        };
        let groups = groups(&cohort, options)?;
        let files = named_files(path, &cohort, options)?;
        let (folds, n_folds) = match &options.splits {
            Some(file) => {
                let (folds, count) = read_folds(file, &cohort)?;
                (Some(folds), count)
            }
            None => (None, 0),
        };
        Ok(Self {
            cohort,
            groups,
            folds,
            n_folds,
            files,
            _folder: folder,
        })
    }

    /// Whether a column is used as a group or names files, and is therefore no input.
    pub(super) fn is_no_input(&self, column: &str) -> bool {
        self.groups.iter().any(|(name, _)| name == column)
            || self.files.iter().any(|files| files.name == column)
    }
}

fn import_options(path: &Path, options: &AuditOptions) -> ImportOptions {
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
        group: None,
        time: options.time.clone().map(|start| TimeSpec {
            start,
            end: options.time_end.clone(),
        }),
        text: options.text.clone(),
        // Groups are read as categories, because a row may have several of them; paths are too.
        categorical: options
            .groups
            .iter()
            .chain(&options.files)
            .chain(&options.categorical)
            .cloned()
            .collect(),
        exclude: options.exclude.clone(),
    }
}

fn refuse_table_options(options: &AuditOptions) -> Result<()> {
    let given = [
        ("--id", options.id.is_some()),
        (
            "--time",
            options.time.is_some() || options.time_end.is_some(),
        ),
        ("--text", !options.text.is_empty()),
        ("--categorical", !options.categorical.is_empty()),
        ("--exclude", !options.exclude.is_empty()),
        ("--file", !options.files.is_empty()),
        ("--folder", options.folder.is_some()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Error::Usage(format!(
            "{name} is for tables; a cohort says in its cohort.toml what its columns are"
        ))),
        None => Ok(()),
    }
}

/// The files of the columns that were named.
fn named_files(table: &Path, cohort: &Cohort, options: &AuditOptions) -> Result<Vec<Files>> {
    let beside = table.parent().unwrap_or(Path::new(""));
    let folder = options.folder.as_deref().unwrap_or(beside);
    let of = |name: &String| {
        let cells = column_as_text(cohort, name)?.ok_or_else(|| {
            Error::Usage(format!(
                "--file {name}: the column is used for something else"
            ))
        })?;
        files::of_column(table, name, cells, cohort.ids(), folder)
    };
    options.files.iter().map(of).collect()
}

/// The group of the cohort, then the columns that were named.
fn groups(cohort: &Cohort, options: &AuditOptions) -> Result<Vec<(String, Vec<usize>)>> {
    let mut axes: Vec<(String, Vec<Option<String>>)> = Vec::new();
    if let Some(groups) = cohort.groups() {
        let name = cohort
            .manifest()
            .rows
            .group
            .clone()
            .unwrap_or_else(|| "group".to_owned());
        axes.push((name, groups.iter().cloned().map(Some).collect()));
    }
    for name in &options.groups {
        if axes.iter().any(|(known, _)| known == name) {
            continue;
        }
        let column = column_as_text(cohort, name)?.ok_or_else(|| {
            Error::Usage(format!(
                "--group {name}: no table of the cohort has this column"
            ))
        })?;
        axes.push((name.clone(), column));
    }
    let mut codes: HashMap<String, usize> = HashMap::new();
    let mut next = 0;
    let mut fresh = || {
        next += 1;
        next
    };
    let axes = axes.into_iter().map(|(name, values)| {
        let code = |value: Option<String>| match value {
            Some(value) => *codes.entry(value).or_insert_with(&mut fresh),
            // A row without a group is a group of its own.
            None => fresh(),
        };
        let values = values.into_iter().map(code).collect();
        (name, values)
    });
    Ok(axes.collect())
}

/// A column of any tabular modality.
fn column_as_text(cohort: &Cohort, column: &str) -> Result<Option<Vec<Option<String>>>> {
    for schema in cohort.modalities() {
        let midfuse_data::ModalityKind::Tabular {
            numeric,
            categorical,
        } = &schema.kind
        else {
            continue;
        };
        if !numeric.iter().chain(categorical).any(|name| name == column) {
            continue;
        }
        let ModalityData::Tabular {
            numeric,
            numeric_names,
            categorical,
            categorical_names,
            ..
        } = cohort.load_all(&schema.name)?
        else {
            continue;
        };
        if let Some(at) = categorical_names.iter().position(|name| name == column) {
            let values = categorical
                .into_iter()
                .map(|row| row.into_iter().nth(at).flatten());
            return Ok(Some(values.collect()));
        }
        let at = numeric_names
            .iter()
            .position(|name| name == column)
            .unwrap_or(0);
        let values = numeric.rows().into_iter().map(|row| {
            row.get(at)
                .filter(|value| !value.is_nan())
                .map(ToString::to_string)
        });
        return Ok(Some(values.collect()));
    }
    Ok(None)
}

/// The folds of a split file, by position in the cohort.
fn read_folds(file: &Path, cohort: &Cohort) -> Result<(Folds, usize)> {
    let wrong = |what: &dyn std::fmt::Display| Error::Usage(format!("{}: {what}", file.display()));
    let reader = std::io::BufReader::new(std::fs::File::open(file).map_err(Error::io(file))?);
    let json = file
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let read = if json {
        Predefined::read_json(reader)
    } else {
        Predefined::read_csv(reader)
    };
    let predefined = read.map_err(|error| wrong(&error))?;
    let find = |ids: &[String]| -> Result<Vec<usize>> {
        ids.iter()
            .map(|id| {
                cohort.position(id).ok_or_else(|| {
                    wrong(&format_args!("names row {id:?}, which the data lacks; for a table, name its id column with --id"))
                })
            })
            .collect()
    };
    let folds = predefined
        .folds
        .iter()
        .map(|fold| Ok((find(&fold.train)?, find(&fold.test)?)))
        .collect::<Result<Vec<_>>>()?;
    Ok((Folds::new(cohort.len(), &folds), folds.len()))
}
