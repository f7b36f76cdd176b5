//! `predictions.parquet`: one row per strategy, outer fold and row of the cohort.

use std::sync::Arc;

use midfuse_base::{Column, Targets};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::{CorruptError, Result};
use midfuse_report::PredictionTable;

/// The table as the bytes of a Parquet file; the same table gives the same bytes.
///
/// Columns: `row`, `repeat`, `fold`, `strategy`, then
/// [`Task::target_columns`](midfuse_base::Task::target_columns) and
/// [`Task::score_columns`](midfuse_base::Task::score_columns).
///
/// # Errors
/// [`CorruptError::Parquet`] if the table cannot be written, for example with two classes of one name.
pub(super) fn predictions(table: &PredictionTable) -> Result<Vec<u8>> {
    Ok(write(table).map_err(CorruptError::Parquet)?)
}

fn write(table: &PredictionTable) -> std::result::Result<Vec<u8>, ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by("midfuse".to_owned())
        .build();
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(schema(table)?), Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    let rows = &table.rows;
    let texts = |text: &dyn Fn(usize) -> Vec<u8>| -> Vec<ByteArray> {
        (0..rows.len()).map(|i| text(i).into()).collect()
    };
    let mut column = |values: Values| -> std::result::Result<(), ParquetError> {
        let missing = || ParquetError::General("more columns than the schema has".to_owned());
        let mut writer = group.next_column()?.ok_or_else(missing)?;
        match values {
            Values::Text(values) => writer
                .typed::<ByteArrayType>()
                .write_batch(&values, None, None)?,
            Values::Count(values) => writer
                .typed::<Int32Type>()
                .write_batch(&values, None, None)?,
            Values::Number(values) => writer
                .typed::<DoubleType>()
                .write_batch(&values, None, None)?,
            Values::Flag(values) => writer
                .typed::<BoolType>()
                .write_batch(&values, None, None)?,
        };
        writer.close()
    };
    let row = |i: usize| rows.get(i);
    column(Values::Text(texts(&|i| {
        row(i)
            .map(|r| r.id.clone().into_bytes())
            .unwrap_or_default()
    })))?;
    column(Values::Count(
        rows.iter().map(|r| r.repeat as i32 + 1).collect(),
    ))?;
    column(Values::Count(
        rows.iter().map(|r| r.fold as i32 + 1).collect(),
    ))?;
    column(Values::Text(texts(&|i| {
        row(i)
            .map(|r| r.arm.clone().into_bytes())
            .unwrap_or_default()
    })))?;
    let targets = Targets::of(table.task.kind(), rows.iter().map(|row| row.target));
    for (_, values) in table.task.target_columns(&targets) {
        column(match values {
            Column::Text(names) => {
                Values::Text(names.into_iter().map(|n| n.into_bytes().into()).collect())
            }
            Column::Number(numbers) => Values::Number(numbers),
            Column::Flag(flags) => Values::Flag(flags),
        })?;
    }
    for score in 0..table.task.n_scores() {
        column(Values::Number(
            rows.iter()
                .map(|r| r.scores.get(score).copied().unwrap_or(f64::NAN))
                .collect(),
        ))?;
    }
    group.close()?;
    writer.into_inner()
}

enum Values {
    Text(Vec<ByteArray>),
    Count(Vec<i32>),
    Number(Vec<f64>),
    Flag(Vec<bool>),
}

fn schema(table: &PredictionTable) -> std::result::Result<Type, ParquetError> {
    let field = |name: &str, physical: Physical| {
        let logical = (physical == Physical::BYTE_ARRAY).then_some(LogicalType::String);
        let built = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(logical)
            .build();
        built.map(Arc::new)
    };
    let mut fields = vec![
        field("row", Physical::BYTE_ARRAY)?,
        field("repeat", Physical::INT32)?,
        field("fold", Physical::INT32)?,
        field("strategy", Physical::BYTE_ARRAY)?,
    ];
    let none = Targets::none(table.task.kind());
    for (name, column) in table.task.target_columns(&none) {
        let physical = match column {
            Column::Text(_) => Physical::BYTE_ARRAY,
            Column::Number(_) => Physical::DOUBLE,
            Column::Flag(_) => Physical::BOOLEAN,
        };
        fields.push(field(&name, physical)?);
    }
    for name in table.task.score_columns() {
        fields.push(field(&name, Physical::DOUBLE)?);
    }
    Type::group_type_builder("predictions")
        .with_fields(fields)
        .build()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::RowAccessor as _;

    use super::*;
    use midfuse_base::{Target, Task};
    use midfuse_report::PredictionRow;

    #[test]
    fn what_is_written_is_read_back() {
        let row = |id: &str, class: usize, scores: [f64; 2]| PredictionRow {
            id: id.to_owned(),
            group: None,
            repeat: 0,
            fold: 1,
            arm: "concat".to_owned(),
            target: Target::Class(class),
            scores: scores.to_vec(),
        };
        let table = PredictionTable {
            task: Task::Classification {
                classes: vec!["no".to_owned(), "yes".to_owned()],
            },
            rows: vec![row("a", 0, [-0.1, -2.4]), row("b", 1, [-1.0, -0.5])],
        };
        let bytes = predictions(&table).unwrap();
        assert_eq!(
            bytes,
            predictions(&table).unwrap(),
            "the same table gives the same bytes"
        );
        let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
        let rows: Vec<_> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap())
            .collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1].get_string(0).unwrap(), "b");
        assert_eq!(rows[1].get_int(2).unwrap(), 2);
        assert_eq!(rows[1].get_string(4).unwrap(), "yes");
        assert_eq!(
            rows[1].get_double(6).unwrap().to_bits(),
            (-0.5_f64).to_bits()
        );
        let names: Vec<String> = rows[0]
            .get_column_iter()
            .map(|(name, _)| name.clone())
            .collect();
        assert_eq!(
            names,
            [
                "row",
                "repeat",
                "fold",
                "strategy",
                "target",
                "score_no",
                "score_yes"
            ]
        );
    }
}
