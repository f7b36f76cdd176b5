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

/// Type of a column; no value is missing.
fn field(name: &str, column: &Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column {
        Column::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Column::Integer(_) => (Physical::INT32, None),
        Column::Number(_) => (Physical::DOUBLE, None),
        Column::Flag(_) => (Physical::BOOLEAN, None),
    };
    Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(logical)
        .build()
}

/// A table as the bytes of a Parquet file, in one row group; the same table gives the same bytes.
///
/// # Errors
/// [`WriteParquetError::Name`], [`WriteParquetError::Length`]; [`WriteParquetError::Encoder`] where
/// the format cannot hold the table.
pub fn parquet(table: &str, columns: &[(String, Column)]) -> Result<Vec<u8>, WriteParquetError> {
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

fn encode(table: &str, columns: &[(String, Column)]) -> Result<Vec<u8>, ParquetError> {
    let fields = columns
        .iter()
        .map(|(name, values)| field(name, values).map(Arc::new))
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
            Column::Text(values) => {
                let values: Vec<ByteArray> =
                    values.iter().map(|text| text.as_str().into()).collect();
                column
                    .typed::<ByteArrayType>()
                    .write_batch(&values, None, None)?
            }
            Column::Integer(values) => column
                .typed::<Int32Type>()
                .write_batch(values, None, None)?,
            Column::Number(values) => column
                .typed::<DoubleType>()
                .write_batch(values, None, None)?,
            Column::Flag(values) => column.typed::<BoolType>().write_batch(values, None, None)?,
        };
        column.close()?;
    }
    group.close()?;
    writer.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reading;
    use crate::TextTable;

    #[test]
    fn what_is_written_is_read_back() {
        let columns = [
            (
                "id".to_owned(),
                Column::Text(vec!["a".to_owned(), "b".to_owned()]),
            ),
            ("fold".to_owned(), Column::Integer(vec![1, -2])),
            ("score".to_owned(), Column::Number(vec![0.1, -0.5])),
        ];
        let bytes = parquet("scores", &columns).unwrap();
        assert_eq!(bytes, parquet("scores", &columns).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scores.parquet");
        std::fs::write(&path, bytes).unwrap();
        let table = TextTable::read(&path, &Reading::default(), |_| true).unwrap();
        let rows: Vec<Vec<&str>> = table
            .rows
            .iter()
            .map(|(_, cells)| cells.iter().map(|cell| cell.as_deref().unwrap()).collect())
            .collect();
        assert_eq!(rows, [["a", "1", "0.1"], ["b", "-2", "-0.5"]]);
    }

    #[test]
    fn columns_that_do_not_fit_are_refused() {
        let one = ("x".to_owned(), Column::Integer(vec![1]));
        let error = parquet("t", &[one.clone(), one.clone()]).unwrap_err();
        assert_eq!(error, WriteParquetError::Name("x".to_owned()));
        let longer = ("y".to_owned(), Column::Number(vec![1.0, 2.0]));
        let error = parquet("t", &[one, longer]).unwrap_err().to_string();
        assert!(error.contains("`y` has 2 rows, expected 1"), "{error}");
    }
}
