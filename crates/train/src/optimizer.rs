//! AdamW over the trainable variables of a store.

use midfuse_torch::optim::{AdamWNumbers, FusedAdamW, clip_grad_norm, zero_grad};
use tch::{Tensor, nn};

use crate::Result;
use crate::config::{Decay, TrainConfig};

/// AdamW over all trainable variables of a store, with or without weight decay on vectors, and
/// clipping of the gradients' common norm.
///
/// Variables are ordered by name. The step itself is
/// [`FusedAdamW`]: PyTorch's `torch.optim.AdamW(fused=True)`.
#[derive(Debug)]
pub struct AdamW {
    names: Vec<String>,
    params: Vec<Tensor>,
    groups: [Group; 2],
    config: TrainConfig,
}

/// Parameters that share their weight decay: positions in the list of all, and their optimiser.
#[derive(Debug)]
struct Group {
    positions: Vec<usize>,
    adamw: FusedAdamW,
    weight_decay: f64,
}

impl AdamW {
    /// For the variables of `vs` that require gradients now.
    ///
    /// # Errors
    /// [`Error::Core`](crate::Error::Core) if a field of `config` is out of its range.
    pub fn new(vs: &nn::VarStore, config: &TrainConfig) -> Result<Self> {
        config.validate()?;
        let mut named: Vec<(String, Tensor)> = vs
            .variables()
            .into_iter()
            .filter(|(_, tensor)| tensor.requires_grad())
            .collect();
        named.sort_by(|(a, _), (b, _)| a.cmp(b));
        let (names, params): (Vec<_>, Vec<_>) = named.into_iter().unzip();
        let decays = |param: &Tensor| match config.decay {
            Decay::All => true,
            Decay::Matrices => param.dim() >= 2,
        };
        let group = |decayed: bool, weight_decay: f64| {
            let of_group = || {
                params
                    .iter()
                    .enumerate()
                    .filter(move |(_, p)| decays(p) == decayed)
            };
            Group {
                positions: of_group().map(|(position, _)| position).collect(),
                adamw: FusedAdamW::new(of_group().map(|(_, p)| p.shallow_clone()).collect()),
                weight_decay,
            }
        };
        let groups = [group(true, config.weight_decay), group(false, 0.0)];
        Ok(Self {
            groups,
            names,
            params,
            config: config.clone(),
        })
    }

    /// Takes the gradients of all parameters away.
    ///
    /// # Errors
    /// [`Error::Torch`](crate::Error::Torch) if libtorch refuses.
    pub fn zero_grad(&self) -> Result<()> {
        Ok(zero_grad(&self.params)?)
    }

    /// Clips the gradients as the configuration says and takes one step with this learning rate.
    /// Returns the norm of the gradients before clipping, a scalar on their device, if it clips.
    ///
    /// # Errors
    /// [`Error::Torch`](crate::Error::Torch) if libtorch refuses.
    pub fn step(&mut self, lr: f64) -> Result<Option<Tensor>> {
        let norm = match self.config.clip_norm {
            Some(max_norm) => Some(clip_grad_norm(&self.params, max_norm)?),
            None => None,
        };
        for group in &mut self.groups {
            if group.positions.is_empty() {
                continue;
            }
            group.adamw.step(&AdamWNumbers {
                lr,
                beta1: self.config.beta1,
                beta2: self.config.beta2,
                eps: self.config.eps,
                weight_decay: group.weight_decay,
            })?;
        }
        Ok(norm)
    }

    /// First and second moments with a name each, `exp_avg.<variable>` and
    /// `exp_avg_sq.<variable>`, and the counts of steps as `[n]` i64 by group.
    pub(crate) fn state(&self) -> Vec<(String, Tensor)> {
        let mut state = Vec::new();
        for (number, group) in self.groups.iter().enumerate() {
            let adamw = &group.adamw;
            let moments = group
                .positions
                .iter()
                .zip(adamw.exp_avgs().iter().zip(adamw.exp_avg_sqs()));
            for (&position, (exp_avg, exp_avg_sq)) in moments {
                let name = self.names.get(position).map_or("", String::as_str);
                state.push((format!("exp_avg.{name}"), exp_avg.shallow_clone()));
                state.push((format!("exp_avg_sq.{name}"), exp_avg_sq.shallow_clone()));
            }
            state.push((format!("steps.{number}"), Tensor::from_slice(adamw.steps())));
        }
        state
    }

    /// Sets what [`state`](Self::state) gave, in its order.
    pub(crate) fn restore(&mut self, state: &[Tensor]) -> Result<()> {
        let mut rest = state.iter();
        for group in &mut self.groups {
            let n = group.positions.len();
            let moments: Vec<Tensor> = rest
                .by_ref()
                .take(2 * n)
                .map(Tensor::shallow_clone)
                .collect();
            let every_second = |from: usize| -> Vec<Tensor> {
                moments
                    .iter()
                    .skip(from)
                    .step_by(2)
                    .map(Tensor::shallow_clone)
                    .collect()
            };
            let steps: Vec<i64> = rest
                .next()
                .and_then(|steps| Vec::try_from(steps).ok())
                .unwrap_or_default();
            group
                .adamw
                .restore(&every_second(0), &every_second(1), &steps)?;
        }
        Ok(())
    }
}
