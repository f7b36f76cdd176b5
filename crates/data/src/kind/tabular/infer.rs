//! Whether a column is numeric or categorical.

use crate::error::{Defect, Result, Row, quoted};
use crate::table::Table;

/// Positions of the columns of a table, by inferred type.
#[derive(Debug, Default)]
pub(super) struct Inferred {
    pub(super) numeric: Vec<usize>,
    pub(super) categorical: Vec<usize>,
}

/// What a pass over the table found in one column.
#[derive(Clone, Default)]
struct Found {
    numbers: u64,
    others: u64,
    /// The first cell that is not a number.
    first_other: Option<(Row, String)>,
}

/// One pass: a column is numeric if every cell that is not missing is a number, else categorical.
///
/// A column of numbers with a few other cells is neither: that is a slip of the pen (`12a`, `1,5`),
/// and reading it as thousands of categories would hide it. `categorical` says which columns are
/// categorical whatever is in them.
///
/// # Errors
/// [`Defect::WrongDtype`] with the row of the first other cell where at least nine cells in ten are
/// numbers.
pub(super) fn infer(
    table: &Table,
    columns: &[usize],
    categorical: impl Fn(&str) -> bool,
) -> Result<Inferred> {
    let mut found = vec![Found::default(); columns.len()];
    table.for_each(columns, |row, cells| {
        for (found, cell) in found.iter_mut().zip(cells) {
            if cell.is_missing() {
                continue;
            }
            if cell.is_number() {
                found.numbers += 1;
            } else {
                found.others += 1;
                found.first_other.get_or_insert_with(|| {
                    (
                        row,
                        cell.text()
                            .map(std::borrow::Cow::into_owned)
                            .unwrap_or_default(),
                    )
                });
            }
        }
        Ok(())
    })?;
    let mut inferred = Inferred::default();
    for (&column, found) in columns.iter().zip(found) {
        let name = table.columns().get(column).map_or("", String::as_str);
        match found.first_other {
            _ if categorical(name) => inferred.categorical.push(column),
            None => inferred.numeric.push(column),
            Some((row, text)) if found.numbers >= 9 * found.others => {
                return Err(table.cell_error(
                    Defect::WrongDtype,
                    row,
                    column,
                    format!(
                        "{} is not a number, and nearly every other cell is one",
                        quoted(&text)
                    ),
                    "correct the cell, empty it, or declare the column as categorical",
                ));
            }
            Some(_) => inferred.categorical.push(column),
        }
    }
    Ok(inferred)
}
