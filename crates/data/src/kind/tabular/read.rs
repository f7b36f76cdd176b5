//! The reader of tables.

use std::borrow::Cow;
use std::collections::HashSet;

use ndarray::{Array2, Axis};

use super::infer::infer;
use super::{TabularData, TabularShape, TabularSpec};
use crate::cohort::Context;
use crate::error::{DataError, Defect, Result, Row, listed, quoted};
use crate::kind::Reader;
use crate::kind::matching::{Matcher, Selection};
use crate::reading::Keys;
use crate::table::{Cell, NumberError, Table};

/// A tabular modality whose columns exist and have a type.
#[derive(Debug)]
pub(crate) struct TabularReader {
    shape: TabularShape,
    table: Table,
    /// Positions in the table of the id column, the numeric ones, the categorical ones.
    columns: Vec<usize>,
    n_numeric: usize,
    /// Declared categories of each categorical column.
    categories: Vec<Option<HashSet<String>>>,
}

impl TabularReader {
    pub(super) fn open(context: &Context<'_>, spec: &TabularSpec) -> Result<Self> {
        let table = context.table(spec.table.as_deref())?;
        if !spec.transpose {
            let is_id = |name: &str| context.index.get(name).is_some();
            table.refuse_transposed(context.index.len(), is_id)?;
        }
        let id = table.position(context.id(spec.id.as_deref()))?;
        let positions = |names: &Option<Vec<String>>| -> Result<Vec<usize>> {
            names
                .iter()
                .flatten()
                .map(|name| table.position(name))
                .collect()
        };
        for column in spec.exclude.iter().chain(spec.categories.keys()) {
            table.position(column)?;
        }
        let mut numeric = positions(&spec.numeric)?;
        let mut categorical = positions(&spec.categorical)?;
        if spec.numeric.is_none() || spec.categorical.is_none() {
            let reserved = context.reserved();
            let elsewhere = context.named_elsewhere(&spec.name, spec.table.as_deref());
            let id_name = context.id(spec.id.as_deref());
            let declared = || spec.numeric.iter().chain(&spec.categorical).flatten();
            let left_out = |name: &str| {
                let mut known = declared().chain(&spec.exclude);
                name == id_name
                    || reserved.contains(name)
                    || elsewhere.contains(name)
                    || known.any(|known| known == name)
            };
            let candidates = table.inputs(left_out);
            let inferred = infer(&table, &candidates, |name| {
                spec.categories.contains_key(name)
            })?;
            numeric.extend(inferred.numeric);
            categorical.extend(inferred.categorical);
        }
        if numeric.is_empty() && categorical.is_empty() {
            return Err(DataError::new(
                Defect::MissingColumn,
                table.path(),
                format!("the modality {} has no columns", quoted(&spec.name)),
                "add columns besides the id, targets, group and times",
            ));
        }
        let shape = TabularShape {
            numeric: table.names(&numeric),
            categorical: table.names(&categorical),
        };
        let small = |word: &String| truth(word).map_or_else(|| word.clone(), str::to_owned);
        let known = |name: &String| Some(spec.categories.get(name)?.iter().map(small).collect());
        Ok(Self {
            categories: shape.categorical.iter().map(known).collect(),
            n_numeric: numeric.len(),
            columns: [id].into_iter().chain(numeric).chain(categorical).collect(),
            shape,
            table,
        })
    }

    /// Position in the table of the `k`-th input column.
    fn column(&self, k: usize) -> usize {
        self.columns.get(k + 1).copied().unwrap_or_default()
    }

    /// The category in a cell of the `k`-th categorical column.
    fn category(&self, row: Row, k: usize, cell: &Cell<'_>) -> Result<Option<String>> {
        let column = self.column(self.n_numeric + k);
        if cell.is_missing() {
            return Ok(None);
        }
        if let Cell::Other(kind) = cell {
            let reason = format!("the cell holds {kind}");
            let mend = "store text, numbers or truth values";
            return Err(self
                .table
                .cell_error(Defect::WrongDtype, row, column, reason, mend));
        }
        let label = self
            .table
            .key(cell)
            .map(|key| truth(&key).map_or_else(|| key.into_owned(), str::to_owned));
        if let (Some(label), Some(Some(known))) = (&label, self.categories.get(k))
            && !known.contains(label)
        {
            let mut names: Vec<&str> = known.iter().map(String::as_str).collect();
            names.sort_unstable();
            return Err(self.table.cell_error(
                Defect::UnknownCategory,
                row,
                column,
                format!("the category {} is not declared", quoted(label)),
                format!("correct it or declare it: {}", listed(names)),
            ));
        }
        Ok(label)
    }
}

/// A truth value, whatever the case of its letters.
fn truth(word: &str) -> Option<&'static str> {
    let words = ["true", "false", "yes", "no"];
    words
        .into_iter()
        .find(|truth| truth.eq_ignore_ascii_case(word))
}

