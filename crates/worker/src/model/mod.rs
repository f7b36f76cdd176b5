//! From the section of a study file to a model.

mod encoder;
mod prune;
mod registry;
mod resolve;
mod section;
mod strategy;
mod training;

pub use encoder::DynEncoder;
pub(crate) use prune::keep_used;
pub(crate) use registry::Registry;
pub(crate) use section::ModelSection;
pub(crate) use strategy::StrategyModel;
pub(crate) use training::{ClassWeights, Training};
