//! Train rows on their way through the steps.

use midfuse_base::Target;

/// What a step is fitted on: rows of the train view as the steps before it left them.
#[derive(Debug)]
pub struct StepTrain<'a> {
    /// Names of the columns.
    pub names: &'a [String],
    /// Rows, all of one width; NaN where a number is missing.
    pub rows: &'a [Vec<f64>],
    /// The target of each row.
    pub targets: &'a [Target],
}

impl StepTrain<'_> {
    /// The numbers of each column that are there, in the order of the rows.
    pub(super) fn columns(&self) -> Vec<Vec<f64>> {
        self.observed(|_, value| value)
    }

    /// `of` each number that is there and its row, by column.
    pub(in crate::transform) fn observed<T>(&self, of: impl Fn(usize, f64) -> T) -> Vec<Vec<T>> {
        let mut columns: Vec<Vec<T>> = self.names.iter().map(|_| Vec::new()).collect();
        for (i, row) in self.rows.iter().enumerate() {
            for (&value, column) in row.iter().zip(&mut columns) {
                if !value.is_nan() {
                    column.push(of(i, value));
                }
            }
        }
        columns
    }

    /// The name of a column.
    pub(super) fn name(&self, column: usize) -> String {
        self.names.get(column).cloned().unwrap_or_default()
    }

    /// The first number that is not `admitted`, with the name of its column.
    pub(super) fn first_not(&self, admitted: impl Fn(f64) -> bool) -> Option<(String, f64)> {
        self.rows.iter().find_map(|row| {
            let at = row.iter().position(|&x| !x.is_nan() && !admitted(x))?;
            Some((self.name(at), row.get(at).copied()?))
        })
    }
}
