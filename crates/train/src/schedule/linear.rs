//! A straight line: `torch.optim.lr_scheduler.LinearLR(start_factor=1)` over the steps after the
//! warm-up.
//!
//! `NOTE[DIFF]`: falls to 0 by default, as in Hugging Face's `get_linear_schedule_with_warmup`;
//! PyTorch's default end is the start.

use midfuse_base::{OptionInfo, Options, Validate, options};
use serde::{Deserialize, Serialize};

use super::{At, Schedule};
use crate::Result;
use crate::named::Named;

/// A straight line from `lr` to `end_factor * lr` at the epoch limit.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linear {
    /// Share of `lr` that the learning rate falls to.
    #[option(default = 0.0, range = probability, source = "Hugging Face")]
    pub end_factor: f64,
}

impl Named for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn summary(&self) -> &'static str {
        "a straight line from `lr` towards its end at the epoch limit"
    }

    fn validate(&self) -> Result<()> {
        Ok(self.check_options(Validate::new("Linear"))?)
    }

    fn describe(&self) -> Vec<OptionInfo> {
        Self::options()
    }
}

impl Schedule for Linear {
    fn after(&self, lr: f64, at: At) -> f64 {
        lr * (1.0 + (self.end_factor - 1.0) * at.progress())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_way_is_the_mean_of_both_ends() {
        let at = At {
            step: 6,
            warmup_steps: 2,
            n_steps: 10,
        };
        let linear = Linear { end_factor: 0.5 };
        assert!((linear.after(4.0, at) - 3.0).abs() < 1e-12);
        assert!(Linear { end_factor: 1.0 }.validate().is_err());
    }
}
