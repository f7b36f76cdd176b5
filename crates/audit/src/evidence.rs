//! Everything that the checks look at, read once.

use std::path::Path;

use midfuse_base::{Problem, Targets};
use midfuse_data::source::Source;
use midfuse_data::{Cohort, TargetColumn};

use super::AuditOptions;
use super::content::{Content, content};
use super::features::selections;
use super::files::{Files, named, of_cohort};
use super::folds::read_folds;
use super::metadata::{metadata, series};
use super::units::{Owned, absences_of, columns_of, unit_rows};
use crate::check::{Absence, Column, Finding, Folds, Selection, Target, Values};
use crate::error::{Error, Result};

/// What is known of a source: its content, its target, the split, and what stands beside the rows.
#[derive(Debug)]
pub(crate) struct Evidence<'a> {
    pub(crate) cohort: &'a Cohort,
    /// Name and codes of each way in which rows belong together.
    pub(crate) axes: Vec<(String, Vec<usize>)>,
    /// One per modality, then one per column of files.
    pub(crate) contents: Vec<Content>,
    /// The columns of all contents.
    pub(crate) columns: Vec<Column>,
    /// The target of every row.
    target: Option<Owned>,
    /// Name of the target.
    pub(crate) target_name: Option<String>,
    /// The split, with the number of its folds.
    pub(crate) splits: Option<(Folds, usize)>,
    /// Lists of features that a model was given.
    pub(crate) selections: Option<Vec<Selection>>,
    /// What is known of the units, where there is a target.
    pub(crate) units: Option<Units>,
}

/// Rows, or groups where the target belongs to the group: what a test of association counts.
#[derive(Debug)]
pub(crate) struct Units {
    target: Owned,
    /// Whether every row is a unit: positions in the folds are those of all rows.
    is_rows: bool,
    pub(crate) columns: Vec<Column>,
    /// Order, ids, lengths, headers and names of files.
    pub(crate) metadata: Vec<Column>,
    /// Parts of ids and file names that may be ids of groups.
    pub(crate) series: Vec<Column>,
    pub(crate) absences: Vec<Absence>,
}

impl Units {
    /// The target of the units.
    pub(crate) fn target(&self) -> Target<'_> {
        self.target.view()
    }
}

impl<'a> Evidence<'a> {
    /// Reads what the options name.
    ///
    /// # Errors
    /// As [`audit`](crate::audit).
    pub(crate) fn read(path: &Path, source: &'a Source, options: &AuditOptions) -> Result<Self> {
        let cohort = &source.cohort;
        let splits = match &options.splits {
            Some(file) => Some(read_folds(file, cohort)?),
            None => None,
        };
        let column = match &options.source.target {
            Some(name) => Some(cohort.target(name)?),
            None => cohort.targets().first(),
        };
        let target = column.map(target);
        let labels = match &target {
            Some(Owned::Classes(labels)) => Some(labels.as_slice()),
            Some(Owned::Numbers(_)) | None => None,
        };
        let skip =
            |name: &str| source.is_group(name) || options.files.iter().any(|file| file == name);
        let mut contents = Vec::new();
        for schema in cohort.modalities() {
            contents.push(content(cohort, schema, &skip, labels)?);
        }
        let mut files = of_cohort(cohort)?;
        for named in named(path, cohort, options)? {
            contents.push(named.content()?);
            files.push(named);
        }
        for files in &files {
            if let Some(content) = contents
                .iter_mut()
                .find(|content| content.name == files.name)
            {
                content.files = Some(files.codes());
            }
        }
        let columns: Vec<Column> = contents
            .iter()
            .flat_map(|content| content.columns.iter().cloned())
            .collect();
        let mut evidence = Self {
            cohort,
            axes: source.codes(),
            contents,
            columns,
            target,
            target_name: column.map(|column| column.name.clone()),
            splits,
            selections: None,
            units: None,
        };
        evidence.selections = evidence.read_selections(options)?;
        evidence.units = evidence.units(&files)?;
        Ok(evidence)
    }

