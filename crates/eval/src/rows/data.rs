//! Rows with a structure.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::structure::{Crossed, Grouped, GroupedTimed, Iid, Structure, Timed};

use super::table::Table;
use super::{Rows, RowsError};

/// A cohort's rows and the claim how they depend on one another.
///
/// The constructor reads as the claim: `Data::iid(rows)` says that no two rows share a patient, a
/// place or a time. Types cannot know whether that is true, so a report prints it. There is no copy,
/// so that rows which are sealed are not developed on beside it.
#[derive(Debug)]
pub struct Data<S: Structure> {
    table: Arc<Table>,
    structure: PhantomData<S>,
}

impl<S: Structure> Data<S> {
    fn claim(rows: Rows, axes: AxisCount, spans: bool) -> Result<Self, RowsError> {
        let n_axes = rows.axes().len();
        if axes.allows(n_axes) && rows.has_spans() == spans {
            let table = Arc::new(rows.into_table());
            return Ok(Self {
                table,
                structure: PhantomData,
            });
        }
        Err(RowsError::Structure {
            structure: S::NAME,
            needs: match (axes, spans) {
                (AxisCount::None, false) => "no group axis and no spans",
                (AxisCount::None, true) => "no group axis, and spans",
                (AxisCount::One, false) => "one group axis and no spans",
                (AxisCount::One, true) => "one group axis and spans",
                (AxisCount::Several, _) => "two or more group axes and no spans",
            },
            declared: format!(
                "{n_axes} group axes and {} spans",
                if rows.has_spans() { "have" } else { "no" }
            ),
            mend: "claim the structure that the rows declare, or declare less and say why",
        })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Never true: rows without a row cannot be made.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Name of the claimed structure, for the report.
    pub fn structure(&self) -> &'static str {
        S::NAME
    }

    pub(crate) fn table(&self) -> &Arc<Table> {
        &self.table
    }
}

impl Data<Iid> {
    /// Claims that the rows are independent.
    ///
    /// # Errors
    /// [`RowsError::Structure`] if the rows declare groups or spans.
    pub fn iid(rows: Rows) -> Result<Self, RowsError> {
        Self::claim(rows, AxisCount::None, false)
    }
}

impl Data<Grouped> {
    /// Claims that rows depend on one another within their groups only.
    ///
    /// # Errors
    /// [`RowsError::Structure`] unless the rows declare one group axis and no spans.
    pub fn grouped(rows: Rows) -> Result<Self, RowsError> {
        Self::claim(rows, AxisCount::One, false)
    }
}

impl Data<Timed> {
    /// Claims that rows depend on one another through time only.
    ///
    /// # Errors
    /// [`RowsError::Structure`] unless the rows declare spans and no groups.
    pub fn timed(rows: Rows) -> Result<Self, RowsError> {
        Self::claim(rows, AxisCount::None, true)
    }
}

impl Data<GroupedTimed> {
    /// Claims that rows depend on one another within groups and through time.
    ///
    /// # Errors
    /// [`RowsError::Structure`] unless the rows declare one group axis and spans.
    pub fn grouped_timed(rows: Rows) -> Result<Self, RowsError> {
        Self::claim(rows, AxisCount::One, true)
    }
}

impl Data<Crossed> {
    /// Claims that rows depend on one another through several axes of groups.
    ///
    /// # Errors
    /// [`RowsError::Structure`] unless the rows declare two or more group axes and no spans.
    pub fn crossed(rows: Rows) -> Result<Self, RowsError> {
        Self::claim(rows, AxisCount::Several, false)
    }
}

/// How many group axes a structure has.
#[derive(Debug, Clone, Copy)]
enum AxisCount {
    None,
    One,
    Several,
}

impl AxisCount {
    fn allows(self, n: usize) -> bool {
        match self {
            Self::None => n == 0,
            Self::One => n == 1,
            Self::Several => n >= 2,
        }
    }
}
