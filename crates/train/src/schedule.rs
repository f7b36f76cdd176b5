//! The learning rate of a step.
//!
//! **Reference implementation**: PyTorch's `SequentialLR` of `LinearLR(start_factor=1/w,
//! total_iters=w-1)` and `CosineAnnealingLR(T_max=n-w)`, for `w` warm-up steps of `n`.

use std::f64::consts::PI;

use crate::config::{Schedule, TrainConfig};

/// The learning rate by step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LearningRate {
    lr: f64,
    shape: Schedule,
    warmup_steps: usize,
    n_steps: usize,
}

impl LearningRate {
    /// For a run of `n_steps` steps in all.
    pub(crate) fn new(config: &TrainConfig, n_steps: usize) -> Self {
        Self {
            lr: config.lr,
            shape: config.schedule,
            warmup_steps: (config.warmup * n_steps as f64).ceil() as usize,
            n_steps,
        }
    }

    /// The learning rate of this step, from 0.
    pub(crate) fn at(&self, step: usize) -> f64 {
        if step < self.warmup_steps {
            return self.lr * (step + 1) as f64 / self.warmup_steps as f64;
        }
        match self.shape {
            Schedule::Constant => self.lr,
            Schedule::Cosine => {
                let left = self.n_steps.saturating_sub(self.warmup_steps).max(1);
                let progress = (step - self.warmup_steps) as f64 / left as f64;
                self.lr * 0.5 * (1.0 + (PI * progress).cos())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(config: &TrainConfig, step: usize) -> f64 {
        LearningRate::new(config, 20).at(step)
    }

    #[test]
    fn warm_up_then_half_a_cosine() {
        let config = TrainConfig::new(1)
            .with_lr(2.0)
            .with_schedule(0.2, Schedule::Cosine);
        let expected = [(0, 0.5), (3, 2.0), (4, 2.0), (12, 1.0), (20, 0.0)];
        for (step, lr) in expected {
            assert!((at(&config, step) - lr).abs() < 1e-12, "step {step}");
        }
    }

    #[test]
    fn every_step_equals_pytorch() {
        let golden = include_str!("../tests/golden/run.json");
        let golden: serde_json::Value = serde_json::from_str(golden).unwrap();
        let expected = golden["learning_rates"].as_array().unwrap();
        let config = TrainConfig::new(1)
            .with_lr(0.1)
            .with_schedule(0.3, Schedule::Cosine);
        let rate = LearningRate::new(&config, expected.len());
        for (step, lr) in expected.iter().enumerate() {
            assert!(
                (rate.at(step) - lr.as_f64().unwrap()).abs() < 1e-12,
                "step {step}"
            );
        }
    }

    #[test]
    fn constant_without_warm_up() {
        let config = TrainConfig::new(1)
            .with_lr(2.0)
            .with_schedule(0.0, Schedule::Constant);
        assert!((at(&config, 0) - 2.0).abs() < 1e-12);
        assert!((at(&config, 19) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_warm_up_of_all_steps_stays_finite() {
        let config = TrainConfig::new(1).with_schedule(0.999, Schedule::Cosine);
        assert!((0..=20).all(|step| at(&config, step).is_finite()));
    }
}
