//! All detectors over one source.

use std::path::Path;

use crate::check::{
    Absence, Column, Contents, Finding, Folds, Images, Target, Values, Vectors, exact_duplicates,
    groups_on_both_sides, joined_groups_on_both_sides, metadata_columns, near_duplicate_images,
    near_duplicate_texts, near_duplicates, preselected_columns, selected_with_test_rows,
    series_columns, shared_files, shifted_test_rows, target_bearing_missingness, target_columns,
    target_encodings, time_overlap,
};
use midfuse_data::TargetValues;

use super::AuditOptions;
use super::content::{Content, content};
use super::features::selections;
use super::files::{columns_of_files, named, of_cohort};
use super::folds::read_folds;
use super::metadata::{metadata, series};
use super::result::Audit;
use super::units::{Owned, absences_of, columns_of, unit_rows};
use crate::error::{Error, Result};
use midfuse_data::source::Source;

/// Audits a cohort folder, or a CSV, TSV or Parquet file.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) if the data cannot be read;
/// [`Error::Usage`](crate::Error::Usage) if an option does not fit it or the split file is wrong;
/// [`Error::Io`](crate::Error::Io).
pub fn audit(path: &Path, options: &AuditOptions) -> Result<Audit> {
    let source = Source::open(path, &columns_of_files(path, options)?)?;
    let cohort = &source.cohort;
    let axes = source.codes();
    let splits = match &options.splits {
        Some(file) => Some(read_folds(file, cohort)?),
        None => None,
    };
    let column = match &options.source.target {
        Some(name) => Some(cohort.target(name)?),
        None => cohort.targets().first(),
    };
    let target = column.map(|column| match &column.values {
        TargetValues::Classification { labels, .. } => Target::Classes(labels),
        TargetValues::Regression(values) => Target::Numbers(values),
    });
    let labels = match target {
        Some(Target::Classes(labels)) => Some(labels),
        _ => None,
    };
    let skip = |name: &str| source.is_group(name) || options.files.iter().any(|file| file == name);
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
    let mut findings = Vec::new();
    let groups = axes.first().map(|(_, codes)| codes.as_slice());
    let folds = splits.as_ref().map(|(folds, _)| folds);
    if let Some(folds) = folds {
        findings.extend(groups_torn(&axes, folds));
        if let Some(times) = cohort.times() {
            let spans: Vec<(f64, f64)> = times.iter().map(|span| (span.start, span.end)).collect();
            findings.extend(time_overlap(&spans, folds));
        }
    }
    for content in &contents {
        findings.extend(copies(content, target.as_ref(), groups, folds));
    }
    let columns: Vec<Column> = contents
        .iter()
        .flat_map(|content| content.columns.iter().cloned())
        .collect();
    if let Some(target) = &target {
        let rows = unit_rows(groups, target, cohort.ids());
        // Positions in the folds are those of all rows.
        let unit_folds = folds.filter(|_| rows.len() == cohort.len());
        let units = Owned::of(target, &rows);
        let (all_rows, target) = (*target, units.view());
        findings.extend(target_columns(
            &columns_of(&columns, &rows),
            &target,
            unit_folds,
        ));
        findings.extend(target_encodings(&columns, &all_rows));
        findings.extend(metadata_columns(
            &columns_of(&metadata(cohort, &contents, &files)?, &rows),
            &target,
        ));
        findings.extend(series_columns(
            &columns_of(&series(cohort, &files), &rows),
            &target,
            unit_folds,
        ));
        findings.extend(target_bearing_missingness(
            &absences_of(&absences(&contents), &rows),
            &target,
        ));
    }
    findings.extend(selection(
        options,
        &columns,
        target.as_ref(),
        splits.as_ref(),
    )?);
    if let Some(folds) = folds {
        findings.extend(shifted_test_rows(&columns, groups, folds));
    }
    findings.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), finding.code));
    Ok(Audit::new(
        &path.display().to_string(),
        cohort.ids(),
        column.map(|column| column.name.clone()),
        axes.into_iter().map(|(name, _)| name).collect(),
        splits.as_ref().map(|(_, count)| *count),
        findings,
    ))
}

/// Groups on both sides, axis by axis, and over all axes where these hold the same things.
fn groups_torn(axes: &[(String, Vec<usize>)], folds: &Folds) -> Vec<Finding> {
    let mut findings: Vec<Finding> = axes
        .iter()
        .filter_map(|(name, codes)| groups_on_both_sides(name, codes, folds))
        .collect();
    let shared = axes.iter().enumerate().any(|(k, (_, one))| {
        let one: std::collections::HashSet<&usize> = one.iter().collect();
        axes.iter()
            .skip(k + 1)
            .any(|(_, other)| other.iter().any(|code| one.contains(code)))
    });
    if shared {
        let names: Vec<&str> = axes.iter().map(|(name, _)| name.as_str()).collect();
        let columns: Vec<&[usize]> = axes.iter().map(|(_, codes)| codes.as_slice()).collect();
        findings.extend(joined_groups_on_both_sides(
            &names.join(", "),
            &columns,
            folds,
        ));
    }
    findings
}

/// Exact and near copies in one modality.
fn copies(
    content: &Content,
    target: Option<&Target<'_>>,
    groups: Option<&[usize]>,
    folds: Option<&Folds>,
) -> Vec<Finding> {
    let hashes = content.hashes_of_several_files();
    let exact = Contents {
        name: &content.name,
        hashes: &hashes,
        expected_pairs: content.expected_pairs,
    };
    let mut findings = exact_duplicates(&exact, target, groups, folds);
    if let Some(files) = &content.files {
        findings.extend(shared_files(&content.name, files, target, groups, folds));
    }
    if let Some(thumbnails) = &content.thumbnails {
        let images = Images {
            name: &content.name,
            hashes: &content.hashes,
            thumbnails,
        };
        findings.extend(near_duplicate_images(&images, target, groups, folds));
    }
    if let Some(vectors) = &content.vectors {
        let vectors = Vectors {
            name: &content.name,
            rows: vectors,
        };
        findings.extend(near_duplicates(&vectors, target, groups, folds));
    }
    if let Some(texts) = &content.texts {
        let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        findings.extend(near_duplicate_texts(
            &content.name,
            &texts,
            target,
            groups,
            folds,
        ));
    }
    findings
}

/// Features that were chosen with the test rows: those of the features file, or else all columns.
fn selection(
    options: &AuditOptions,
    columns: &[Column],
    target: Option<&Target<'_>>,
    splits: Option<&(Folds, usize)>,
) -> Result<Vec<Finding>> {
    let Some(file) = &options.features else {
        let found = target
            .zip(splits)
            .and_then(|(target, (folds, _))| preselected_columns(columns, target, folds));
        return Ok(found.into_iter().collect());
    };
    let needs = |what| {
        Error::Usage(format!(
            "--features needs {what}: whether features were chosen with the test rows depends on it"
        ))
    };
    let (folds, n_folds) = splits.ok_or_else(|| needs("--splits"))?;
    let target = target.ok_or_else(|| needs("--target"))?;
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let bytes = std::fs::read(file).map_err(Error::io(file))?;
    let selections = selections(&bytes, &names, *n_folds)
        .map_err(|error| Error::Usage(format!("{}: {error}", file.display())))?;
    Ok(selected_with_test_rows(columns, &selections, target, folds))
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
