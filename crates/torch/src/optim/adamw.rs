//! AdamW over a parameter list.
//!
//! **Paper**: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019,
//! algorithm 2. **Reference implementation**: `torch.optim.AdamW(fused=True)`, PyTorch 2.11; the
//! golden test compares with it over 20 steps. No deliberate difference.

use tch::Tensor;

use crate::ffi::{self, Hyper};
use crate::{Error, Result};

/// The numbers of one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamWNumbers {
    /// Learning rate.
    pub lr: f64,
    /// Decay of the first moment, in [0, 1).
    pub beta1: f64,
    /// Decay of the second moment, in [0, 1).
    pub beta2: f64,
    /// Added to the root of the second moment.
    pub eps: f64,
    /// Decoupled weight decay: weights shrink by `lr * weight_decay` a step.
    pub weight_decay: f64,
}

/// AdamW over a list of parameters that share their numbers; owns their moments.
///
/// A parameter without gradient is skipped and its count of steps stays, as in PyTorch.
///
/// ```
/// use midfuse_torch::optim::{AdamWNumbers, FusedAdamW};
/// # use tch::{Device, Kind, Tensor};
///
/// let w = Tensor::ones([2], (Kind::Float, Device::Cpu)).set_requires_grad(true);
/// let mut adamw = FusedAdamW::new(vec![w.shallow_clone()]);
/// w.square().sum(Kind::Float).backward();
/// let numbers =
///     AdamWNumbers { lr: 0.1, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0.0 };
/// adamw.step(&numbers)?;
/// assert!((w.double_value(&[0]) - 0.9).abs() < 1e-6);
/// # Ok::<(), midfuse_torch::Error>(())
/// ```
#[derive(Debug)]
pub struct FusedAdamW {
    params: Vec<Tensor>,
    exp_avgs: Vec<Tensor>,
    exp_avg_sqs: Vec<Tensor>,
    steps: Vec<i64>,
}

impl FusedAdamW {
    /// An optimiser of these parameters with zero moments.
    pub fn new(params: Vec<Tensor>) -> Self {
        let zeros = || {
            params
                .iter()
                .map(|param| param.detach().zeros_like())
                .collect()
        };
        Self {
            exp_avgs: zeros(),
            exp_avg_sqs: zeros(),
            steps: vec![0; params.len()],
            params,
        }
    }

    /// One step along the gradients that the parameters hold.
    ///
    /// # Errors
    /// [`Error::Libtorch`] for sparse gradients or parameters that do not lie densely in memory.
    pub fn step(&mut self, numbers: &AdamWNumbers) -> Result<()> {
        let hyper = Hyper {
            lr: numbers.lr,
            beta1: numbers.beta1,
            beta2: numbers.beta2,
            eps: numbers.eps,
            weight_decay: numbers.weight_decay,
        };
        ffi::fused_adamw(
            &self.params,
            &self.exp_avgs,
            &self.exp_avg_sqs,
            &mut self.steps,
            &hyper,
        )
    }

    /// The parameters, in the order in which they were given.
    pub fn params(&self) -> &[Tensor] {
        &self.params
    }

    /// First moments, in the order of the parameters.
    pub fn exp_avgs(&self) -> &[Tensor] {
        &self.exp_avgs
    }

    /// Second moments, in the order of the parameters.
    pub fn exp_avg_sqs(&self) -> &[Tensor] {
        &self.exp_avg_sqs
    }

    /// How many steps each parameter has taken.
    pub fn steps(&self) -> &[i64] {
        &self.steps
    }

    /// Sets moments and counts of steps, to go on where a run was.
    ///
    /// # Errors
    /// [`Error::Argument`] if the lists differ in length from the parameters, or a count is
    /// negative; [`Error::Libtorch`] if a shape differs.
    pub fn restore(
        &mut self,
        exp_avgs: &[Tensor],
        exp_avg_sqs: &[Tensor],
        steps: &[i64],
    ) -> Result<()> {
        if steps.len() != self.params.len() || steps.iter().any(|&n| n < 0) {
            return Err(Error::Argument {
                what: "restoring AdamW",
                expected: "one count of steps per parameter",
                got: format!("{steps:?} for {} parameters", self.params.len()),
            });
        }
        ffi::copy_all(&self.exp_avgs, exp_avgs)?;
        ffi::copy_all(&self.exp_avg_sqs, exp_avg_sqs)?;
        self.steps = steps.to_vec();
        Ok(())
    }
}
