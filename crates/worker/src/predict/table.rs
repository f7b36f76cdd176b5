//! Predictions as a CSV or Parquet file.

use std::path::Path;

use midfuse_base::Task;
use midfuse_core::checkpoint::write_atomic;
use midfuse_data::ColumnValues;

use crate::{Error, Result};

/// How predictions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    Parquet,
}

impl Format {
    /// By the extension.
    pub(super) fn of(out: &Path) -> Result<Self> {
        match out.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => Ok(Self::Csv),
            Some("parquet") => Ok(Self::Parquet),
            _ => Err(Error::request(
                "--out",
                "a file name that ends in .csv or .parquet",
                format!("`{}`", out.display()),
            )),
        }
    }
}

/// Writes one row per id: `id, prediction`, and in a classification a column
/// `probability of CLASS` per class.
pub(super) fn write(
    out: &Path,
    format: Format,
    ids: &[String],
    scores: &[Vec<f64>],
    task: &Task,
) -> Result<()> {
    let columns = columns(ids, scores, task);
    let bytes = match format {
        Format::Csv => csv(&columns),
        Format::Parquet => {
            midfuse_data::parquet("predictions", &columns).map_err(|error| error.to_string())
        }
    };
    let bytes = bytes
        .map_err(|reason| Error::request("--out", "predictions that can be written", reason))?;
    Ok(write_atomic(out, &bytes)?)
}

fn columns<'a>(
    ids: &'a [String],
    scores: &[Vec<f64>],
    task: &'a Task,
) -> Vec<(String, ColumnValues<'a>)> {
    let column = |i: usize| {
        scores
            .iter()
            .map(move |row| row.get(i).copied().unwrap_or(f64::NAN))
    };
    let mut columns = vec![(
        "id".to_owned(),
        ColumnValues::Text(ids.iter().map(String::as_str).collect()),
    )];
    match task {
        Task::Regression => {
            columns.push((
                "prediction".to_owned(),
                ColumnValues::Number(column(0).collect()),
            ));
        }
        Task::Classification { classes } => {
            let best = scores.iter().map(|row| {
                let first = (0_usize, f64::NEG_INFINITY);
                let (class, _) = row.iter().enumerate().fold(first, |best, (i, &score)| {
                    if score > best.1 { (i, score) } else { best }
                });
                classes.get(class).map_or("", String::as_str)
            });
            columns.push(("prediction".to_owned(), ColumnValues::Text(best.collect())));
            for (i, class) in classes.iter().enumerate() {
                let probabilities = column(i).map(f64::exp).collect();
                columns.push((
                    format!("probability of {class}"),
                    ColumnValues::Number(probabilities),
                ));
            }
        }
    }
    columns
}

fn csv(columns: &[(String, ColumnValues<'_>)]) -> std::result::Result<Vec<u8>, String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let n = columns.first().map_or(0, |(_, column)| column.len());
    let header = columns.iter().map(|(name, _)| name);
    writer
        .write_record(header)
        .map_err(|error| error.to_string())?;
    for row in 0..n {
        let cells = columns.iter().map(|(_, values)| cell(values, row));
        writer
            .write_record(cells)
            .map_err(|error| error.to_string())?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}

/// Numbers in the shortest form that reads back as the same number.
fn cell(values: &ColumnValues<'_>, row: usize) -> String {
    let text = match values {
        ColumnValues::Text(values) => values.get(row).map(ToString::to_string),
        ColumnValues::Integer(values) => values.get(row).map(ToString::to_string),
        ColumnValues::Number(values) => values.get(row).map(ToString::to_string),
    };
    text.unwrap_or_default()
}
