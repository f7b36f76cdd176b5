//! Adam with decoupled weight decay.
//!
//! **Paper**: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.
//! **Reference implementation**: `torch.optim.AdamW(fused=True)`; the step is [`FusedAdamW`].

use midfuse_core::Validate;
use midfuse_torch::optim::{AdamWNumbers, FusedAdamW};
use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::{Group, Optimizer, OptimizerConfig, Params, State};
use crate::Result;
use crate::named::Named;

/// Configuration of AdamW; the learning rate is that of the schedule.
///
/// | Field | Default | Range |
/// |---|---|---|
/// | [`weight_decay`](Self::weight_decay) | `1e-2` | `>= 0` |
/// | [`beta1`](Self::beta1), [`beta2`](Self::beta2) | 0.9, 0.999 | `[0, 1)` |
/// | [`eps`](Self::eps) | `1e-8` | `> 0` |
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdamWConfig {
    /// Decoupled weight decay: weights shrink by `lr * weight_decay` a step; default `1e-2`
    /// (PyTorch's).
    pub weight_decay: f64,
    /// Decay of the first moment; default 0.9 (PyTorch's).
    pub beta1: f64,
    /// Decay of the second moment; default 0.999 (PyTorch's).
    pub beta2: f64,
    /// Added to the root of the second moment; default `1e-8` (PyTorch's).
    pub eps: f64,
}

impl Default for AdamWConfig {
    fn default() -> Self {
        Self {
            weight_decay: 1e-2,
            beta1: 0.9,
            beta2: 0.999,
            eps: 1e-8,
        }
    }
}

impl AdamWConfig {
    /// Sets the weight decay.
    #[must_use]
    pub fn with_weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
        self
    }
}

impl Named for AdamWConfig {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn summary(&self) -> &'static str {
        "Adam with decoupled weight decay, in one fused kernel"
    }

    fn validate(&self) -> Result<()> {
        let check = Validate::new("AdamWConfig");
        check.non_negative("weight_decay", self.weight_decay)?;
        check.probability("beta1", self.beta1)?;
        check.probability("beta2", self.beta2)?;
        check.above_zero("eps", self.eps)?;
        Ok(())
    }
}

impl OptimizerConfig for AdamWConfig {
    fn init(&self, params: &Params) -> Result<Box<dyn Optimizer>> {
        self.validate()?;
        Ok(Box::new(AdamW {
            config: self.clone(),
            groups: params.groups().map(|group| {
                let adamw = FusedAdamW::new(group.tensors());
                (group, adamw)
            }),
        }))
    }
}

/// AdamW over the parameters of a model: first and second moments, and counts of steps.
#[derive(Debug)]
pub struct AdamW {
    config: AdamWConfig,
    groups: [(Group, FusedAdamW); 2],
}

impl Optimizer for AdamW {
    fn step(&mut self, lr: f64) -> Result<()> {
        for (group, adamw) in &mut self.groups {
            adamw.step(&AdamWNumbers {
                lr,
                beta1: self.config.beta1,
                beta2: self.config.beta2,
                eps: self.config.eps,
                weight_decay: group.weight_decay(self.config.weight_decay),
            })?;
        }
        Ok(())
    }

    fn state(&self) -> Vec<(String, Tensor)> {
        let mut state = Vec::new();
        for (number, (group, adamw)) in self.groups.iter().enumerate() {
            state.extend(group.label("exp_avg", adamw.exp_avgs()));
            state.extend(group.label("exp_avg_sq", adamw.exp_avg_sqs()));
            state.push((format!("steps.{number}"), Tensor::from_slice(adamw.steps())));
        }
        state
    }

    fn restore(&mut self, mut state: State<'_>) -> Result<()> {
        for (group, adamw) in &mut self.groups {
            let (exp_avgs, exp_avg_sqs) = (state.list(group.len()), state.list(group.len()));
            adamw.restore(&exp_avgs, &exp_avg_sqs, &state.counts())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_is_checked() {
        let wrong: [fn(&mut AdamWConfig); 4] = [
            |c| c.weight_decay = -0.1,
            |c| c.beta1 = 1.0,
            |c| c.beta2 = 1.0,
            |c| c.eps = 0.0,
        ];
        assert!(AdamWConfig::default().validate().is_ok());
        for spoil in wrong {
            let mut config = AdamWConfig::default();
            spoil(&mut config);
            let message = config.validate().unwrap_err().to_string();
            assert!(message.starts_with("AdamWConfig."), "{message}");
        }
    }
}