/// Cells of numeric columns that are no numbers: the first, and those of its column that follow.
#[derive(Default)]
struct OddNumbers {
    first: Option<(Row, usize, NumberError)>,
    more: Vec<Row>,
}

impl OddNumbers {
    fn push(&mut self, row: Row, column: usize, error: NumberError) {
        match &self.first {
            None => self.first = Some((row, column, error)),
            Some((_, first, _)) if *first == column => self.more.push(row),
            Some(_) => {}
        }
    }

    /// An error about them all, if there are any.
    fn check(self, error: impl Fn(Row, usize, &NumberError) -> DataError) -> Result<()> {
        const SHOWN: usize = 3;
        let Some((row, column, first)) = self.first else {
            return Ok(());
        };
        let mut error = error(row, column, &first);
        if !self.more.is_empty() {
            let rows: Vec<String> = self
                .more
                .iter()
                .take(SHOWN)
                .map(ToString::to_string)
                .collect();
            let (n, rows) = (self.more.len(), rows.join(", "));
            error.reason = format!(
                "{}, nor are {n} more cells of the column ({rows})",
                error.reason
            );
        }
        Err(error)
    }
}

impl Reader for TabularReader {
    type Shape = TabularShape;
    type Content = TabularData;

    fn shape(&self) -> TabularShape {
        self.shape.clone()
    }

    fn other_columns(&self) -> Vec<&str> {
        let names = self.table.columns().iter().enumerate();
        let other = names.filter(|(at, _)| !self.columns.contains(at));
        other.map(|(_, name)| name.as_str()).collect()
    }

    fn other_column(
        &self,
        context: &Context<'_>,
        name: &str,
    ) -> Result<Option<Vec<Option<String>>>> {
        let id_column = self.columns.first().copied().unwrap_or_default();
        let mut values = vec![None; context.ids.len()];
        let mut matcher = Matcher::once(context.index);
        let columns = [id_column, self.table.position(name)?];
        self.table.for_each(&columns, |row, cells| {
            if let [id, cell] = cells {
                let position = matcher.find(&self.table, row, id_column, id)?;
                if let Some(slot) = values.get_mut(position) {
                    *slot = self.table.key(cell).map(Cow::into_owned);
                }
            }
            Ok(())
        })?;
        Ok(Some(values))
    }

    fn load(&self, context: &Context<'_>, wanted: &Selection) -> Result<TabularData> {
        let n = wanted.len();
        let mut numeric = Array2::from_elem((n, self.n_numeric), f32::NAN);
        let mut categorical = vec![vec![None; self.categories.len()]; n];
        let mut present = vec![false; n];
        let mut matcher = Matcher::once(context.index);
        let mut odd = OddNumbers::default();
        let mut keys: Vec<Keys> = self.categories.iter().map(|_| Keys::default()).collect();
        let id_column = self.columns.first().copied().unwrap_or_default();
        self.table.for_each(&self.columns, |row, cells| {
            let Some((id, cells)) = cells.split_first() else {
                return Ok(());
            };
            let position = matcher.find(&self.table, row, id_column, id)?;
            let Some(place) = wanted.place(position) else {
                return Ok(());
            };
            let mut any = false;
            let (numbers, labels) = cells
                .split_at_checked(self.n_numeric)
                .unwrap_or((cells, &[]));
            for ((slot, cell), k) in numeric.row_mut(place).iter_mut().zip(numbers).zip(0..) {
                match cell.f32() {
                    Ok(value) => {
                        any |= value.is_some();
                        *slot = value.unwrap_or(f32::NAN);
                    }
                    Err(error) => odd.push(row, k, error),
                }
            }
            let Some(slots) = categorical.get_mut(place) else {
                return Ok(());
            };
            for (((slot, cell), keys), k) in slots.iter_mut().zip(labels).zip(&mut keys).zip(0..) {
                *slot = self.category(row, k, cell)?;
                if let Some(label) = slot {
                    let column = self.column(self.n_numeric + k);
                    keys.admit(&self.table, row, column, label, "category")?;
                }
                any |= slot.is_some();
            }
            if let Some(present) = present.get_mut(place) {
                *present = any;
            }
            Ok(())
        })?;
        odd.check(|row, k, error| self.table.number_error(row, self.column(k), error))?;
        wanted.repeat(|from, to| {
            let values = numeric.index_axis(Axis(0), from).to_owned();
            numeric.index_axis_mut(Axis(0), to).assign(&values);
            let labels = categorical.get(from).cloned().unwrap_or_default();
            let (Some(slot), Some(&there)) = (categorical.get_mut(to), present.get(from)) else {
                return;
            };
            *slot = labels;
            if let Some(slot) = present.get_mut(to) {
                *slot = there;
            }
        });
        Ok(TabularData {
            numeric,
            numeric_names: self.shape.numeric.clone(),
            categorical,
            categorical_names: self.shape.categorical.clone(),
            present,
        })
    }
}
