//! A cohort out of one plain table.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::cohort::Cohort;
use crate::error::{DataError, Defect, Result};
use crate::inside::Folder;
use crate::manifest::{
    FORMAT_VERSION, Manifest, ModalitySpec, RowsSpec, TabularSpec, TargetSpec, TimeSpec, default_id,
};
use crate::modality::{Inferred, infer};
use crate::summary::Summary;
use crate::table::Table;
use crate::target::TargetKind;
use crate::write::CohortWriter;

/// What the columns of a table are. Those that are not named become inputs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportOptions {
    /// Name of the cohort. Default: the name of the file.
    pub name: Option<String>,
    /// Column of row ids. Default: a column `id` where there is one, else rows are numbered from 1.
    pub id: Option<String>,
    /// Columns of targets.
    pub targets: Vec<ImportTarget>,
    /// Column of groups.
    pub group: Option<String>,
    /// Columns of times.
    pub time: Option<TimeSpec>,
    /// Columns of text; each becomes a modality of its own.
    pub text: Vec<String>,
    /// Columns that hold categories although they look like numbers.
    pub categorical: Vec<String>,
    /// Columns to leave out.
    pub exclude: Vec<String>,
}

/// A column that is a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportTarget {
    /// The column.
    pub column: String,
    /// Class or number. Default: a regression if every cell is a number and some are fractions or
    /// more than twenty differ, else a classification.
    pub kind: Option<TargetKind>,
}

/// Name of the tabular modality that an import makes.
const TABLE: &str = "table";

/// Distinct whole numbers above which a target is a regression.
const MOST_NUMBERED_CLASSES: usize = 20;

/// Makes the cohort folder `dir` out of a CSV, TSV or Parquet file. `dir` must not exist, or be
/// empty; it appears whole or not at all.
///
/// # Errors
/// [`DataError`] with the file, row and column of the first defect; [`Defect::Output`] if `dir`
/// cannot be written.
pub fn import(
    file: impl AsRef<Path>,
    dir: impl AsRef<Path>,
    options: &ImportOptions,
) -> Result<Summary> {
    let (file, dir) = (file.as_ref(), dir.as_ref());
    let source = open(file, options)?;
    let mut writer = CohortWriter::create(dir, source.rows().clone())?.with_name(source.name());
    for modality in source.modalities() {
        writer.modality(&modality.name, &source.load_all(&modality.name)?)?;
    }
    writer.finish()?;
    Cohort::open(dir)?.summary()
}

/// The table as a cohort of which no manifest is written.
fn open(file: &Path, options: &ImportOptions) -> Result<Cohort> {
    let (folder, name) = split(file)?;
    let table = Table::open(&folder.file(&name)?)?;
    let named = options
        .text
        .iter()
        .chain(&options.categorical)
        .chain(&options.exclude);
    for column in named.chain(&options.id) {
        table.position(column)?;
    }
    let has_id = table.columns().iter().any(|column| *column == default_id());
    let numbered = options.id.is_none() && !has_id;
    // A name that no column of the table has.
    let mut id = options.id.clone().unwrap_or_else(default_id);
    while numbered && table.columns().contains(&id) {
        id.push('_');
    }
    let targets = options
        .targets
        .iter()
        .map(|target| target_spec(&table, target))
        .collect::<Result<Vec<_>>>()?;
    let rows = RowsSpec {
        file: name,
        id,
        group: options.group.clone(),
        time: options.time.clone(),
    };
    let stem = file
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    let mut manifest = Manifest {
        format: FORMAT_VERSION,
        name: options.name.clone().or(stem),
        description: None,
        licence: None,
        rows,
        targets,
        modalities: Vec::new(),
    };
    if let Some(tabular) = tabular_spec(&table, options, &manifest)? {
        manifest.modalities.push(ModalitySpec::Tabular(tabular));
    }
    for (k, column) in options.text.iter().enumerate() {
        manifest
            .modalities
            .push(ModalitySpec::Text(crate::manifest::TextSpec {
                name: if options.text.len() == 1 {
                    "text".into()
                } else {
                    format!("text-{}", k + 1)
                },
                table: None,
                id: None,
                column: column.clone(),
            }));
    }
    if manifest.modalities.is_empty() {
        return Err(DataError::new(
            Defect::MissingColumn,
            file,
            "no column is left to be an input",
            "leave fewer columns out",
        ));
    }
    manifest.check(file)?;
    Cohort::with_manifest(folder, manifest, numbered)
}

