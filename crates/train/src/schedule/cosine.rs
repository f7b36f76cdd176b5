//! Half a cosine.
//!
//! **Paper**: Loshchilov and Hutter, "SGDR", ICLR 2017. **Reference implementation**:
//! `torch.optim.lr_scheduler.CosineAnnealingLR` over the steps after the warm-up.

use std::f64::consts::PI;

use midfuse_core::Validate;
use serde::{Deserialize, Serialize};

use super::{At, Schedule};
use crate::Result;
use crate::named::Named;

/// Half a cosine from `lr` to `end_factor * lr` at the epoch limit.
///
/// | Field | Default | Range |
/// |---|---|---|
/// | [`end_factor`](Self::end_factor) | 0.0 | `[0, 1)` |
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cosine {
    /// Share of `lr` that the cosine falls to; default 0.0 (PyTorch's).
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
        Validate::new("Cosine").probability("end_factor", self.end_factor)?;
        Ok(())
    }
}

impl Schedule for Cosine {
    fn after(&self, lr: f64, at: At) -> f64 {
        let end = lr * self.end_factor;
        end + (lr - end) * 0.5 * (1.0 + (PI * at.progress()).cos())
    }
}
