//! Predictions as a CSV or Parquet file.

use std::path::Path;
use std::sync::Arc;

use midfuse_base::{Column, Task};
use midfuse_core::checkpoint::write_atomic;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

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
        Format::Parquet => parquet(&columns),
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

fn parquet(columns: &[(String, Column)]) -> std::result::Result<Vec<u8>, String> {
    let write = || -> std::result::Result<Vec<u8>, ParquetError> {
        let fields = columns
            .iter()
            .map(|(name, column)| field(column, name).map(Arc::new));
        let schema = Type::group_type_builder("predictions")
            .with_fields(fields.collect::<std::result::Result<_, _>>()?)
            .build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .build();
        let mut writer =
            SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
        let mut group = writer.next_row_group()?;
        for (_, column) in columns {
            let Some(mut out) = group.next_column()? else {
                break;
            };
            match column {
                Column::Text(values) => {
                    let values: Vec<ByteArray> =
                        values.iter().map(|v| ByteArray::from(v.as_str())).collect();
                    out.typed::<ByteArrayType>()
                        .write_batch(&values, None, None)?;
                }
                Column::Number(values) => {
                    out.typed::<DoubleType>().write_batch(values, None, None)?;
                }
                Column::Flag(values) => {
                    out.typed::<BoolType>().write_batch(values, None, None)?;
                }
            }
            out.close()?;
        }
        group.close()?;
        writer.into_inner()
    };
    write().map_err(|error| error.to_string())
}

fn field(column: &Column, name: &str) -> std::result::Result<Type, ParquetError> {
    let (physical, logical) = match column {
        Column::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Column::Number(_) => (Physical::DOUBLE, None),
        Column::Flag(_) => (Physical::BOOLEAN, None),
    };
    Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(logical)
        .build()
}
