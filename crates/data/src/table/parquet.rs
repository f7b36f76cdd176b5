//! Parquet files with flat columns.

use std::borrow::Cow;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use ::parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::Field;
use ::parquet::schema::types::Type;

use super::cell::Text;
use super::delimited::Visit;
use super::{Cell, TimestampUnit};
use crate::error::{DataError, Defect, Result, Row};
use crate::limits::Limits;
use crate::reading::Rules;

/// The names of the top-level fields.
pub(super) fn columns(path: &Path) -> Result<Vec<String>> {
    let reader = open(path)?;
    let schema = reader.metadata().file_metadata().schema();
    Ok(schema
        .get_fields()
        .iter()
        .map(|field| field.name().to_owned())
        .collect())
}

/// Visits every row.
pub(super) fn for_each(
    path: &Path,
    names: &[String],
    columns: &[usize],
    rules: &Rules,
    visit: &mut Visit<'_>,
) -> Result<()> {
    let reader = open(path)?;
    let schema = reader.metadata().file_metadata().schema();
    // The reader yields columns in the order of the file, each once.
    let mut wanted: Vec<usize> = columns.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let mut fields: Vec<Arc<Type>> = Vec::with_capacity(wanted.len());
    for &column in &wanted {
        let Some(field) = schema.get_fields().get(column) else {
            continue;
        };
        if !is_flat(field) {
            let name = names.get(column).cloned().unwrap_or_default();
            return Err(DataError::new(
                Defect::WrongDtype,
                path,
                "is nested",
                "store one value per cell",
            )
            .at_column(name));
        }
        fields.push(Arc::clone(field));
    }
    if fields.is_empty() {
        // Without a column the rows are as many as the file claims, so one column is read along.
        let first = schema.get_fields().iter().find(|field| is_flat(field));
        fields.push(Arc::clone(first.ok_or_else(|| {
            let (reason, mend) = ("has no plain column", "store one value per cell");
            DataError::new(Defect::WrongDtype, path, reason, mend)
        })?));
    }
    let projection = Type::group_type_builder(schema.name());
    let projection = guarded(path, || projection.with_fields(fields).build())?;
    // Position of each asked-for column among the yielded ones, and its unit if it holds timestamps.
    let order: Vec<(usize, Option<TimestampUnit>)> = columns
        .iter()
        .map(|c| {
            let field = schema.get_fields().get(*c);
            let unit = field.and_then(|field| timestamp_unit(field));
            (wanted.partition_point(|w| w < c), unit)
        })
        .collect();
    check_chunks(path, &reader, &wanted, names)?;
    let mut expansion = Expansion::of(path)?;
    let mut rows = guarded(path, || reader.get_row_iter(Some(projection)))?;
    let mut number = 0;
    loop {
        number += 1;
        let at = Row::Record(number);
        let row = guarded(path, || rows.next().transpose()).map_err(|error| error.at_row(at))?;
        let Some(row) = row else { return Ok(()) };
        let yielded: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
        for (field, &column) in yielded.iter().zip(&wanted) {
            let name = || names.get(column).map_or("", String::as_str);
            expansion.add(field, at, name)?;
        }
        let cells: Vec<Cell<'_>> = order
            .iter()
            .map(|&(position, unit)| {
                yielded
                    .get(position)
                    .map_or(Cell::Missing, |field| cell(field, unit, rules))
            })
            .collect();
        visit(at, &cells)?;
    }
}

