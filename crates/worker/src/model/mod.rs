//! From the section of a study file to a model.

mod assemble;
mod encoder;
mod head;
mod members;
mod prune;
mod section;
mod training;

pub(crate) use assemble::StrategyModel;
pub use encoder::DynEncoder;
pub(crate) use encoder::Erased;
pub(crate) use head::HeadSection;
pub(crate) use members::Members;
pub(crate) use prune::keep_used;
pub(crate) use section::ModelSection;
pub(crate) use training::{ClassWeights, Training};
