//! A learning rate that stays: `torch.optim.lr_scheduler.ConstantLR(factor=1)`.

use serde::{Deserialize, Serialize};

use super::{At, Schedule};
use crate::Result;
use crate::named::Named;

/// The learning rate stays at `lr`; it has no options.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {}

impl Named for Constant {
    fn name(&self) -> &'static str {
        "constant"
    }

    fn summary(&self) -> &'static str {
        "stays at `lr`"
    }

    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

impl Schedule for Constant {
    fn after(&self, lr: f64, _at: At) -> f64 {
        lr
    }
}
