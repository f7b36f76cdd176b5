//! Predictions as a CSV or Parquet file.

use std::path::Path;

use midfuse_base::{Column, Task};
use midfuse_core::checkpoint::write_atomic;

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

/// Writes one row per id: `id` and [`Task::prediction_columns`].
pub(super) fn write(
    out: &Path,
    format: Format,
    ids: &[String],
    scores: &[Vec<f64>],
    task: &Task,
) -> Result<()> {
    let mut columns = vec![("id".to_owned(), Column::Text(ids.to_vec()))];
    columns.extend(task.prediction_columns(scores));
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

fn csv(columns: &[(String, Column)]) -> std::result::Result<Vec<u8>, String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let n = columns.first().map_or(0, |(_, column)| column.len());
    let header = columns.iter().map(|(name, _)| name);
    writer
        .write_record(header)
        .map_err(|error| error.to_string())?;
    for row in 0..n {
        let cells = columns.iter().map(|(_, column)| column.cell(row));
        writer
            .write_record(cells)
            .map_err(|error| error.to_string())?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}
