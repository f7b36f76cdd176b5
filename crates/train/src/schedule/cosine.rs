//! Half a cosine.
//!
//! **Paper**: Loshchilov and Hutter, "SGDR", ICLR 2017. **Reference implementation**:
//! `torch.optim.lr_scheduler.CosineAnnealingLR` over the steps after the warm-up.

use std::f64::consts::PI;

use midfuse_base::{OptionInfo, Options, Validate, options};
use serde::{Deserialize, Serialize};

use super::{At, Schedule};
use crate::Result;
use crate::named::Named;

/// Half a cosine from `lr` to `end_factor * lr` at the epoch limit.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cosine {
    /// Share of `lr` that the learning rate falls to.
    #[option(default = 0.0, range = probability, source = "PyTorch")]
    pub end_factor: f64,
}

impl Named for Cosine {
    fn name(&self) -> &'static str {
        "cosine"
    }

    fn summary(&self) -> &'static str {
        "half a cosine from `lr` towards its end at the epoch limit"
    }

    fn validate(&self) -> Result<()> {
        Ok(self.check_options(Validate::new("Cosine"))?)
    }

    fn describe(&self) -> Vec<OptionInfo> {
        Self::options()
    }
}

impl Schedule for Cosine {
    fn after(&self, lr: f64, at: At) -> f64 {
        let end = lr * self.end_factor;
        end + (lr - end) * 0.5 * (1.0 + (PI * at.progress()).cos())
    }
}
