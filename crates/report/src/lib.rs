//! What a study found: results, the page, clinical figures and the checklist. Builds without
//! libtorch.
#![deny(missing_docs)]

pub mod cells;
pub mod checklist;
pub mod clinical;
mod error;
pub mod page;
mod predictions;
pub mod results;
mod task;

pub use error::{Error, Result};
pub use predictions::{PredictionRow, PredictionTable};
