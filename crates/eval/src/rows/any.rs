//! Data whose structure is known at run time only.

use crate::structure::{Crossed, Grouped, GroupedTimed, Iid, Structure, Timed};

use super::{Data, Rows, RowsError};

/// Data of a structure that is known at run time only: from a cohort's declaration.
///
/// [`AnyData::visit`] hands it to code that is generic over the structure, so the typed loops and
/// views serve a program that reads its cohort from a file.
#[derive(Debug)]
pub enum AnyData {
    /// Independent rows.
    Iid(Data<Iid>),
    /// Rows in groups.
    Grouped(Data<Grouped>),
    /// Rows in time.
    Timed(Data<Timed>),
    /// Rows in groups and in time.
    GroupedTimed(Data<GroupedTimed>),
    /// Rows in groups on several axes.
    Crossed(Data<Crossed>),
}

/// Evaluates an expression on [`AnyData`], with the [`Data`] of its structure under a name: the
/// shortest way into code that is generic over the structure.
///
/// ```
/// use midfuse_base::{Targets, Task};
/// use midfuse_eval::on_data;
/// use midfuse_eval::rows::{AnyData, Rows};
///
/// let ids = vec!["a".to_owned(), "b".to_owned()];
/// let rows = Rows::new(ids, Task::Regression, Targets::Value(vec![0.0, 1.0]))?;
/// assert_eq!(on_data!(AnyData::new(rows)?, data => data.len()), 2);
/// # Ok::<(), midfuse_eval::rows::RowsError>(())
/// ```
#[macro_export]
macro_rules! on_data {
    ($any:expr, $data:ident => $body:expr) => {
        match $any {
            $crate::rows::AnyData::Iid($data) => $body,
            $crate::rows::AnyData::Grouped($data) => $body,
            $crate::rows::AnyData::Timed($data) => $body,
            $crate::rows::AnyData::GroupedTimed($data) => $body,
            $crate::rows::AnyData::Crossed($data) => $body,
        }
    };
}

/// Code that runs on data of any structure.
pub trait OnData {
    /// What it gives back.
    type Output;

    /// Runs on the data.
    fn call<S: Structure>(self, data: Data<S>) -> Self::Output;
}

impl AnyData {
    /// The strictest structure that the rows declare: two or more group axes are `Crossed`, a group
    /// axis and spans are `GroupedTimed`, and so on; rows that declare nothing are `Iid`.
    ///
    /// # Errors
    /// [`RowsError::Structure`] for several group axes together with spans.
    pub fn new(rows: Rows) -> Result<Self, RowsError> {
        match (rows.axes().len(), rows.has_spans()) {
            (0, false) => Data::iid(rows).map(Self::Iid),
            (1, false) => Data::grouped(rows).map(Self::Grouped),
            (0, true) => Data::timed(rows).map(Self::Timed),
            (1, true) => Data::grouped_timed(rows).map(Self::GroupedTimed),
            _ => Data::crossed(rows).map(Self::Crossed),
        }
    }

    /// Runs code that is generic over the structure.
    pub fn visit<V: OnData>(self, visitor: V) -> V::Output {
        crate::on_data!(self, data => visitor.call(data))
    }

    /// Name of the structure.
    pub fn structure(&self) -> &'static str {
        match self {
            Self::Iid(_) => Iid::NAME,
            Self::Grouped(_) => Grouped::NAME,
            Self::Timed(_) => Timed::NAME,
            Self::GroupedTimed(_) => GroupedTimed::NAME,
            Self::Crossed(_) => Crossed::NAME,
        }
    }
}
