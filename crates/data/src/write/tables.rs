//! The CSV files of a written cohort.

use std::fs::File;
use std::path::Path;

use crate::error::{DataError, Defect, Result};
use crate::manifest::{RowsSpec, TargetSpec, TimeSpec};
use crate::rows::RowTable;
use crate::target;

pub(super) fn csv_writer(path: &Path) -> Result<csv::Writer<File>> {
    csv::WriterBuilder::new()
        .from_path(path)
        .map_err(|e| failed(path, e))
}

pub(super) fn write_record<T: AsRef<[u8]>>(
    writer: &mut csv::Writer<File>,
    path: &Path,
    cells: impl IntoIterator<Item = T>,
) -> Result<()> {
    writer.write_record(cells).map_err(|e| failed(path, e))
}

pub(super) fn finish_csv(writer: csv::Writer<File>, path: &Path) -> Result<()> {
    let file = writer
        .into_inner()
        .map_err(|e| DataError::write(path, e.error()))?;
    file.sync_all().map_err(|e| DataError::write(path, &e))
}

fn failed(path: &Path, error: csv::Error) -> DataError {
    let text = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => DataError::write(path, &error),
        _ => DataError::new(
            Defect::Output,
            path,
            text,
            "use as many cells as there are columns",
        ),
    }
}

/// A name that no earlier column has.
pub(crate) fn fresh(taken: &[String], name: &str) -> String {
    let mut fresh = name.to_owned();
    while taken.contains(&fresh) {
        fresh.push('_');
    }
    fresh
}

/// Writes `rows.csv`; returns its section of the manifest and the targets.
pub(super) fn write_rows(path: &Path, rows: &RowTable) -> Result<(RowsSpec, Vec<TargetSpec>)> {
    let mut header: Vec<String> = vec!["id".into()];
    let mut column = |name: &str| {
        let name = fresh(&header, name);
        header.push(name.clone());
        name
    };
    let targets: Vec<TargetSpec> = rows
        .targets
        .iter()
        .map(|target| target::format(target.kind()).section(target, &mut column))
        .collect();
    let group = rows
        .groups
        .as_ref()
        .map(|_| column(rows.columns.group.as_deref().unwrap_or("group")));
    // Units that are the rows, or the groups, need no column of their own.
    let own_units = rows
        .units
        .as_ref()
        .filter(|units| **units != rows.ids && rows.groups.as_ref() != Some(*units));
    let unit = match (&rows.units, own_units) {
        (None, _) => None,
        (Some(_), Some(_)) => Some(column(rows.columns.unit.as_deref().unwrap_or("unit"))),
        (Some(units), None) if *units == rows.ids => Some("id".to_owned()),
        (Some(_), None) => group.clone(),
    };
    let time = rows.times.as_ref().map(|_| TimeSpec {
        start: column("start"),
        end: Some(column("end")),
    });
    for (name, _) in &rows.columns.kept {
        column(name);
    }
    let mut writer = csv_writer(path)?;
    write_record(&mut writer, path, &header)?;
    for (i, id) in rows.ids.iter().enumerate() {
        let mut cells: Vec<String> = vec![id.clone()];
        for target in &rows.targets {
            cells.extend(target::format(target.kind()).cells(target, i));
        }
        if let Some(groups) = &rows.groups {
            cells.push(groups.get(i).cloned().unwrap_or_default());
        }
        if let Some(units) = own_units {
            cells.push(units.get(i).cloned().unwrap_or_default());
        }
        if let Some(times) = &rows.times {
            let span = times.get(i);
            cells.extend([number(span.map(|s| s.start)), number(span.map(|s| s.end))]);
        }
        for (_, values) in &rows.columns.kept {
            cells.push(values.get(i).cloned().flatten().unwrap_or_default());
        }
        write_record(&mut writer, path, &cells)?;
    }
    finish_csv(writer, path)?;
    let spec = RowsSpec {
        file: String::new(),
        id: "id".into(),
        unit,
        group,
        time,
    };
    Ok((spec, targets))
}

/// The shortest text that reads as the same number.
fn number(value: Option<f64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
