//! Adam with decoupled weight decay.
//!
//! **Paper**: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.
//! **Reference implementation**: `torch.optim.AdamW(fused=True)`; the step is [`FusedAdamW`].

use midfuse_base::{OptionInfo, Options, Validate, options};
use midfuse_torch::optim::{AdamWNumbers, FusedAdamW};
use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::{Group, Optimizer, OptimizerConfig, Params, State};
use crate::Result;
use crate::named::Named;

/// Configuration of [`AdamW`]; the learning rate is that of the schedule.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdamWConfig {
    /// Decoupled weight decay: weights shrink by `lr * weight_decay` a step. With a learning rate of
    /// 1e-3, 10 takes a hundredth of every weight each step, and 1e-4 nothing to speak of.
    #[option(default = 0.01, range = non_negative, search = log(1e-4, 10.0), source = "PyTorch")]
    pub weight_decay: f64,
    /// Decay of the first moment.
    #[option(default = 0.9, range = probability, source = "PyTorch")]
    pub beta1: f64,
    /// Decay of the second moment.
    #[option(default = 0.999, range = probability, source = "PyTorch")]
    pub beta2: f64,
    /// Added to the root of the second moment.
    #[option(default = 1e-8, range = above_zero, source = "PyTorch")]
    pub eps: f64,
}

impl Named for AdamWConfig {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn summary(&self) -> &'static str {
        "Adam with decoupled weight decay, in one fused kernel"
    }

    fn validate(&self) -> Result<()> {
        Ok(self.check_options(Validate::new("AdamWConfig"))?)
    }

    fn describe(&self) -> Vec<OptionInfo> {
        Self::options()
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
