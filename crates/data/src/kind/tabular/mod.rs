//! Tables: numeric and categorical columns.

mod infer;
mod leaks;
mod read;
mod section;

use std::borrow::Cow;

use ndarray::{Array2, Axis};

use super::{Cells, Content, Shape, View, pick};
use crate::error::Result;
use crate::hash::{RowDigest, bits};
use crate::table::ColumnType;
use crate::target::TargetColumn;
use crate::write::{Files, fresh};

pub(crate) use read::TabularReader;
pub use section::TabularSpec;

/// Columns of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabularShape {
    /// Names of the numeric columns.
    pub numeric: Vec<String>,
    /// Names of the categorical columns.
    pub categorical: Vec<String>,
}

/// Columns of N rows.
#[derive(Debug, Clone, PartialEq)]
pub struct TabularData {
    /// Numeric columns, `[N, F]`; NaN where a cell is missing.
    pub numeric: Array2<f32>,
    /// Their names, `[F]`.
    pub numeric_names: Vec<String>,
    /// Categorical columns, `[N][K]`; `None` where a cell is missing.
    pub categorical: Vec<Vec<Option<String>>>,
    /// Their names, `[K]`.
    pub categorical_names: Vec<String>,
    /// Whether the row has the modality, `[N]`.
    pub present: Vec<bool>,
}

impl Shape for TabularShape {
    const ENCODER: &'static str = "mlp";

    fn describe(&self) -> String {
        let (numeric, categorical) = (self.numeric.len(), self.categorical.len());
        format!("{numeric} numeric and {categorical} categorical columns")
    }

    fn row_bytes(&self) -> usize {
        // A category is a text of its own.
        (self.numeric.len() + 8 * self.categorical.len()).saturating_mul(size_of::<f32>())
    }

    fn columns(&self) -> Vec<&str> {
        let names = self.numeric.iter().chain(&self.categorical);
        names.map(String::as_str).collect()
    }

    fn typed_columns(&self) -> Vec<(&str, ColumnType)> {
        let of = |names, kind| -> Vec<(&str, ColumnType)> {
            let names: &Vec<String> = names;
            names.iter().map(|name| (name.as_str(), kind)).collect()
        };
        let mut typed = of(&self.numeric, ColumnType::Numeric);
        typed.extend(of(&self.categorical, ColumnType::Categorical));
        typed
    }
}

impl TabularData {
    /// The table with these of its columns, by position.
    fn of_columns(&self, numeric: &[usize], categorical: &[usize]) -> Self {
        let of_row = |row: &Vec<Option<String>>| pick(row, categorical);
        Self {
            numeric: self.numeric.select(Axis(1), numeric),
            numeric_names: pick(&self.numeric_names, numeric),
            categorical: self.categorical.iter().map(of_row).collect(),
            categorical_names: pick(&self.categorical_names, categorical),
            present: self.present.clone(),
        }
    }
}

impl Content for TabularData {
    type Section = TabularSpec;

    fn len(&self) -> usize {
        self.present.len()
    }

    fn present(&self) -> Vec<bool> {
        self.present.clone()
    }

    fn select(&self, rows: &[usize]) -> Self {
        Self {
            numeric: self.numeric.select(Axis(0), rows),
            numeric_names: self.numeric_names.clone(),
            categorical: pick(&self.categorical, rows),
            categorical_names: self.categorical_names.clone(),
            present: pick(&self.present, rows),
        }
    }

    fn view(&self) -> View<'_> {
        View::Columns(Cow::Borrowed(self))
    }

    fn digest(&self, row: usize, digest: &mut RowDigest) {
        if self.present.get(row) != Some(&true) {
            return;
        }
        digest.number(self.numeric.ncols());
        // A missing cell is NaN of whatever bits; all are one.
        let one_nan = |value: &f32| if value.is_nan() { f32::NAN } else { *value };
        digest.values(self.numeric.row(row).iter().map(one_nan));
        for label in self.categorical.get(row).into_iter().flatten() {
            digest.text(label.as_deref());
        }
    }

    /// The columns that differ between rows that are present: adding one that is the same in all
    /// changes nothing.
    fn varying(&self) -> Option<Self> {
        let rows: Vec<usize> = (0..self.present.len())
            .filter(|&row| self.present.get(row) == Some(&true))
            .collect();
        let number = |row: usize, column: usize| self.numeric.get((row, column)).map(|v| bits(*v));
        let label =
            |row: usize, column: usize| self.categorical.get(row).and_then(|r| r.get(column));
        let pairs = || rows.iter().zip(rows.iter().skip(1));
        let numeric: Vec<usize> = (0..self.numeric_names.len())
            .filter(|&column| pairs().any(|(a, b)| number(*a, column) != number(*b, column)))
            .collect();
        let categorical: Vec<usize> = (0..self.categorical_names.len())
            .filter(|&column| pairs().any(|(a, b)| label(*a, column) != label(*b, column)))
            .collect();
        Some(self.of_columns(&numeric, &categorical))
    }

    fn write(&self, name: &str, files: &Files<'_>) -> Result<TabularSpec> {
        let names = self.numeric_names.iter().chain(&self.categorical_names);
        let names: Vec<String> = names.cloned().collect();
        let id = fresh(&names, "id");
        let rows = files
            .ids()
            .iter()
            .zip(self.numeric.outer_iter())
            .zip(&self.categorical)
            .zip(&self.present)
            .filter(|(_, there)| **there)
            .map(|(((id, numbers), labels), _)| {
                let number = |value: &f32| match value {
                    missing if missing.is_nan() => String::new(),
                    value => value.to_string(),
                };
                let numbers: Vec<String> = numbers.iter().map(number).collect();
                let labels = labels.iter().map(|label| label.clone().unwrap_or_default());
                std::iter::once(id.clone()).chain(numbers).chain(labels)
            });
        let table = files.write_table(std::iter::once(&id).chain(&names), rows)?;
        Ok(TabularSpec {
            name: name.into(),
            table: Some(table),
            id: Some(id),
            numeric: Some(self.numeric_names.clone()),
            categorical: Some(self.categorical_names.clone()),
            ..TabularSpec::default()
        })
    }

    fn column(&self, name: &str) -> Option<Vec<Option<String>>> {
        let at = |names: &[String]| names.iter().position(|known| known == name);
        if let Some(at) = at(&self.categorical_names) {
            let cell = |row: &Vec<Option<String>>| row.get(at).cloned().flatten();
            return Some(self.categorical.iter().map(cell).collect());
        }
        let column = self
            .numeric
            .columns()
            .into_iter()
            .nth(at(&self.numeric_names)?)?;
        let cell = |value: &f32| (!value.is_nan()).then(|| value.to_string());
        Some(column.iter().map(cell).collect())
    }

    fn cells(&self) -> Option<Cells> {
        let rows = self.numeric.outer_iter().zip(&self.categorical);
        let missing = rows.map(|(numbers, labels)| {
            numbers.iter().filter(|value| value.is_nan()).count()
                + labels.iter().filter(|label| label.is_none()).count()
        });
        Some(Cells {
            per_row: self.numeric_names.len() + self.categorical_names.len(),
            missing: missing.collect(),
        })
    }

    fn warnings(&self, targets: &[TargetColumn]) -> Vec<String> {
        leaks::warnings(self, targets)
    }
}
