//! Decay at milestones: `torch.optim.lr_scheduler.MultiStepLR`.
//!
//! `NOTE[DIFF]`: milestones are parts of the whole run, the warm-up included, where PyTorch counts
//! epochs: so they stay where they are when the epoch limit changes.

use midfuse_base::{OptionInfo, Options, Validate, options};
use serde::{Deserialize, Serialize};

use super::{At, Schedule};
use crate::Result;
use crate::named::Named;

/// The learning rate falls at each milestone, and stays between them.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Parts of all steps up to the epoch limit, warm-up included, after which the learning rate
    /// falls.
    #[option(default = [0.5, 0.75], range = above_zero, rule = "below 1, in ascending order", source = "ResNet on CIFAR-10: He et al., CVPR 2016")]
    pub milestones: Vec<f64>,
    /// What the learning rate is multiplied with at each milestone.
    #[option(default = 0.1, range = above_zero, rule = "below 1", source = "PyTorch")]
    pub gamma: f64,
}

impl Named for Step {
    fn name(&self) -> &'static str {
        "step"
    }

    fn summary(&self) -> &'static str {
        "falls by a factor at each of several milestones"
    }

    fn validate(&self) -> Result<()> {
        let check = Validate::new("Step");
        self.check_options(check)?;
        check.ensure(
            self.milestones.is_sorted_by(|a, b| a < b) && self.milestones.iter().all(|&m| m < 1.0),
            "milestones",
            "parts of the run below 1 in ascending order",
            &self.milestones,
        )?;
        check.ensure(self.gamma < 1.0, "gamma", "a number below 1", self.gamma)?;
        Ok(())
    }

    fn describe(&self) -> Vec<OptionInfo> {
        Self::options()
    }
}

impl Schedule for Step {
    fn after(&self, lr: f64, at: At) -> f64 {
        let part = at.step as f64 / at.n_steps as f64;
        let passed = self.milestones.iter().filter(|&&m| part >= m).count();
        (0..passed).fold(lr, |lr, _| lr * self.gamma)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falls_at_the_step_of_each_milestone() {
        let step = Step {
            milestones: vec![0.3, 0.55],
            gamma: 0.5,
        };
        let n_steps = 100;
        let lr = |step_number| {
            let at = At {
                step: step_number,
                warmup_steps: 0,
                n_steps,
            };
            step.after(4.0, at)
        };
        let expected = [
            (0, 4.0),
            (29, 4.0),
            (30, 2.0),
            (54, 2.0),
            (55, 1.0),
            (99, 1.0),
        ];
        for (number, expected) in expected {
            assert!((lr(number) - expected).abs() < 1e-12, "step {number}");
        }
    }

    #[test]
    fn milestones_are_checked() {
        for milestones in [
            vec![0.0],
            vec![1.0],
            vec![0.5, 0.5],
            vec![f64::NAN],
            vec![0.7, 0.2],
        ] {
            let step = Step {
                milestones,
                ..Step::default()
            };
            assert!(step.validate().is_err(), "{step:?}");
        }
        for gamma in [0.0, 1.0, -1.0] {
            let step = Step {
                gamma,
                ..Step::default()
            };
            assert!(step.validate().is_err(), "{step:?}");
        }
        let never = Step {
            milestones: Vec::new(),
            ..Step::default()
        };
        assert!(never.validate().is_ok());
    }
}
