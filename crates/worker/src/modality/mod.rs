//! From a modality of the cohort to what an encoder takes.

mod fitted;
mod image;
mod input;
mod select;
mod sequence;
mod sizes;
mod tabular;
mod text;

pub(crate) use fitted::Fitted;
pub use input::{AnyInput, Modality};
pub(crate) use select::select_rows;
pub(crate) use sizes::Sizes;
pub(crate) use text::TextOptions;
