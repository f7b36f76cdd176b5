//! Views: rows of one fold in one role, which can be mixed up neither with another fold nor with
//! another role.

mod branded;
mod fit_rows;
mod role;
mod seen;

pub use branded::View;
pub(crate) use branded::{Brand, Division, divide};
pub use fit_rows::{FitRows, MissingRow, TrainTable};
pub use role::{Role, Test, Train, Valid};
pub(crate) use seen::Seen;
