//! Predictions as a CSV or Parquet file.

use std::path::Path;
use std::sync::Arc;

use midfuse_base::Task;
use midfuse_core::checkpoint::write_atomic;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
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

/// A column of predictions.
enum Column<'a> {
    Text(Vec<&'a str>),
    Number(Vec<f64>),
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
        Format::Parquet => parquet(&columns),
    };
    let bytes = bytes
        .map_err(|reason| Error::request("--out", "predictions that can be written", reason))?;
    Ok(write_atomic(out, &bytes)?)
}

fn columns<'a>(
    ids: &'a [String],
    scores: &[Vec<f64>],
    task: &'a Task,
) -> Vec<(String, Column<'a>)> {
    let column = |i: usize| {
        scores
            .iter()
            .map(move |row| row.get(i).copied().unwrap_or(f64::NAN))
    };
    let mut columns = vec![(
        "id".to_owned(),
        Column::Text(ids.iter().map(String::as_str).collect()),
    )];
    match task {
        Task::Regression => {
            columns.push(("prediction".to_owned(), Column::Number(column(0).collect())));
        }
        Task::Classification { classes } => {
            let best = scores.iter().map(|row| {
                let first = (0_usize, f64::NEG_INFINITY);
                let (class, _) = row.iter().enumerate().fold(first, |best, (i, &score)| {
                    if score > best.1 { (i, score) } else { best }
                });
                classes.get(class).map_or("", String::as_str)
            });
            columns.push(("prediction".to_owned(), Column::Text(best.collect())));
            for (i, class) in classes.iter().enumerate() {
                let probabilities = column(i).map(f64::exp).collect();
                columns.push((
                    format!("probability of {class}"),
                    Column::Number(probabilities),
                ));
            }
        }
    }
    columns
}

fn csv(columns: &[(String, Column<'_>)]) -> std::result::Result<Vec<u8>, String> {
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

fn parquet(columns: &[(String, Column<'_>)]) -> std::result::Result<Vec<u8>, String> {
    let write = || -> std::result::Result<Vec<u8>, ParquetError> {
        let fields = columns
            .iter()
            .map(|(name, column)| column.field(name).map(Arc::new));
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
                        values.iter().map(|&v| ByteArray::from(v)).collect();
                    out.typed::<ByteArrayType>()
                        .write_batch(&values, None, None)?;
                }
                Column::Number(values) => {
                    out.typed::<DoubleType>().write_batch(values, None, None)?;
                }
            }
            out.close()?;
        }
        group.close()?;
        writer.into_inner()
    };
    write().map_err(|error| error.to_string())
}

impl Column<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Number(values) => values.len(),
        }
    }

    /// Numbers in the shortest form that reads back as the same number.
    fn cell(&self, row: usize) -> String {
        match self {
            Self::Text(values) => values
                .get(row)
                .map_or_else(String::new, ToString::to_string),
            Self::Number(values) => values
                .get(row)
                .map_or_else(String::new, ToString::to_string),
        }
    }

    fn field(&self, name: &str) -> std::result::Result<Type, ParquetError> {
        let (physical, logical) = match self {
            Self::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Self::Number(_) => (Physical::DOUBLE, None),
        };
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(logical)
            .build()
    }
}