/// What visits the list of one row.
pub(super) type VisitList<'a> = dyn FnMut(Row, &Cell<'_>, Option<&[Cell<'_>]>) -> Result<()> + 'a;

/// Visits every row: the cell of the id column, and the list in a column of lists.
pub(super) fn for_each_list(
    path: &Path,
    [id, lists]: [usize; 2],
    column: &str,
    rules: &Rules,
    visit: &mut VisitList<'_>,
) -> Result<()> {
    let reader = open(path)?;
    let schema = reader.metadata().file_metadata().schema();
    let field = |column: usize| schema.get_fields().get(column);
    let (Some(id_field), Some(list_field)) = (field(id), field(lists)) else {
        return Ok(());
    };
    let refuse = |column: &str, reason: &str, mend: &str| {
        Err(DataError::new(Defect::WrongDtype, path, reason, mend).at_column(column))
    };
    if !is_flat(id_field) {
        return refuse(id_field.name(), "is nested", "store one id per cell");
    }
    if is_flat(list_field) {
        let mend = "name the columns of a vector with `columns` or `prefix`";
        return refuse(column, "does not hold lists", mend);
    }
    // The reader yields columns in the order of the file.
    let mut wanted = [(id, id_field), (lists, list_field)];
    wanted.sort_by_key(|(column, _)| *column);
    let fields = wanted.map(|(_, field)| Arc::clone(field)).to_vec();
    let projection = Type::group_type_builder(schema.name());
    let projection = guarded(path, || projection.with_fields(fields).build())?;
    let unit = timestamp_unit(id_field);
    let mut rows = guarded(path, || reader.get_row_iter(Some(projection)))?;
    let mut number = 0;
    loop {
        number += 1;
        let at = Row::Record(number);
        let row = guarded(path, || rows.next().transpose()).map_err(|error| error.at_row(at))?;
        let Some(row) = row else { return Ok(()) };
        let mut yielded = row.get_column_iter().map(|(_, field)| field);
        let (first, second) = (yielded.next(), yielded.next());
        let (id_cell, list) = if id < lists {
            (first, second)
        } else {
            (second, first)
        };
        let id_cell = id_cell.map_or(Cell::Missing, |field| cell(field, unit, rules));
        match list {
            None | Some(Field::Null) => visit(at, &id_cell, None)?,
            Some(Field::ListInternal(list)) => {
                let list: Vec<Cell<'_>> = list
                    .elements()
                    .iter()
                    .map(|v| cell(v, None, rules))
                    .collect();
                visit(at, &id_cell, Some(&list))?;
            }
            Some(_) => return refuse(column, "does not hold lists", "store a list of numbers"),
        }
    }
}

/// Refuses columns that expand beyond reason by what the footer says of them.
fn check_chunks(
    path: &Path,
    reader: &SerializedFileReader<File>,
    wanted: &[usize],
    names: &[String],
) -> Result<()> {
    let limits = Limits::STANDARD;
    for group in reader.metadata().row_groups() {
        for chunk in group.columns() {
            let bytes = |n: i64| u64::try_from(n).unwrap_or(0);
            let (whole, packed) = (
                bytes(chunk.uncompressed_size()),
                bytes(chunk.compressed_size()),
            );
            let name = chunk
                .column_descr()
                .path()
                .parts()
                .first()
                .map_or("", String::as_str);
            let is_wanted = wanted
                .iter()
                .any(|&at| names.get(at).is_some_and(|wanted| wanted == name));
            if is_wanted && whole > limits.expansion_from && whole / limits.expansion > packed {
                return Err(too_large(path).at_column(name));
            }
        }
    }
    Ok(())
}

fn too_large(path: &Path) -> DataError {
    let Limits { expansion, .. } = Limits::STANDARD;
    let reason = format!("expands to more than {expansion} times the size of the file");
    let mend =
        "look at what it holds; a long text that every row repeats belongs into a table of its own";
    DataError::new(Defect::Hostile, path, reason, mend)
}

/// Bytes of text that rows were made of: a dictionary hands the same text to any number of them.
struct Expansion<'a> {
    path: &'a Path,
    left: u64,
}

impl<'a> Expansion<'a> {
    fn of(path: &'a Path) -> Result<Self> {
        let file = std::fs::metadata(path).map_err(|error| DataError::read(path, &error))?;
        let limits = Limits::STANDARD;
        let left = limits
            .expansion_from
            .max(file.len().saturating_mul(limits.expansion));
        Ok(Self { path, left })
    }

    fn add<'b>(&mut self, field: &Field, at: Row, name: impl Fn() -> &'b str) -> Result<()> {
        let bytes = match field {
            Field::Str(text) => text.len(),
            Field::Bytes(bytes) => bytes.len(),
            _ => return Ok(()),
        };
        match self.left.checked_sub(bytes as u64) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(too_large(self.path).at_row(at).at_column(name())),
        }
    }
}

/// Positions of the top-level fields that hold lists or groups.
pub(super) fn nested(path: &Path) -> Result<Vec<usize>> {
    let reader = open(path)?;
    let fields = reader.metadata().file_metadata().schema().get_fields();
    let nested = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| !is_flat(field));
    Ok(nested.map(|(at, _)| at).collect())
}

/// Whether a field holds one value per row.
fn is_flat(field: &Type) -> bool {
    let basic = field.get_basic_info();
    let repeated = basic.has_repetition() && basic.repetition() == Repetition::REPEATED;
    !field.is_group() && !repeated
}

