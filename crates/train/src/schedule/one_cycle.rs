//! One rise and one long fall.
//!
//! **Paper**: Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large
//! Learning Rates", 2018 (arXiv 1708.07120). **Reference implementation**:
//! `torch.optim.lr_scheduler.OneCycleLR(anneal_strategy="cos")`.
//!
//! `NOTE[DIFF]`: the rise is the warm-up, so `pct_start` is `warmup`, whose default is 0.1 and not
//! 0.3. `NOTE[DIFF]`: momentum does not cycle, as with `cycle_momentum=False`.

use std::f64::consts::PI;

use midfuse_base::{OptionInfo, Options, Validate, options};
use serde::{Deserialize, Serialize};

use super::{At, Schedule};
use crate::Result;
use crate::named::Named;

/// Half a cosine up from `lr / div_factor` to `lr` over the warm-up, and one down to
/// `lr / div_factor / final_div_factor` at the epoch limit.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneCycle {
    /// The first learning rate is `lr` divided by this.
    #[option(default = 25.0, range = 1.0..=1e6, source = "PyTorch")]
    pub div_factor: f64,
    /// The last learning rate is the first divided by this.
    #[option(default = 1e4, range = 1.0..=1e6, source = "PyTorch")]
    pub final_div_factor: f64,
}

impl Named for OneCycle {
    fn name(&self) -> &'static str {
        "one-cycle"
    }

    fn summary(&self) -> &'static str {
        "half a cosine up to `lr` over the warm-up, and one down far below the start"
    }

    fn validate(&self) -> Result<()> {
        Ok(self.check_options(Validate::new("OneCycle"))?)
    }

    fn describe(&self) -> Vec<OptionInfo> {
        Self::options()
    }
}

impl Schedule for OneCycle {
    fn after(&self, lr: f64, at: At) -> f64 {
        let end = lr / self.div_factor / self.final_div_factor;
        // The last step of the rise is the first of the fall.
        let behind = (at.step + 1).saturating_sub(at.warmup_steps) as f64;
        let steps = at.n_steps.saturating_sub(at.warmup_steps).max(1) as f64;
        half_cosine(lr, end, behind / steps)
    }

    fn warm_up(&self, lr: f64, at: At) -> f64 {
        match at.warmup_steps {
            0 | 1 => lr,
            n => half_cosine(lr / self.div_factor, lr, at.step as f64 / (n - 1) as f64),
        }
    }
}

/// From `start` to `end` while `part` goes from 0 to 1.
fn half_cosine(start: f64, end: f64, part: f64) -> f64 {
    end + (start - end) * 0.5 * (1.0 + (PI * part).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_ends_the_warm_up() {
        let cycle = OneCycle {
            div_factor: 2.0,
            final_div_factor: 2.0,
        };
        let at = |step| At {
            step,
            warmup_steps: 3,
            n_steps: 7,
        };
        let up: Vec<f64> = (0..3).map(|step| cycle.warm_up(4.0, at(step))).collect();
        assert!((up[0] - 2.0).abs() < 1e-12 && (up[1] - 3.0).abs() < 1e-12);
        assert!((up[2] - 4.0).abs() < 1e-12);
        assert!((cycle.after(4.0, at(4)) - 2.5).abs() < 1e-12);
        assert!((cycle.after(4.0, at(6)) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn factors_below_one_are_refused() {
        for cycle in [
            OneCycle::default().with_div_factor(0.5),
            OneCycle::default().with_final_div_factor(f64::NAN),
        ] {
            assert!(cycle.validate().is_err(), "{cycle:?}");
        }
    }
}
