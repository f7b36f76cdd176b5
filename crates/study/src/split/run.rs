//! From a source to folds.

use std::collections::BTreeSet;
use std::path::Path;

use midfuse_base::{Targets, Task};
use midfuse_data::{Cohort, TargetColumn};
use midfuse_eval::on_data;
use midfuse_eval::rows::{AnyData, Data, Rows, RowsError, Span};
use midfuse_eval::split::{AnySplitter, Predefined, SplitError};
use midfuse_eval::structure::Structure;

use super::cluster::joined;
use super::made::Made;
use super::options::{Declared, SplitOptions};
use crate::error::{Error, EvaluationError, Result, UsageError};
use crate::strata::strata;
use crate::time_resolution::TimeResolution;
use midfuse_data::source::{GroupColumn, Source};
use midfuse_plan::file::{SplitterName, StructureName};

/// Splits a cohort folder, or a CSV, TSV or Parquet file. The rows are taken for what they declare:
/// groups, times, several axes of groups, or none of these.
///
/// # Errors
/// [`Error::Data`] if the data cannot be read; [`Error::Usage`] if an option does not fit;
/// [`Error::Evaluation`] if the rows cannot be split so, with the class, group or row and the fold.
pub fn split(path: &Path, options: &SplitOptions) -> Result<Made> {
    let source = Source::open(path, &options.source)?;
    let cohort = &source.cohort;
    let target = match &options.source.target {
        Some(name) => Some(cohort.target(name)?),
        None => cohort.targets().first(),
    };
    let axes = joined(source.group_columns, cohort, options)?;
    let labels = labels(cohort, &options.stratify)?;
    let classes = target.is_some_and(|target| target.task.has_strata());
    let resolution = match cohort.times() {
        Some(times) => TimeResolution::of(times).map_err(EvaluationError::Time)?,
        None => TimeResolution::default(),
    };
    let declared = Declared {
        axes: axes.len(),
        shared: axes.len() > 1 && share_groups(&axes),
        times: cohort.times().is_some(),
        strata: classes || labels.is_some(),
        rows: cohort.len(),
        resolution,
    };
    let splitters = options.splitters(declared)?;
    let data = rows(cohort, target, &axes, labels, resolution).and_then(AnyData::new)?;
    let structure = data.structure();
    let split = on_data!(data, data => divide(data, &splitters, declared))?;
    let name = options.splitter_name(declared);
    let how = (structure, name, declared.shared);
    let mut made = Made::new(cohort, target, &axes, how, split);
    made.tables = source.tables;
    Ok(made)
}

/// The folds of every splitter, one after another.
fn divide<S: Structure>(
    data: Data<S>,
    splitters: &[AnySplitter],
    declared: Declared,
) -> Result<Predefined> {
    let dev = data.develop();
    let mut folds = Vec::new();
    for by in splitters {
        let made = Predefined::of(&dev, by).map_err(|error| wrong(declared, error))?;
        folds.extend(made.folds);
    }
    Ok(Predefined::new(folds))
}

/// A split that cannot be made, and the option that may mend it.
fn wrong(declared: Declared, source: SplitError) -> Error {
    let Declared { axes, times, .. } = declared;
    match source {
        SplitError::Dishonest { .. } => {
            let names = if axes > 1 {
                "crossed-k-fold".to_owned()
            } else {
                SplitterName::honest_for(StructureName::strictest(axes > 0, times))
            };
            let mend = format!("by name: {names}");
            UsageError::Splitter { source, mend }.into()
        }
        SplitError::NoClasses { .. } => {
            let mend = "--target or --stratify names a column to balance".to_owned();
            UsageError::Splitter { source, mend }.into()
        }
        other => other.into(),
    }
}

fn rows(
    cohort: &Cohort,
    target: Option<&TargetColumn>,
    axes: &[GroupColumn],
    labels: Option<Vec<Vec<String>>>,
    resolution: TimeResolution,
) -> std::result::Result<Rows, RowsError> {
    let (task, targets) = match target {
        Some(target) => (target.task.clone(), target.targets.clone()),
        // A split needs no target; the same number for all says nothing.
        None => (Task::Regression, Targets::Value(vec![0.0; cohort.len()])),
    };
    let mut rows = Rows::new(cohort.ids().to_vec(), task, targets)?;
    for axis in axes {
        let alone = |(id, group): (&String, &Option<String>)| {
            group
                .clone()
                .unwrap_or_else(|| format!("without, row {id}"))
        };
        let groups: Vec<String> = cohort.ids().iter().zip(&axis.groups).map(alone).collect();
        rows = rows.with_groups(&axis.name, &groups)?;
    }
    if let Some(times) = cohort.times() {
        let spans: Vec<Span> = times.iter().map(|&time| resolution.span(time)).collect();
        rows = rows.with_spans(&spans)?;
    }
    match labels {
        Some(labels) => rows.with_labels(&labels),
        None => Ok(rows),
    }
}

/// One label per row for one column; for several, one of each, which `iterative-k-fold` balances.
fn labels(cohort: &Cohort, columns: &[String]) -> Result<Option<Vec<Vec<String>>>> {
    if columns.is_empty() {
        return Ok(None);
    }
    let mut labels = vec![Vec::new(); cohort.len()];
    for name in columns {
        let values =
            strata(cohort, name)?.map_err(|problem| Error::option(problem.of("--stratify")))?;
        for (labels, value) in labels.iter_mut().zip(values) {
            labels.push(if columns.len() == 1 {
                value
            } else {
                format!("{name} = {value}")
            });
        }
    }
    Ok(Some(labels))
}

/// Whether a group of one axis is also one of another.
fn share_groups(axes: &[GroupColumn]) -> bool {
    let mut seen = BTreeSet::new();
    axes.iter().any(|axis| {
        let names: BTreeSet<&String> = axis.groups.iter().flatten().collect();
        let meets = names.iter().any(|name| seen.contains(name));
        seen.extend(names);
        meets
    })
}
