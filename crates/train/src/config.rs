//! How a run trains.

use midfuse_core::Validate;
use serde::{Deserialize, Serialize};

use crate::Result;

/// Which parameters weight decay shrinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decay {
    /// All of them, as `torch.optim.AdamW` does.
    All,
    /// Those of two dimensions and more: no biases, no scales and shifts of normalisations (as
    /// timm and nanoGPT group them).
    Matrices,
}

/// The shape of the learning rate after the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// Stays at `lr`.
    Constant,
    /// Half a cosine from `lr` towards 0 at the epoch limit (Loshchilov and Hutter, "SGDR",
    /// ICLR 2017; `torch.optim.lr_scheduler.CosineAnnealingLR`).
    Cosine,
}

/// Configuration of a run: every field has a default, unknown keys are refused.
///
/// | Field | Default | Range |
/// |---|---|---|
/// | [`epochs`](Self::epochs) | 30 | `>= 1` |
/// | [`batch_size`](Self::batch_size) | 32 | `>= 1` |
/// | [`lr`](Self::lr) | `1e-3` | `> 0` |
/// | [`weight_decay`](Self::weight_decay) | `1e-2` | `>= 0` |
/// | [`decay`](Self::decay) | `all` | |
/// | [`beta1`](Self::beta1), [`beta2`](Self::beta2) | 0.9, 0.999 | `[0, 1)` |
/// | [`eps`](Self::eps) | `1e-8` | `> 0` |
/// | [`warmup`](Self::warmup) | 0.1 | `[0, 1)` |
/// | [`schedule`](Self::schedule) | `cosine` | |
/// | [`clip_norm`](Self::clip_norm) | 1.0 | `> 0`, or none |
/// | [`patience`](Self::patience) | none | `>= 1`, or none |
///
/// ```
/// use midfuse_train::TrainConfig;
/// let config: TrainConfig = serde_json::from_str(r#"{"epochs": 5, "clip_norm": null}"#)?;
/// assert_eq!(config, TrainConfig::new(5).with_clip_norm(None));
/// assert!(serde_json::from_str::<TrainConfig>(r#"{"epoch": 5}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// Epoch limit; default 30. The cosine reaches its end here.
    pub epochs: usize,
    /// Rows per step; default 32. The last batch is kept, smaller than the others; a last batch of
    /// one row joins the batch before it.
    pub batch_size: usize,
    /// Learning rate after the warm-up; default `1e-3` (PyTorch's).
    pub lr: f64,
    /// Decoupled weight decay; default `1e-2` (PyTorch's).
    pub weight_decay: f64,
    /// What the decay shrinks; default all parameters, as in PyTorch.
    pub decay: Decay,
    /// Decay of the first moment; default 0.9 (PyTorch's).
    pub beta1: f64,
    /// Decay of the second moment; default 0.999 (PyTorch's).
    pub beta2: f64,
    /// Added to the root of the second moment; default `1e-8` (PyTorch's).
    pub eps: f64,
    /// Part of all steps over which the learning rate rises linearly to `lr`; default 0.1.
    pub warmup: f64,
    /// The learning rate after the warm-up; default cosine.
    pub schedule: Schedule,
    /// Largest L2 norm of all gradients together; larger ones are scaled down. Default 1.0.
    pub clip_norm: Option<f64>,
    /// Epochs without a lower loss on the stopping rows before training ends; default none. With
    /// stopping rows and no patience all epochs run, and the best weights are kept all the same;
    /// without stopping rows it has no effect.
    pub patience: Option<usize>,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            epochs: 30,
            batch_size: 32,
            lr: 1e-3,
            weight_decay: 1e-2,
            decay: Decay::All,
            beta1: 0.9,
            beta2: 0.999,
            eps: 1e-8,
            warmup: 0.1,
            schedule: Schedule::Cosine,
            clip_norm: Some(1.0),
            patience: None,
        }
    }
}

impl TrainConfig {
    /// The defaults with this epoch limit.
    pub fn new(epochs: usize) -> Self {
        Self {
            epochs,
            ..Self::default()
        }
    }

    /// Sets the number of rows per step.
    #[must_use]
    pub fn with_batch_size(mut self, batch_size: usize) -> Self {
        self.batch_size = batch_size;
        self
    }

    /// Sets the learning rate.
    #[must_use]
    pub fn with_lr(mut self, lr: f64) -> Self {
        self.lr = lr;
        self
    }

    /// Sets the weight decay and what it shrinks.
    #[must_use]
    pub fn with_weight_decay(mut self, weight_decay: f64, decay: Decay) -> Self {
        self.weight_decay = weight_decay;
        self.decay = decay;
        self
    }

    /// Sets the part of all steps that warms up, and what follows.
    #[must_use]
    pub fn with_schedule(mut self, warmup: f64, schedule: Schedule) -> Self {
        self.warmup = warmup;
        self.schedule = schedule;
        self
    }

    /// Sets the largest norm of the gradients; none = no clipping.
    #[must_use]
    pub fn with_clip_norm(mut self, clip_norm: Option<f64>) -> Self {
        self.clip_norm = clip_norm;
        self
    }

    /// Sets the patience in epochs; none = no early stopping.
    #[must_use]
    pub fn with_patience(mut self, patience: Option<usize>) -> Self {
        self.patience = patience;
        self
    }

    /// Checks every field.
    ///
    /// # Errors
    /// [`Error::Core`](crate::Error::Core) names the first field that is out of its range.
    pub fn validate(&self) -> Result<()> {
        let check = Validate::new("TrainConfig");
        check.positive("epochs", self.epochs as i64)?;
        check.positive("batch_size", self.batch_size as i64)?;
        check.above_zero("lr", self.lr)?;
        check.non_negative("weight_decay", self.weight_decay)?;
        check.probability("beta1", self.beta1)?;
        check.probability("beta2", self.beta2)?;
        check.above_zero("eps", self.eps)?;
        check.probability("warmup", self.warmup)?;
        if let Some(norm) = self.clip_norm {
            check.above_zero("clip_norm", norm)?;
        }
        if let Some(patience) = self.patience {
            check.positive("patience", patience as i64)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_checked() {
        let wrong: [fn(&mut TrainConfig); 10] = [
            |c| c.epochs = 0,
            |c| c.batch_size = 0,
            |c| c.lr = f64::NAN,
            |c| c.weight_decay = -0.1,
            |c| c.beta1 = 1.0,
            |c| c.beta2 = 1.0,
            |c| c.eps = 0.0,
            |c| c.warmup = 1.0,
            |c| c.clip_norm = Some(0.0),
            |c| c.patience = Some(0),
        ];
        assert!(TrainConfig::default().validate().is_ok());
        for spoil in wrong {
            let mut config = TrainConfig::default();
            spoil(&mut config);
            let message = config.validate().unwrap_err().to_string();
            assert!(message.starts_with("TrainConfig."), "{message}");
        }
    }

    #[test]
    fn a_config_survives_json() {
        let config = TrainConfig::new(3)
            .with_batch_size(8)
            .with_lr(0.5)
            .with_weight_decay(0.0, Decay::Matrices)
            .with_schedule(0.0, Schedule::Constant)
            .with_patience(Some(2));
        let text = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<TrainConfig>(&text).unwrap(), config);
    }
}
