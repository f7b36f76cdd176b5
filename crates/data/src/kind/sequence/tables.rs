//! Sequences in tables: a column per step, or a line per step.

use super::read::Sequences;
use crate::cohort::Context;
use crate::error::{DataError, Defect, Result, Row, quoted};
use crate::kind::matching::{Matcher, Selection};
use crate::limits::Limits;
use crate::table::Table;

/// A table with one column per step and feature.
#[derive(Debug)]
pub(super) struct WideTable {
    table: Table,
    /// Positions of the id column and of the steps.
    columns: Vec<usize>,
}

impl WideTable {
    pub(super) fn open(table: Table, id: &str, steps: &[String]) -> Result<Self> {
        let mut columns = vec![table.position(id)?];
        for step in steps {
            columns.push(table.position(step)?);
        }
        Ok(Self { table, columns })
    }

    pub(super) fn load(
        &self,
        context: &Context<'_>,
        wanted: &Selection,
        out: &mut Sequences<'_>,
    ) -> Result<()> {
        let features = out.shape[1].max(1);
        let mut matcher = Matcher::once(context.index);
        self.table.for_each(&self.columns, |row, cells| {
            let (Some((id, cells)), Some((&id_column, columns))) =
                (cells.split_first(), self.columns.split_first())
            else {
                return Ok(());
            };
            let position = matcher.find(&self.table, row, id_column, id)?;
            let Some((values, length)) = wanted.place(position).and_then(|place| out.row(place))
            else {
                return Ok(());
            };
            // A sequence ends with the last step that has any value.
            let filled = cells
                .iter()
                .rposition(|cell| !cell.is_missing())
                .map_or(0, |at| at + 1);
            *length = filled.div_ceil(features);
            let cells = cells
                .iter()
                .zip(columns)
                .zip(values)
                .take(*length * features);
            for ((cell, &column), slot) in cells {
                let value = cell
                    .f32()
                    .map_err(|e| self.table.number_error(row, column, &e))?;
                *slot = value.ok_or_else(|| missing(&self.table, row, column))?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// A table with one line per id and step.
#[derive(Debug)]
pub(super) struct LongTable {
    table: Table,
    /// Positions of the id, the step and the features.
    columns: Vec<usize>,
}

/// One line of a long table: where it goes, its step, where its features start.
struct Line {
    place: usize,
    step: f64,
    start: usize,
    row: Row,
}

impl LongTable {
    pub(super) fn open(table: Table, id: &str, step: &str, features: &[String]) -> Result<Self> {
        let mut columns = vec![table.position(id)?, table.position(step)?];
        for feature in features {
            columns.push(table.position(feature)?);
        }
        Ok(Self { table, columns })
    }

    /// Steps of the longest sequence.
    pub(super) fn longest(&self, context: &Context<'_>) -> Result<usize> {
        let id_column = self.columns.first().copied().unwrap_or_default();
        let mut counts = vec![0_usize; context.index.len()];
        let mut matcher = Matcher::repeated(context.index);
        self.table.for_each(&[id_column], |row, cells| {
            if let [id] = cells {
                let position = matcher.find(&self.table, row, id_column, id)?;
                if let Some(count) = counts.get_mut(position) {
                    *count += 1;
                }
            }
            Ok(())
        })?;
        let longest = counts.into_iter().max().unwrap_or_default();
        let features = self.columns.len().saturating_sub(2).max(1);
        if (1..=Limits::STANDARD.values_per_row / features).contains(&longest) {
            return Ok(longest);
        }
        let (defect, reason) = if longest == 0 {
            (Defect::EmptyFile, "has a header but no rows".to_owned())
        } else {
            (Defect::Hostile, format!("has {longest} steps for one id"))
        };
        let mend = "write one line per id and step into it";
        Err(DataError::new(defect, self.table.path(), reason, mend))
    }

    pub(super) fn load(
        &self,
        context: &Context<'_>,
        wanted: &Selection,
        out: &mut Sequences<'_>,
    ) -> Result<()> {
        let [max_len, features] = out.shape;
        let [id_column, step_column, ref feature_columns @ ..] = self.columns[..] else {
            return Ok(());
        };
        let mut lines = Vec::new();
        let mut flat: Vec<f32> = Vec::new();
        let mut matcher = Matcher::repeated(context.index);
        self.table.for_each(&self.columns, |row, cells| {
            let [id, step, cells @ ..] = cells else {
                return Ok(());
            };
            let position = matcher.find(&self.table, row, id_column, id)?;
            let Some(place) = wanted.place(position) else {
                return Ok(());
            };
            let step = step
                .f64()
                .map_err(|e| self.table.number_error(row, step_column, &e))?;
            let step = step.ok_or_else(|| missing(&self.table, row, step_column))?;
            lines.push(Line {
                place,
                step,
                start: flat.len(),
                row,
            });
            for (cell, &column) in cells.iter().zip(feature_columns) {
                let value = cell
                    .f32()
                    .map_err(|e| self.table.number_error(row, column, &e))?;
                flat.push(value.ok_or_else(|| missing(&self.table, row, column))?);
            }
            Ok(())
        })?;
        lines.sort_by(|a, b| {
            (a.place, a.step)
                .partial_cmp(&(b.place, b.step))
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        let mut before: Option<&Line> = None;
        for line in &lines {
            if let Some(before) = before
                && before.place == line.place
                && before.step.total_cmp(&line.step).is_eq()
            {
                return Err(self.repeated_step(before, line, step_column));
            }
            before = Some(line);
            let Some((values, length)) = out.row(line.place) else {
                continue;
            };
            if *length >= max_len {
                return Err(self.too_long(line, id_column, max_len));
            }
            let source = flat
                .get(line.start..line.start + features)
                .unwrap_or_default();
            for (slot, &value) in values.iter_mut().skip(*length * features).zip(source) {
                *slot = value;
            }
            *length += 1;
        }
        Ok(())
    }

    fn repeated_step(&self, before: &Line, line: &Line, column: usize) -> DataError {
        let step = quoted(&line.step.to_string());
        let reason = format!(
            "the step {step} of this id is there already, on {}",
            before.row
        );
        let mend = "keep one line per id and step";
        self.table
            .cell_error(Defect::DuplicateId, line.row, column, reason, mend)
    }

    fn too_long(&self, line: &Line, column: usize, max_len: usize) -> DataError {
        let reason = format!("the id has more than the declared {max_len} steps");
        let mend = "raise the first number of `shape`, or shorten the sequence";
        self.table
            .cell_error(Defect::WrongShape, line.row, column, reason, mend)
    }
}

fn missing(table: &Table, row: Row, column: usize) -> DataError {
    let mend = "fill the cell in, or drop the step; only steps at the end may be empty";
    table.cell_error(
        Defect::MissingValue,
        row,
        column,
        "a step lacks this value",
        mend,
    )
}
