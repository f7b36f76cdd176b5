//! Config, init, module: how everything with parameters is declared.

use std::borrow::Borrow;
use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tch::nn;

use crate::Result;

/// The serialisable description of a module with parameters.
///
/// Public fields, `new(required)`, `with_<option>(value)`, named presets, and
/// `#[serde(deny_unknown_fields)]`, so that a misspelt key in a study file is an error.
pub trait Config: Clone + Debug + Serialize + DeserializeOwned {
    /// What [`init`](Self::init) builds.
    type Module;

    /// Checks every field.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) names the first field that is out of its range.
    fn validate(&self) -> Result<()>;

    /// Creates the parameters under `vs` and returns the module. Device and dtype are those of the
    /// path; initial values come from libtorch's generator.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) as [`validate`](Self::validate).
    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<Self::Module>;
}
