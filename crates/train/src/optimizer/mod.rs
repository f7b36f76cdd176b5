//! What updates the weights: one file per optimiser.
//!
//! An optimiser is a config ([`OptimizerConfig`]: options with names, defaults and ranges) that
//! makes an [`Optimizer`] (moments and counts of steps) for the parameters of a model.

mod adamw;
mod params;
mod sgd;
mod state;

use std::sync::Arc;

use midfuse_base::{OptionKind, OptionValue};
use tch::Tensor;

use crate::Result;
use crate::named::{Chosen, Named};
use crate::registry::Members;

pub use adamw::{AdamW, AdamWConfig};
pub use params::{Decay, Group, Params};
pub use sgd::{Sgd, SgdConfig};
pub use state::State;

/// The optimisers that midfuse brings; the first is the default.
pub(crate) fn built_in() -> Members<dyn OptimizerConfig> {
    let mut members = Members::new("optimizer");
    members.insert(AdamWConfig::default());
    members.insert(SgdConfig::default());
    members
}

/// The config of an optimiser: what a study file names, and its options.
pub trait OptimizerConfig: Named {
    /// The optimiser of these parameters, at its start.
    ///
    /// # Errors
    /// [`Error::Core`](crate::Error::Core) if an option is out of its range.
    fn init(&self, params: &Params) -> Result<Box<dyn Optimizer>>;
}

/// An optimiser: it owns everything but the weights that its next step depends on.
pub trait Optimizer: std::fmt::Debug {
    /// One step with this learning rate along the gradients that the parameters hold. A parameter
    /// without gradient stays.
    ///
    /// # Errors
    /// [`Error::Torch`](crate::Error::Torch) if libtorch refuses.
    fn step(&mut self, lr: f64) -> Result<()>;

    /// What the next step depends on, with a name each; names and shapes are the same from the
    /// first step to the last. A checkpoint keeps it.
    fn state(&self) -> Vec<(String, Tensor)>;

    /// Goes on from what [`state`](Self::state) gave, in its order: the next step has the same bits.
    ///
    /// # Errors
    /// [`Error::Torch`](crate::Error::Torch) for tensors of other shapes.
    fn restore(&mut self, state: State<'_>) -> Result<()>;
}

impl<C: OptimizerConfig + 'static> From<C> for Chosen<dyn OptimizerConfig> {
    fn from(config: C) -> Self {
        Self(Arc::new(config))
    }
}

impl OptionValue for Chosen<dyn OptimizerConfig> {
    fn kind() -> OptionKind {
        built_in().kind()
    }
}
