//! The learning rate by step: one file per schedule.
//!
//! Every run may warm up first, over the part `warmup` of its steps; a [`Schedule`] says how the
//! learning rate goes after that.
//!
//! **Reference implementation**: PyTorch's `SequentialLR` of `LinearLR(start_factor=1/w,
//! total_iters=w-1)` for `w` warm-up steps and the scheduler that each file names; the golden test
//! compares every step (`tools/golden/train_schedules.py`).

mod constant;
mod cosine;
mod linear;
mod one_cycle;
mod step;

use std::sync::Arc;

use midfuse_base::{OptionKind, OptionValue};

use crate::config::TrainConfig;
use crate::named::{Chosen, Named};
use crate::registry::Members;

pub use constant::Constant;
pub use cosine::Cosine;
pub use linear::Linear;
pub use one_cycle::OneCycle;
pub use step::Step;

/// The schedules that midfuse brings.
pub(crate) fn built_in() -> Members<dyn Schedule> {
    let mut members = Members::new("schedule");
    members.insert(Constant::default());
    members.insert(Cosine::default());
    members.insert(Linear::default());
    members.insert(Step::default());
    members.insert(OneCycle::default());
    members
}

/// How the learning rate goes: what a study file names, and its options.
pub trait Schedule: Named {
    /// The learning rate of a step after the warm-up, where `lr` is the one that it ended with.
    fn after(&self, lr: f64, at: At) -> f64;

    /// The learning rate of a step of the warm-up, towards `lr`; linear unless a schedule says
    /// otherwise. The last of `warmup_steps` has `lr`.
    fn warm_up(&self, lr: f64, at: At) -> f64 {
        lr * (at.step + 1) as f64 / at.warmup_steps as f64
    }
}

/// A step of a run; all three count from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The step, from 0.
    pub step: usize,
    /// Steps of the warm-up.
    pub warmup_steps: usize,
    /// Steps up to the epoch limit, the warm-up among them.
    pub n_steps: usize,
}

impl At {
    /// Which part of the steps after the warm-up lies behind: 0 at the first of them.
    pub fn progress(&self) -> f64 {
        let left = self.n_steps.saturating_sub(self.warmup_steps).max(1);
        self.step.saturating_sub(self.warmup_steps) as f64 / left as f64
    }
}

impl<C: Schedule + 'static> From<C> for Chosen<dyn Schedule> {
    fn from(schedule: C) -> Self {
        Self(Arc::new(schedule))
    }
}

impl OptionValue for Chosen<dyn Schedule> {
    fn kind() -> OptionKind {
        built_in().kind()
    }
}

/// The learning rate of each step of a run.
#[derive(Debug, Clone)]
pub(crate) struct LearningRate {
    lr: f64,
    schedule: Chosen<dyn Schedule>,
    warmup_steps: usize,
    n_steps: usize,
}

impl LearningRate {
    /// For a run of `n_steps` steps in all.
    pub(crate) fn new(config: &TrainConfig, n_steps: usize) -> Self {
        Self {
            lr: config.lr,
            schedule: config.schedule.clone(),
            warmup_steps: (config.warmup * n_steps as f64).ceil() as usize,
            n_steps,
        }
    }

    /// The learning rate of this step, from 0.
    pub(crate) fn at(&self, step: usize) -> f64 {
        let at = At {
            step,
            warmup_steps: self.warmup_steps,
            n_steps: self.n_steps,
        };
        if step < self.warmup_steps {
            self.schedule.warm_up(self.lr, at)
        } else {
            self.schedule.after(self.lr, at)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Registry;
    use serde_json::Value;

    fn at(config: &TrainConfig, step: usize) -> f64 {
        LearningRate::new(config, 20).at(step)
    }

    #[test]
    fn warm_up_then_half_a_cosine() {
        let config = TrainConfig::new(1).with_lr(2.0).with_warmup(0.2);
        let expected = [(0, 0.5), (3, 2.0), (4, 2.0), (12, 1.0), (20, 0.0)];
        for (step, lr) in expected {
            assert!((at(&config, step) - lr).abs() < 1e-12, "step {step}");
        }
    }

    #[test]
    fn every_step_equals_pytorch() {
        let golden = include_str!("../../tests/golden/run.json");
        let golden: Value = serde_json::from_str(golden).unwrap();
        let expected = golden["learning_rates"].as_array().unwrap();
        let config = TrainConfig::new(1).with_lr(0.1).with_warmup(0.3);
        let rate = LearningRate::new(&config, expected.len());
        for (step, lr) in expected.iter().enumerate() {
            assert!(
                (rate.at(step) - lr.as_f64().unwrap()).abs() < 1e-12,
                "step {step}"
            );
        }
    }

    #[test]
    fn every_schedule_equals_pytorch_at_every_step() {
        let golden = include_str!("../../tests/golden/schedules.json");
        let golden: Value = serde_json::from_str(golden).unwrap();
        let registry = Registry::built_in();
        let mut left: Vec<&str> = registry.schedules().map(|one| one.name()).collect();
        for case in golden["cases"].as_array().unwrap() {
            let fields = case["training"].as_object().unwrap();
            let config = registry.read(fields).unwrap();
            config.validate().unwrap();
            left.retain(|name| *name != config.schedule.name());
            let expected = case["learning_rates"].as_array().unwrap();
            let rate = LearningRate::new(&config, expected.len());
            for (step, lr) in expected.iter().enumerate() {
                let (ours, theirs) = (rate.at(step), lr.as_f64().unwrap());
                let tolerance = golden["tolerance"].as_f64().unwrap();
                assert!(
                    (ours - theirs).abs() <= tolerance * theirs.abs(),
                    "{fields:?}, step {step}: {ours} {theirs}"
                );
            }
        }
        assert!(left.is_empty(), "schedules without a golden: {left:?}");
    }

    #[test]
    fn constant_without_warm_up() {
        let config = TrainConfig::new(1)
            .with_lr(2.0)
            .with_warmup(0.0)
            .with_schedule(Constant::default());
        assert!((at(&config, 0) - 2.0).abs() < 1e-12);
        assert!((at(&config, 19) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_warm_up_of_all_steps_stays_finite() {
        for schedule in Registry::built_in().schedules() {
            let config = TrainConfig::new(1)
                .with_warmup(0.999)
                .with_schedule(schedule.clone());
            assert!((0..=20).all(|step| at(&config, step).is_finite()));
        }
    }
}
