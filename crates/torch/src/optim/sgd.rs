//! Stochastic gradient descent over a parameter list.
//!
//! **Paper**: Sutskever et al., "On the importance of initialization and momentum in deep learning",
//! ICML 2013, with the momentum of PyTorch, which the learning rate multiplies. **Reference
//! implementation**: `torch.optim.SGD`, PyTorch 2.11; the golden test compares with its plain form
//! over 20 steps, and with `fused=True` where that one works.
//!
//! `NOTE[DIFF]` from `torch.optim.SGD(fused=True)`: the first gradient of each parameter fills its
//! momentum buffer, whenever it comes, as in the plain form. The fused one of PyTorch 2.11 fills all
//! buffers at the first step of all, and fails where a parameter has no gradient then.

use tch::Tensor;

use crate::ffi::{self, SgdHyper};
use crate::{Error, Result};

/// The numbers of one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SgdNumbers {
    /// Learning rate.
    pub lr: f64,
    /// Decay of the momentum buffer, in [0, 1); above 0 only for an optimiser with buffers.
    pub momentum: f64,
    /// Share of the gradient that is kept out of the buffer, in [0, 1).
    pub dampening: f64,
    /// L2 penalty: `weight_decay * weight` is added to the gradient.
    pub weight_decay: f64,
    /// Steps along the gradient and the momentum that follows it (Nesterov).
    pub nesterov: bool,
}

/// SGD over a list of parameters that share their numbers; owns their momentum buffers.
///
/// A parameter without gradient is skipped and its count of steps stays, as in PyTorch.
///
/// ```
/// use midfuse_torch::optim::{FusedSgd, SgdNumbers};
/// # use tch::{Device, Kind, Tensor};
///
/// let w = Tensor::ones([2], (Kind::Float, Device::Cpu)).set_requires_grad(true);
/// let mut sgd = FusedSgd::new(vec![w.shallow_clone()], true);
/// w.square().sum(Kind::Float).backward();
/// let numbers =
///     SgdNumbers { lr: 0.1, momentum: 0.9, dampening: 0.0, weight_decay: 0.0, nesterov: false };
/// sgd.step(&numbers)?;
/// assert!((w.double_value(&[0]) - 0.8).abs() < 1e-6);
/// # Ok::<(), midfuse_torch::Error>(())
/// ```
#[derive(Debug)]
pub struct FusedSgd {
    params: Vec<Tensor>,
    buffers: Option<Vec<Tensor>>,
    steps: Vec<i64>,
}

impl FusedSgd {
    /// An optimiser of these parameters, with momentum buffers or, where there is never any
    /// momentum, without.
    pub fn new(params: Vec<Tensor>, has_momentum: bool) -> Self {
        let zeros = || {
            params
                .iter()
                .map(|param| param.detach().zeros_like())
                .collect()
        };
        Self {
            buffers: has_momentum.then(zeros),
            steps: vec![0; params.len()],
            params,
        }
    }

    /// One step along the gradients that the parameters hold.
    ///
    /// # Errors
    /// [`Error::Argument`] for momentum without buffers, or Nesterov without momentum or with
    /// dampening; [`Error::Libtorch`] for sparse gradients or parameters that do not lie densely in
    /// memory.
    pub fn step(&mut self, numbers: &SgdNumbers) -> Result<()> {
        let wrong = |expected: &'static str| Error::Argument {
            what: "fused SGD",
            expected,
            got: format!("{numbers:?}"),
        };
        if numbers.momentum != 0.0 && self.buffers.is_none() {
            return Err(wrong("momentum 0, as the optimiser was made without"));
        }
        if numbers.nesterov && (numbers.momentum <= 0.0 || numbers.dampening != 0.0) {
            return Err(wrong("momentum and no dampening for Nesterov's step"));
        }
        let hyper = SgdHyper {
            lr: numbers.lr,
            momentum: numbers.momentum,
            dampening: numbers.dampening,
            weight_decay: numbers.weight_decay,
            nesterov: numbers.nesterov,
        };
        let buffers = self.buffers.as_deref();
        ffi::fused_sgd(&self.params, buffers, &mut self.steps, &hyper)
    }

    /// The parameters, in the order in which they were given.
    pub fn params(&self) -> &[Tensor] {
        &self.params
    }

    /// Momentum buffers, in the order of the parameters; none without momentum.
    pub fn buffers(&self) -> &[Tensor] {
        self.buffers.as_deref().unwrap_or_default()
    }

    /// How many steps each parameter has taken.
    pub fn steps(&self) -> &[i64] {
        &self.steps
    }

    /// Sets buffers and counts of steps, to go on where a run was.
    ///
    /// # Errors
    /// [`Error::Argument`] if the lists differ in length from the parameters (the buffers' is empty
    /// without momentum), or a count is negative; [`Error::Libtorch`] if a shape differs.
    pub fn restore(&mut self, buffers: &[Tensor], steps: &[i64]) -> Result<()> {
        if steps.len() != self.params.len() || steps.iter().any(|&n| n < 0) {
            return Err(Error::Argument {
                what: "restoring SGD",
                expected: "one count of steps per parameter",
                got: format!("{steps:?} for {} parameters", self.params.len()),
            });
        }
        ffi::copy_all(self.buffers(), buffers)?;
        self.steps = steps.to_vec();
        Ok(())
    }
}
