//! Rows: what is known of a cohort before a model sees it, with targets kept apart from the rest.

mod any;
mod data;
mod declare;
mod error;
mod set;
mod span;
pub(crate) mod table;

pub use crate::identity::RowHash;
pub use any::{AnyData, OnData};
pub use data::Data;
pub use declare::Rows;
pub use error::RowsError;
pub use set::{GroupAxis, RowSet, Strata};
pub use span::Span;
