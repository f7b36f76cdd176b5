//! A cohort out of one plain table.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use midfuse_base::TaskKind;

use crate::cohort::Cohort;
use crate::error::{DataError, Defect, Result};
use crate::inside::Folder;
use crate::kind::ModalitySpec;
use crate::manifest::{FORMAT_VERSION, Manifest, RowsSpec, TargetSpec, TimeSpec, default_id};
use crate::reading::Reading;
use crate::summary::Summary;
use crate::table::{ColumnType, Profile, Table, without_packing};
use crate::target::check_uncensored;
use crate::unit::share_one_target;
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
    /// Columns of a censored outcome.
    pub survival: Option<ImportSurvival>,
    /// Insists that no target is a censored outcome, although one looks like it.
    pub uncensored: bool,
    /// Column of what one score counts; the id column where every row counts. Default, where there are
    /// groups: the groups if every target is one per group, else the rows.
    pub unit: Option<String>,
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
    /// Columns that are no input and stay, for subgroups, sites and strata.
    pub keep: Vec<String>,
    /// How the file is read where its bytes do not say.
    pub reading: Reading,
}

/// A column that is a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportTarget {
    /// The column.
    pub column: String,
    /// Class or number. Default: a regression if every cell is a number and some are fractions or
    /// more than twenty differ, else a classification.
    pub kind: Option<TaskKind>,
}

/// Columns that are a censored outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportSurvival {
    /// Name of the target in study files.
    pub name: String,
    /// Column of follow-up times.
    pub time: String,
    /// Column that says which follow-ups ended with the event.
    pub event: String,
    /// What the times are counted in.
    pub unit: Option<String>,
    /// Words that mean the event was seen; with them go those of [`Self::censored_values`].
    pub event_values: Vec<String>,
    /// Words that mean the row was censored.
    pub censored_values: Vec<String>,
}

/// A plain table on its way to a cohort, from which each kind of modality takes its columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ImportSource<'a> {
    pub(crate) table: &'a Table,
    pub(crate) options: &'a ImportOptions,
    /// With rows and targets, and without modalities yet.
    pub(crate) manifest: &'a Manifest,
}

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
    let mut rows = source.rows().clone();
    for column in &options.keep {
        let cells = source.row_column(column)?.unwrap_or_default();
        rows.columns.kept.push((column.clone(), cells));
    }
    if rows.units.is_none()
        && let Some(groups) = &rows.groups
    {
        let of_groups = rows
            .targets
            .iter()
            .all(|target| share_one_target(groups, target));
        let units = if of_groups { groups } else { &rows.ids };
        rows.units = Some(units.clone());
    }
    let mut writer = CohortWriter::create(dir, rows)?.with_name(source.name());
    for modality in source.modalities() {
        writer.modality(&modality.name, &source.load_all(&modality.name)?)?;
    }
    writer.finish()?;
    // What was read is the table, and not what was written of it.
    Cohort::open(dir)?.summary_with(|| source.tables())
}

/// The table as a cohort of which no manifest is written.
fn open(file: &Path, options: &ImportOptions) -> Result<Cohort> {
    let (folder, name) = split(file)?;
    let table = Table::open(&folder.file(&name)?, &options.reading)?;
    let named = options
        .text
        .iter()
        .chain(&options.categorical)
        .chain(&options.exclude)
        .chain(&options.keep);
    for column in named.chain(&options.id) {
        table.position(column)?;
    }
    let has_id = table.columns().iter().any(|column| *column == default_id());
    // The names of rows, as pandas and R write them.
    let has_index = !has_id && table.columns().first().is_some_and(String::is_empty);
    let numbered = options.id.is_none() && !has_id && !has_index;
    let seen = if has_index {
        String::new()
    } else {
        default_id()
    };
    // A name that no column of the table has.
    let mut id = options.id.clone().unwrap_or(seen);
    while numbered && table.columns().contains(&id) {
        id.push('_');
    }
    let mut targets = options
        .targets
        .iter()
        .map(|target| target_spec(&table, target, options.uncensored))
        .collect::<Result<Vec<_>>>()?;
    targets.extend(options.survival.as_ref().map(survival_spec));
    let rows = RowsSpec {
        file: name,
        id,
        unit: options.unit.clone(),
        group: options.group.clone(),
        time: options.time.clone(),
    };
    let stem = without_ending(file)
        .file_name()
        .map(|stem| stem.to_string_lossy().into_owned());
    let mut manifest = Manifest {
        format: FORMAT_VERSION,
        name: options.name.clone().or(stem),
        description: None,
        licence: None,
        reading: options.reading.clone(),
        files: BTreeMap::new(),
        rows,
        targets,
        modalities: Vec::new(),
    };
    let reserved = manifest.reserved_columns();
    let inputs = options.text.iter().chain(&options.categorical);
    let mut taken = reserved.into_iter().chain(inputs.map(String::as_str));
    if let Some(column) = taken.find(|name| options.keep.iter().any(|kept| kept == name)) {
        let reason = "is to be kept, and has another part already: it is an id, target, unit, group, time or input";
        let mend = "keep columns that are nothing else";
        return Err(DataError::new(Defect::Request, file, reason, mend).at_column(column));
    }
    // First what the targets are: a refusal of them matters more than a cell of an input.
    check_uncensored(&table, &manifest.targets)?;
    manifest.modalities = ModalitySpec::import(&ImportSource {
        table: &table,
        options,
        manifest: &manifest,
    })?;
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

/// A file without its ending, that of packing left out, too: `labs` of `labs.csv.gz`.
pub fn without_ending(file: &Path) -> PathBuf {
    without_packing(file).with_extension("")
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

fn target_spec(table: &Table, target: &ImportTarget, uncensored: bool) -> Result<TargetSpec> {
    let column = table.position(&target.column)?;
    let kind = match target.kind {
        Some(kind) => kind,
        None => infer_kind(table, column)?,
    };
    Ok(TargetSpec {
        uncensored,
        ..TargetSpec::new(&target.column, kind)
    })
}

fn survival_spec(survival: &ImportSurvival) -> TargetSpec {
    let words = |words: &[String]| (!words.is_empty()).then(|| words.to_vec());
    TargetSpec {
        time: Some(survival.time.clone()),
        event: Some(survival.event.clone()),
        unit: survival.unit.clone(),
        event_values: words(&survival.event_values),
        censored_values: words(&survival.censored_values),
        ..TargetSpec::new(&survival.name, TaskKind::Survival)
    }
}

fn infer_kind(table: &Table, column: usize) -> Result<TaskKind> {
    let profile = Profile::of(table, &[column])?;
    let Some(profile) = profile.columns.first() else {
        return Ok(TaskKind::Classification);
    };
    // Many classes are a warning, and a word among numbers is no class in silence.
    profile.check_target(table)?;
    let is_number = profile.inferred() == Ok(ColumnType::Numeric);
    let is_many = profile.distinct() > MOST_NUMBERED_CLASSES;
    Ok(if is_number && (profile.has_fractions() || is_many) {
        TaskKind::Regression
    } else {
        TaskKind::Classification
    })
}