    /// The target of every row.
    pub(crate) fn target(&self) -> Option<Target<'_>> {
        self.target.as_ref().map(Owned::view)
    }

    /// Codes of the first way in which rows belong together.
    pub(crate) fn groups(&self) -> Option<&[usize]> {
        self.axes.first().map(|(_, codes)| codes.as_slice())
    }

    /// The split.
    pub(crate) fn folds(&self) -> Option<&Folds> {
        self.splits.as_ref().map(|(folds, _)| folds)
    }

    /// The split, if its positions are those of the units.
    pub(crate) fn folds_of_units(&self) -> Option<&Folds> {
        let units = self.units.as_ref()?;
        self.folds().filter(|_| units.is_rows)
    }

    /// What a check finds in each content alone.
    pub(crate) fn of_contents(&self, find: fn(&Self, &Content) -> Vec<Finding>) -> Vec<Finding> {
        let found = self.contents.iter().map(|content| find(self, content));
        found.flatten().collect()
    }

    fn units(&self, files: &[Files]) -> Result<Option<Units>> {
        let Some(target) = self.target() else {
            return Ok(None);
        };
        let rows = unit_rows(self.groups(), &target, self.cohort.ids());
        Ok(Some(Units {
            target: Owned::of(&target, &rows),
            is_rows: rows.len() == self.cohort.len(),
            columns: columns_of(&self.columns, &rows),
            metadata: columns_of(&metadata(self.cohort, &self.contents, files)?, &rows),
            series: columns_of(&series(self.cohort, files), &rows),
            absences: absences_of(&absences(&self.contents), &rows),
        }))
    }

    fn read_selections(&self, options: &AuditOptions) -> Result<Option<Vec<Selection>>> {
        let Some(file) = &options.features else {
            return Ok(None);
        };
        let needs = |what| {
            let reason = format!("needs {what}");
            let why = "whether features were chosen with the test rows depends on it";
            Error::from(Problem::conflict(reason, why).of("--features"))
        };
        let (_, n_folds) = self.splits.as_ref().ok_or_else(|| needs("--splits"))?;
        self.target().ok_or_else(|| needs("--target"))?;
        let names: Vec<&str> = self
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let bytes = std::fs::read(file).map_err(Error::io(file))?;
        let selections =
            selections(&bytes, &names, *n_folds).map_err(|source| Error::Features {
                file: file.clone(),
                source,
            })?;
        Ok(Some(selections))
    }
}

/// The strata of a target (its classes, or who had the event), or its numbers.
fn target(column: &TargetColumn) -> Owned {
    if let Some(strata) = column.task.strata(&column.targets) {
        return Owned::Classes(strata.codes);
    }
    // An audit against no target would find nothing, so a shape of targets is asked for by name.
    match &column.targets {
        Targets::Value(values) => Owned::Numbers(values.clone()),
        Targets::Class(classes) => Owned::Classes(classes.clone()),
        Targets::Survival { event, .. } => {
            Owned::Classes(event.iter().copied().map(usize::from).collect())
        }
    }
}

/// What is missing: modalities, and columns in rows that have the modality.
fn absences(contents: &[Content]) -> Vec<Absence> {
    let mut absences = Vec::new();
    for content in contents {
        if content.missing.contains(&true) {
            absences.push(Absence {
                name: content.name.clone(),
                missing: content.missing.clone(),
            });
        }
        for column in &content.columns {
            let missing: Vec<bool> = match &column.values {
                Values::Numbers(values) => values.iter().map(|value| value.is_nan()).collect(),
                Values::Categories(values) => values.iter().map(Option::is_none).collect(),
            };
            if missing.contains(&true) && missing != content.missing {
                absences.push(Absence {
                    name: column.name.clone(),
                    missing,
                });
            }
        }
    }
    absences
}
