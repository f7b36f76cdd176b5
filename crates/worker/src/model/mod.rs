//! From the section of a study file to a model.

mod assemble;
mod encoder;
mod prune;
mod section;

pub(crate) use assemble::StrategyModel;
pub use encoder::DynEncoder;
pub(crate) use encoder::Erased;
pub(crate) use prune::keep_used;
pub(crate) use section::{ClassWeights, ModelSection, Training};
