//! Stochastic gradient descent with momentum.
//!
//! **Paper**: Sutskever et al., "On the importance of initialization and momentum in deep learning",
//! ICML 2013. **Reference implementation**: `torch.optim.SGD`; the step is [`FusedSgd`].

use midfuse_base::{OptionInfo, Options, Validate, options};
use midfuse_torch::optim::{FusedSgd, SgdNumbers};
use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::{Group, Optimizer, OptimizerConfig, Params, State};
use crate::Result;
use crate::named::Named;

/// Configuration of [`Sgd`]; the learning rate is that of the schedule, and 0.01 to 0.1 is usual.
#[options(new = "SGD with this momentum; 0 for none.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SgdConfig {
    /// Decay of the momentum buffer; 0.9 is usual.
    #[option(default = 0.0, new, range = probability, source = "PyTorch")]
    pub momentum: f64,
    /// Whether a step goes along the gradient and the momentum that follows it.
    #[option(
        default = false,
        source = "PyTorch",
        rule = "true only with `momentum` and without `dampening`"
    )]
    pub nesterov: bool,
    /// Share of each gradient but the first that is kept out of the momentum.
    #[option(default = 0.0, range = probability, source = "PyTorch")]
    pub dampening: f64,
    /// L2 penalty, added to the gradient as `weight_decay * weight`.
    #[option(default = 0.0, range = non_negative, search = log(1e-6, 1e-1), source = "PyTorch")]
    pub weight_decay: f64,
}

impl Named for SgdConfig {
    fn name(&self) -> &'static str {
        "sgd"
    }

    fn summary(&self) -> &'static str {
        "stochastic gradient descent, with or without momentum, in one fused kernel"
    }

    fn validate(&self) -> Result<()> {
        let check = Validate::new("SgdConfig");
        self.check_options(check)?;
        check.ensure(
            !self.nesterov || (self.momentum > 0.0 && self.dampening <= 0.0),
            "nesterov",
            "momentum above 0 and dampening 0, or nesterov = false",
            (self.momentum, self.dampening),
        )?;
        Ok(())
    }

    fn describe(&self) -> Vec<OptionInfo> {
        Self::options()
    }
}

impl OptimizerConfig for SgdConfig {
    fn init(&self, params: &Params) -> Result<Box<dyn Optimizer>> {
        self.validate()?;
        Ok(Box::new(Sgd {
            config: self.clone(),
            groups: params.groups().map(|group| {
                let sgd = FusedSgd::new(group.tensors(), self.momentum > 0.0);
                (group, sgd)
            }),
        }))
    }
}

/// SGD over the parameters of a model: momentum buffers, where there is momentum, and counts of
/// steps.
#[derive(Debug)]
pub struct Sgd {
    config: SgdConfig,
    groups: [(Group, FusedSgd); 2],
}

impl Optimizer for Sgd {
    fn step(&mut self, lr: f64) -> Result<()> {
        for (group, sgd) in &mut self.groups {
            sgd.step(&SgdNumbers {
                lr,
                momentum: self.config.momentum,
                dampening: self.config.dampening,
                weight_decay: group.weight_decay(self.config.weight_decay),
                nesterov: self.config.nesterov,
            })?;
        }
        Ok(())
    }

    fn state(&self) -> Vec<(String, Tensor)> {
        let mut state = Vec::new();
        for (number, (group, sgd)) in self.groups.iter().enumerate() {
            state.extend(group.label("momentum_buffer", sgd.buffers()));
            state.push((format!("steps.{number}"), Tensor::from_slice(sgd.steps())));
        }
        state
    }

    fn restore(&mut self, mut state: State<'_>) -> Result<()> {
        for (_, sgd) in &mut self.groups {
            let buffers = state.list(sgd.buffers().len());
            sgd.restore(&buffers, &state.counts())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_is_checked() {
        let wrong: [fn(&mut SgdConfig); 6] = [
            |c| c.momentum = 1.0,
            |c| c.momentum = -0.1,
            |c| c.dampening = 1.0,
            |c| c.weight_decay = f64::NAN,
            |c| *c = SgdConfig::new(0.0).with_nesterov(true),
            |c| *c = SgdConfig::new(0.9).with_nesterov(true).with_dampening(0.1),
        ];
        assert!(SgdConfig::default().validate().is_ok());
        assert!(SgdConfig::new(0.9).with_nesterov(true).validate().is_ok());
        for spoil in wrong {
            let mut config = SgdConfig::default();
            spoil(&mut config);
            let message = config.validate().unwrap_err().to_string();
            assert!(message.starts_with("SgdConfig."), "{message}");
        }
    }
}
