//! The trainable variables of a store.

use midfuse_base::Choices;
use midfuse_torch::optim::{clip_grad_norm, zero_grad};
use serde::{Deserialize, Serialize};
use tch::{Tensor, nn};

use crate::Result;

/// Which parameters weight decay shrinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum Decay {
    /// All of them, as `torch.optim.AdamW` does.
    All,
    /// Those of two dimensions and more: no biases, no scales and shifts of normalisations, as timm
    /// and nanoGPT group them.
    Matrices,
}

/// The trainable variables of a store, ordered by name.
#[derive(Debug)]
pub struct Params {
    names: Vec<String>,
    tensors: Vec<Tensor>,
    decay: Decay,
}

/// Parameters that share their weight decay.
#[derive(Debug)]
pub struct Group {
    names: Vec<String>,
    tensors: Vec<Tensor>,
    is_decayed: bool,
}

impl Params {
    /// The variables of `vs` that require gradients now.
    pub fn new(vs: &nn::VarStore, decay: Decay) -> Self {
        let mut named: Vec<(String, Tensor)> = vs
            .variables()
            .into_iter()
            .filter(|(_, tensor)| tensor.requires_grad())
            .collect();
        named.sort_by(|(a, _), (b, _)| a.cmp(b));
        let (names, tensors) = named.into_iter().unzip();
        Self {
            names,
            tensors,
            decay,
        }
    }

    /// Takes all gradients away.
    ///
    /// # Errors
    /// [`Error::Torch`](crate::Error::Torch) if libtorch refuses.
    pub fn zero_grad(&self) -> Result<()> {
        Ok(zero_grad(&self.tensors)?)
    }

    /// Scales the gradients so that their common L2 norm is at most `max_norm`; returns the norm
    /// before, a scalar on their device.
    ///
    /// # Errors
    /// [`Error::Torch`](crate::Error::Torch) if libtorch refuses.
    pub fn clip_grad_norm(&self, max_norm: f64) -> Result<Tensor> {
        Ok(clip_grad_norm(&self.tensors, max_norm)?)
    }

    /// The parameters that weight decay shrinks, and the others; each group may be empty.
    pub fn groups(&self) -> [Group; 2] {
        let decays = |tensor: &Tensor| match self.decay {
            Decay::All => true,
            Decay::Matrices => tensor.dim() >= 2,
        };
        [true, false].map(|is_decayed| {
            let all = self.names.iter().zip(&self.tensors);
            let (names, tensors) = all
                .filter(|(_, tensor)| decays(tensor) == is_decayed)
                .map(|(name, tensor)| (name.clone(), tensor.shallow_clone()))
                .unzip();
            Group {
                names,
                tensors,
                is_decayed,
            }
        })
    }
}

impl Group {
    /// The parameters; they share their memory with the model's.
    pub fn tensors(&self) -> Vec<Tensor> {
        self.tensors.iter().map(Tensor::shallow_clone).collect()
    }

    /// Number of parameters.
    pub fn len(&self) -> usize {
        self.tensors.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tensors.is_empty()
    }

    /// This weight decay where it shrinks this group, otherwise 0.
    pub fn weight_decay(&self, weight_decay: f64) -> f64 {
        if self.is_decayed { weight_decay } else { 0.0 }
    }

    /// A list with one tensor per parameter, each named `what.<variable>`.
    pub fn label(&self, what: &str, list: &[Tensor]) -> Vec<(String, Tensor)> {
        let named = self.names.iter().zip(list);
        named
            .map(|(name, tensor)| (format!("{what}.{name}"), tensor.shallow_clone()))
            .collect()
    }
}
