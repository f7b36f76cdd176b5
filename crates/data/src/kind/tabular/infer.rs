//! Whether a column is numeric or categorical.

use crate::error::Result;
use crate::table::{ColumnType, Profile, Table};

/// Positions of the columns of a table, by inferred type.
#[derive(Debug, Default)]
pub(super) struct Inferred {
    pub(super) numeric: Vec<usize>,
    pub(super) categorical: Vec<usize>,
}

/// One pass: a column is numeric if every cell that is not missing is a number, and categorical if few are.
///
/// In between lie slips of the pen and numbers in another dress (`1,5`, `35%`): to read them as thousands of
/// categories would hide the numbers. `categorical` says which columns are categorical whatever is in them.
///
/// # Errors
/// [`Defect::WrongDtype`](crate::Defect::WrongDtype) with the cells and the options that make them readable: where half
/// or more of the cells are numbers but for their dress, where they are dates, and where nearly every one is a
/// category of its own.
pub(super) fn infer(
    table: &Table,
    columns: &[usize],
    categorical: impl Fn(&str) -> bool,
) -> Result<Inferred> {
    let mut inferred = Inferred::default();
    for column in Profile::of(table, columns)?.columns {
        let found = if categorical(&column.name) {
            Ok(ColumnType::Categorical)
        } else {
            column.inferred()
        };
        match found {
            Ok(ColumnType::Numeric) => inferred.numeric.push(column.at),
            Ok(ColumnType::Categorical) => inferred.categorical.push(column.at),
            Err(refused) => return Err(column.refusal(table, &refused)),
        }
    }
    Ok(inferred)
}