/// The columns that are inputs, with their types; `None` if there are none.
fn tabular_spec(
    table: &Table,
    options: &ImportOptions,
    manifest: &Manifest,
) -> Result<Option<TabularSpec>> {
    let mut left_out = manifest.reserved_columns();
    left_out.extend(
        options
            .exclude
            .iter()
            .chain(&options.text)
            .map(String::as_str),
    );
    let candidates: Vec<usize> = table
        .columns()
        .iter()
        .enumerate()
        .filter(|(_, name)| {
            let index = name.is_empty() || name.starts_with("__index_level_");
            !left_out.contains(name.as_str()) && !index
        })
        .map(|(column, _)| column)
        .collect();
    let categorical: HashSet<&str> = options.categorical.iter().map(String::as_str).collect();
    let inferred = infer(table, &candidates, |name| categorical.contains(name))?;
    let Inferred {
        numeric,
        categorical,
    } = inferred;
    if numeric.is_empty() && categorical.is_empty() {
        return Ok(None);
    }
    let names = |columns: Vec<usize>| {
        let name = |column: usize| table.columns().get(column).cloned().unwrap_or_default();
        Some(columns.into_iter().map(name).collect())
    };
    Ok(Some(TabularSpec {
        name: TABLE.into(),
        numeric: names(numeric),
        categorical: names(categorical),
        ..TabularSpec::default()
    }))
}

/// The folder and the name of a file.
fn split(file: &Path) -> Result<(Folder, String)> {
    let parent = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => PathBuf::from(parent),
        _ => PathBuf::from("."),
    };
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| {
            let mend = "name a .csv, .tsv or .parquet file";
            DataError::new(Defect::MissingFile, file, "is not a file name", mend)
        })?;
    // A link to a file elsewhere is the user's own choice here.
    let real = file.canonicalize().map_err(|e| DataError::read(file, &e))?;
    match (
        real.parent(),
        real.file_name().and_then(|name| name.to_str()),
    ) {
        (Some(folder), Some(real_name)) if file.is_symlink() => {
            Ok((Folder::open(folder)?, real_name.to_owned()))
        }
        _ => Ok((Folder::open(&parent)?, name.to_owned())),
    }
}

fn target_spec(table: &Table, target: &ImportTarget) -> Result<TargetSpec> {
    let column = table.position(&target.column)?;
    let kind = match target.kind {
        Some(kind) => kind,
        None => infer_kind(table, column)?,
    };
    let name = target.column.clone();
    Ok(TargetSpec {
        name,
        kind,
        column: None,
        classes: None,
    })
}

fn infer_kind(table: &Table, column: usize) -> Result<TargetKind> {
    let mut numbers = true;
    let mut fractions = false;
    let mut distinct = HashSet::new();
    table.for_each(&[column], |_, cells| {
        if let [cell] = cells
            && !cell.is_missing()
        {
            match cell.f64() {
                Ok(Some(value)) => {
                    fractions |= value.fract() != 0.0;
                    if distinct.len() <= MOST_NUMBERED_CLASSES {
                        distinct.insert(value.to_bits());
                    }
                }
                _ => numbers = false,
            }
        }
        Ok(())
    })?;
    if numbers && (fractions || distinct.len() > MOST_NUMBERED_CLASSES) {
        Ok(TargetKind::Regression)
    } else {
        Ok(TargetKind::Classification)
    }
}
