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
        match self {
            Self::Iid(data) => visitor.call(data),
            Self::Grouped(data) => visitor.call(data),
            Self::Timed(data) => visitor.call(data),
            Self::GroupedTimed(data) => visitor.call(data),
            Self::Crossed(data) => visitor.call(data),
        }
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
