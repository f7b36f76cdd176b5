//! Strategies: how the modalities of a row become one prediction. One file each.

mod early;
mod early_raw;
mod fusion;
mod late;
mod parts;
mod single;

use std::fmt::Debug;

use midfuse_base::OptionInfo;
use midfuse_base::catalogue::Needs;
use midfuse_core::Model;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tch::nn;

use crate::Result;
use crate::modality::{AnyInput, FieldValues};

pub(crate) use early::Early;
pub(crate) use early_raw::EarlyRaw;
pub(crate) use fusion::Fused;
pub(crate) use late::Late;
pub use parts::Parts;
pub(crate) use single::Single;

/// Width of a fused vector, unless the study file says otherwise.
pub(crate) const D_FUSED: i64 = 64;

/// The config of a way from the modalities of a row to one prediction.
///
/// Where modalities meet in one vector, implement [`Fusion`](midfuse_core::Fusion) instead: every
/// fusion is a strategy. A strategy is for what no fusion can be: it may look into encoders, take
/// raw features, or end in predictions.
///
/// A study file writes the fields of the config; what it leaves out comes from the config that is
/// registered, and [`FROM_DATA`](Self::FROM_DATA) from the data.
pub trait Strategy: Clone + Debug + Serialize + DeserializeOwned {
    /// What [`build`](Self::build) builds.
    type Model: Model<Batch = Vec<AnyInput>> + 'static;

    /// What it needs: encoders or raw features, and of how many modalities.
    const NEEDS: Needs;

    /// Names of the fields that come from the data and the encoders; a study file that writes one of
    /// them is refused.
    const FROM_DATA: &'static [&'static str] = &[];

    /// True where it builds heads of its own, from options that a head has: then those of the
    /// section `head` are their defaults.
    const OWN_HEADS: bool = false;

    /// What its options mean and which values they take, as `midfuse models` shows them: those of
    /// [`options`](macro@midfuse_base::options). Without it they are listed by name and default.
    fn describe() -> Vec<OptionInfo> {
        Vec::new()
    }

    /// The option that makes a job take less memory, with values below the one of `self`, largest
    /// first: what a study that does not fit is told to set.
    fn smaller(&self) -> Option<FieldValues> {
        None
    }

    /// Values of the fields [`FROM_DATA`](Self::FROM_DATA). In `self` they are still those of the
    /// registered config; all others are as the study file has them.
    ///
    /// # Errors
    /// [`Error::Section`](crate::Error::Section) by the name of a field that does not fit the
    /// encoders.
    #[expect(
        clippy::wrong_self_convention,
        reason = "fields that come from the data, not a conversion"
    )]
    fn from_data(&self, parts: &Parts) -> Result<Map<String, Value>> {
        let _ = parts;
        Ok(Map::new())
    }

    /// Creates the parameters under `vs`, where those of the encoders lie below `encoders`, and
    /// returns the model. Every field of `self` has its value.
    ///
    /// # Errors
    /// [`Error::Core`](crate::Error::Core) for a field that is out of its range.
    fn build(&self, parts: Parts, vs: &nn::Path<'_>) -> Result<Self::Model>;
}
