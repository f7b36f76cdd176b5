//! Writing tables as Parquet.

use std::collections::BTreeSet;
use std::sync::Arc;

use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::Type;
use midfuse_base::Column;

/// The values of a column that is written; none is missing.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnValues<'a> {
    /// UTF-8 text.
    Text(Vec<&'a str>),
    /// 32-bit integers.
    Integer(Vec<i32>),
    /// 64-bit floating-point numbers.
    Number(Vec<f64>),
    /// Yes or no.
    Flag(Vec<bool>),
}

impl<'a> From<&'a Column> for ColumnValues<'a> {
    fn from(column: &'a Column) -> Self {
        match column {
            Column::Text(values) => Self::Text(values.iter().map(String::as_str).collect()),
            Column::Number(values) => Self::Number(values.clone()),
            Column::Flag(values) => Self::Flag(values.clone()),
        }
    }
}

/// Why a table cannot be written as Parquet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteParquetError {
    /// Two columns have one name, so no reader could tell them apart.
    #[error("data: a table has two columns named `{0}`; rename one")]
    Name(String),
    /// Columns differ in length.
    #[error("data: column `{name}` has {got} rows, expected {expected} as in the first column")]
    Length {
        /// The column.
        name: String,
        /// Rows of the first column.
        expected: usize,
        /// Its rows.
        got: usize,
    },
    /// The encoder refused.
    #[error("data: a table cannot be written as Parquet: {0}")]
    Encoder(String),
}

impl ColumnValues<'_> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Integer(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Flag(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn field(&self, name: &str) -> Result<Type, ParquetError> {
        let (physical, logical) = match self {
            Self::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Self::Integer(_) => (Physical::INT32, None),
            Self::Number(_) => (Physical::DOUBLE, None),
            Self::Flag(_) => (Physical::BOOLEAN, None),
        };
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(logical)
            .build()
    }
}

/// A table as the bytes of a Parquet file, in one row group; the same table gives the same bytes.
///
/// # Errors
/// [`WriteParquetError::Name`], [`WriteParquetError::Length`]; [`WriteParquetError::Encoder`] where
/// the format cannot hold the table.
pub fn parquet(
    table: &str,
    columns: &[(String, ColumnValues<'_>)],
) -> Result<Vec<u8>, WriteParquetError> {
    let mut names = BTreeSet::new();
    let expected = columns.first().map_or(0, |(_, values)| values.len());
    for (name, values) in columns {
        if !names.insert(name) {
            return Err(WriteParquetError::Name(name.clone()));
        }
        let got = values.len();
        if got != expected {
            let name = name.clone();
            return Err(WriteParquetError::Length {
                name,
                expected,
                got,
            });
        }
    }
    encode(table, columns).map_err(|error| WriteParquetError::Encoder(error.to_string()))
}

fn encode(table: &str, columns: &[(String, ColumnValues<'_>)]) -> Result<Vec<u8>, ParquetError> {
    let fields = columns
        .iter()
        .map(|(name, values)| values.field(name).map(Arc::new))
        .collect::<Result<_, _>>()?;
    let schema = Type::group_type_builder(table)
        .with_fields(fields)
        .build()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by("midfuse".to_owned())
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for (name, values) in columns {
        let missing = || ParquetError::General(format!("the schema lacks column `{name}`"));
        let mut column = group.next_column()?.ok_or_else(missing)?;
        match values {
            ColumnValues::Text(values) => {
                let values: Vec<ByteArray> = values.iter().map(|&text| text.into()).collect();
                column
                    .typed::<ByteArrayType>()
                    .write_batch(&values, None, None)?
            }
            ColumnValues::Integer(values) => column
                .typed::<Int32Type>()
                .write_batch(values, None, None)?,
            ColumnValues::Number(values) => column
                .typed::<DoubleType>()
                .write_batch(values, None, None)?,
            ColumnValues::Flag(values) => {
                column.typed::<BoolType>().write_batch(values, None, None)?
            }
        };
        column.close()?;
    }
    group.close()?;
    writer.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TextTable;

    #[test]
    fn what_is_written_is_read_back() {
        let columns = [
            ("id".to_owned(), ColumnValues::Text(vec!["a", "b"])),
            ("fold".to_owned(), ColumnValues::Integer(vec![1, -2])),
            ("score".to_owned(), ColumnValues::Number(vec![0.1, -0.5])),
        ];
        let bytes = parquet("scores", &columns).unwrap();
        assert_eq!(bytes, parquet("scores", &columns).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scores.parquet");
        std::fs::write(&path, bytes).unwrap();
        let table = TextTable::read(&path, |_| true).unwrap();
        let rows: Vec<Vec<&str>> = table
            .rows
            .iter()
            .map(|(_, cells)| cells.iter().map(|cell| cell.as_deref().unwrap()).collect())
            .collect();
        assert_eq!(rows, [["a", "1", "0.1"], ["b", "-2", "-0.5"]]);
    }

    #[test]
    fn columns_that_do_not_fit_are_refused() {
        let one = ("x".to_owned(), ColumnValues::Integer(vec![1]));
        let error = parquet("t", &[one.clone(), one.clone()]).unwrap_err();
        assert_eq!(error, WriteParquetError::Name("x".to_owned()));
        let longer = ("y".to_owned(), ColumnValues::Number(vec![1.0, 2.0]));
        let error = parquet("t", &[one, longer]).unwrap_err().to_string();
        assert!(error.contains("`y` has 2 rows, expected 1"), "{error}");
    }
}