fn open(path: &Path) -> Result<SerializedFileReader<File>> {
    let file = File::open(path).map_err(|error| DataError::read(path, &error))?;
    guarded(path, || SerializedFileReader::new(file))
}

/// Calls the parquet crate. It asserts what damaged files violate (negative offsets, dictionary pages
/// that never came), so a panic in it is one more way of saying that the file is damaged.
fn guarded<T>(path: &Path, read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(|error| convert(path, &error)),
        Err(_) => Err(convert(
            path,
            &ParquetError::General("its pages are damaged".into()),
        )),
    }
}

/// The unit of a column of timestamps.
fn timestamp_unit(field: &Type) -> Option<TimestampUnit> {
    let basic = field.get_basic_info();
    match (basic.logical_type_ref(), basic.converted_type()) {
        (Some(LogicalType::Timestamp(timestamp)), _) => Some(TimestampUnit {
            per_second: match timestamp.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            },
            utc: timestamp.is_adjusted_to_u_t_c,
        }),
        // The older way to say it, always in UTC.
        (None, ConvertedType::TIMESTAMP_MILLIS) => Some(TimestampUnit {
            per_second: 1_000,
            utc: true,
        }),
        (None, ConvertedType::TIMESTAMP_MICROS) => Some(TimestampUnit {
            per_second: 1_000_000,
            utc: true,
        }),
        _ => None,
    }
}

fn cell<'a>(field: &'a Field, unit: Option<TimestampUnit>, rules: &'a Rules) -> Cell<'a> {
    let text = |text: Cow<'a, str>| Cell::Text(Text { text, rules });
    // What the file format writes is written in one way.
    let plain = |text: Cow<'a, str>| {
        Cell::Text(Text {
            text,
            rules: Rules::plain(),
        })
    };
    if let (
        Field::Long(steps) | Field::TimestampMillis(steps) | Field::TimestampMicros(steps),
        Some(unit),
    ) = (field, unit)
    {
        let steps = *steps;
        return Cell::Timestamp { steps, unit };
    }
    let cell = match field {
        Field::Null => Cell::Missing,
        Field::Bool(value) => Cell::Bool(*value),
        Field::Byte(value) => Cell::Int((*value).into()),
        Field::Short(value) => Cell::Int((*value).into()),
        Field::Int(value) | Field::TimeMillis(value) => Cell::Int((*value).into()),
        Field::Long(value)
        | Field::TimeMicros(value)
        | Field::TimestampMillis(value)
        | Field::TimestampMicros(value) => Cell::Int(*value),
        Field::UByte(value) => Cell::Int((*value).into()),
        Field::UShort(value) => Cell::Int((*value).into()),
        Field::UInt(value) => Cell::Int((*value).into()),
        Field::ULong(value) => i64::try_from(*value).map_or(Cell::Float(*value as f64), Cell::Int),
        Field::Float16(value) => Cell::Float32(value.to_f32()),
        Field::Float(value) => Cell::Float32(*value),
        Field::Double(value) => Cell::Float(*value),
        Field::Str(text) if text.is_empty() => Cell::Missing,
        Field::Str(read) => text(Cow::Borrowed(read)),
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok("") => Cell::Missing,
            Ok(read) => text(Cow::Borrowed(read)),
            Err(_) => Cell::Other("bytes"),
        },
        Field::Date(days) => match crate::moment::date(*days) {
            Some(date) => plain(Cow::Owned(date)),
            None => Cell::Other("a date beyond the calendar"),
        },
        // Its digits, exactly.
        Field::Decimal(_) => plain(Cow::Owned(field.to_string())),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => {
            Cell::Other("a nested value")
        }
    };
    let is_missing = match &cell {
        Cell::Int(value) => rules.missing.is_own_number(*value as f64),
        Cell::Float(value) => rules.missing.is_own_number(*value),
        Cell::Float32(value) => rules.missing.is_own_number(f64::from(*value)),
        _ => false,
    };
    match cell.shown_text() {
        // As text it is counted by its word.
        Some(word) if is_missing => text(Cow::Owned(word.into_owned())),
        _ => cell,
    }
}

fn convert(path: &Path, error: &ParquetError) -> DataError {
    let (defect, mend) = match error {
        ParquetError::NYI(_) => (Defect::WrongDtype, "write plain columns, snappy or zstd"),
        _ => (
            Defect::Truncated,
            "copy or write the file again (plain columns, snappy or zstd)",
        ),
    };
    DataError::new(
        defect,
        path,
        format!("is not a readable Parquet file: {error}"),
        mend,
    )
}
