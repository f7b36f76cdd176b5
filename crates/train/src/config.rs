//! How a run trains.

use midfuse_core::Validate;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::Result;
use crate::named::{Chosen, Named};
use crate::optimizer::{Decay, OptimizerConfig};
use crate::registry::Registry;
use crate::schedule::Schedule;

/// Configuration of a run: every field has a default, unknown keys are refused.
///
/// | Field | Default | Range |
/// |---|---|---|
/// | [`epochs`](Self::epochs) | 30 | `>= 1` |
/// | [`batch_size`](Self::batch_size) | 32 | `>= 1` |
/// | [`lr`](Self::lr) | `1e-3` | `> 0` |
/// | [`optimizer`](Self::optimizer) | `adamw` | a name, or a table of a name and options |
/// | [`decay`](Self::decay) | `all` | `all`, `matrices` |
/// | [`warmup`](Self::warmup) | 0.1 | `[0, 1)` |
/// | [`schedule`](Self::schedule) | `cosine` | a name, or a table of a name and options |
/// | [`clip_norm`](Self::clip_norm) | 1.0 | `> 0`, or none |
/// | [`patience`](Self::patience) | none | `>= 1`, or none |
///
/// Files are read by [`Registry::read`], which knows the optimisers and schedules of midfuse here and
/// takes their options also beside their names.
///
/// ```
/// use midfuse_train::TrainConfig;
/// let config: TrainConfig = serde_json::from_str(r#"{"epochs": 5, "clip_norm": null}"#)?;
/// assert_eq!(config, TrainConfig::new(5).with_clip_norm(None));
/// let error = serde_json::from_str::<TrainConfig>(r#"{"epoch": 5}"#).unwrap_err().to_string();
/// assert!(error.starts_with("unknown field `epoch`: did you mean `epochs`?"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrainConfig {
    /// Epoch limit; default 30. Schedules reach their end here.
    pub epochs: usize,
    /// Rows per step; default 32. The last batch is kept, smaller than the others; a last batch of
    /// one row joins the batch before it.
    pub batch_size: usize,
    /// Learning rate after the warm-up; default `1e-3` (PyTorch's).
    pub lr: f64,
    /// What updates the weights; default AdamW.
    pub optimizer: Chosen<dyn OptimizerConfig>,
    /// What weight decay shrinks; default all parameters, as in PyTorch.
    pub decay: Decay,
    /// Part of all steps over which the learning rate rises linearly to `lr`; default 0.1.
    pub warmup: f64,
    /// The learning rate after the warm-up; default cosine.
    pub schedule: Chosen<dyn Schedule>,
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
            optimizer: Chosen::default(),
            decay: Decay::All,
            warmup: 0.1,
            schedule: Chosen::default(),
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

    /// Sets what updates the weights.
    #[must_use]
    pub fn with_optimizer(mut self, optimizer: impl Into<Chosen<dyn OptimizerConfig>>) -> Self {
        self.optimizer = optimizer.into();
        self
    }

    /// Sets what weight decay shrinks.
    #[must_use]
    pub fn with_decay(mut self, decay: Decay) -> Self {
        self.decay = decay;
        self
    }

    /// Sets the part of all steps that warms up.
    #[must_use]
    pub fn with_warmup(mut self, warmup: f64) -> Self {
        self.warmup = warmup;
        self
    }

    /// Sets the learning rate after the warm-up.
    #[must_use]
    pub fn with_schedule(mut self, schedule: impl Into<Chosen<dyn Schedule>>) -> Self {
        self.schedule = schedule.into();
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
        self.optimizer.validate()?;
        check.probability("warmup", self.warmup)?;
        self.schedule.validate()?;
        if let Some(norm) = self.clip_norm {
            check.above_zero("clip_norm", norm)?;
        }
        if let Some(patience) = self.patience {
            check.positive("patience", patience as i64)?;
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for TrainConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        use serde::de::Error as _;
        let section = Map::<String, Value>::deserialize(deserializer)?;
        Registry::built_in()
            .read(&section)
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AdamWConfig, Constant, SgdConfig, Step};
    use serde_json::json;

    #[test]
    fn every_field_is_checked() {
        let wrong: [fn(&mut TrainConfig); 6] = [
            |c| c.epochs = 0,
            |c| c.batch_size = 0,
            |c| c.lr = f64::NAN,
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
        let beta = json!({"beta1": 1.0});
        let message = read(&beta).unwrap().validate().unwrap_err().to_string();
        assert!(message.starts_with("AdamWConfig.beta1: "), "{message}");
        let cosine = json!({"schedule": {"end_factor": 1.0}});
        let message = read(&cosine).unwrap().validate().unwrap_err().to_string();
        assert!(message.starts_with("Cosine.end_factor: "), "{message}");
    }

    fn read(section: &Value) -> Result<TrainConfig> {
        Registry::built_in().read(section.as_object().unwrap())
    }

    fn message(section: &Value) -> String {
        read(section).unwrap_err().to_string()
    }

    #[test]
    fn a_config_survives_json() {
        let config = TrainConfig::new(3)
            .with_batch_size(8)
            .with_lr(0.5)
            .with_optimizer(AdamWConfig::default().with_weight_decay(0.0))
            .with_decay(Decay::Matrices)
            .with_warmup(0.0)
            .with_schedule(Constant::default())
            .with_patience(Some(2));
        let text = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<TrainConfig>(&text).unwrap(), config);
        let other = config.clone().with_optimizer(SgdConfig::new(0.9));
        let text = serde_json::to_string(&other).unwrap();
        assert_eq!(serde_json::from_str::<TrainConfig>(&text).unwrap(), other);
        assert_ne!(other, config);
    }

    #[test]
    fn every_member_survives_json_with_its_defaults() {
        let registry = Registry::built_in();
        for optimizer in registry.optimizers() {
            for schedule in registry.schedules() {
                let config = TrainConfig::default()
                    .with_optimizer(optimizer.clone())
                    .with_schedule(schedule.clone());
                let written = serde_json::to_value(&config).unwrap();
                assert_eq!(read(&written).unwrap(), config);
                let named = json!({"optimizer": optimizer.name(), "schedule": schedule.name()});
                assert_eq!(read(&named).unwrap(), config);
            }
        }
    }

    #[test]
    fn options_stand_in_a_table_or_beside_it() {
        let sgd = TrainConfig::default().with_optimizer(SgdConfig::new(0.9).with_nesterov(true));
        for section in [
            json!({"optimizer": {"name": "sgd", "momentum": 0.9, "nesterov": true}}),
            json!({"optimizer": {"name": "sgd", "momentum": 0.9}, "nesterov": true}),
            json!({"optimizer": "sgd", "momentum": 0.9, "nesterov": true}),
        ] {
            assert_eq!(read(&section).unwrap(), sgd);
        }
        // As files were written before there was a choice.
        let adamw = AdamWConfig {
            weight_decay: 0.1,
            beta1: 0.8,
            beta2: 0.9,
            eps: 1e-6,
        };
        let section = json!({"weight_decay": 0.1, "beta1": 0.8, "beta2": 0.9, "eps": 1e-6});
        assert_eq!(read(&section).unwrap().optimizer, adamw.into());
        // A table without a name is about the default.
        let step = Step {
            milestones: vec![0.5],
            gamma: 0.5,
        };
        let section = json!({"schedule": {"name": "step", "milestones": [0.5]}, "gamma": 0.5});
        assert_eq!(read(&section).unwrap().schedule, step.into());
        let section = json!({"optimizer": {"beta1": 0.8}});
        assert_eq!(read(&section).unwrap().optimizer.name(), "adamw");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_the_nearest_name() {
        assert_eq!(
            message(&json!({"optimizer": "sgdd"})),
            "optimizer: no optimizer `sgdd`: did you mean `sgd`? There are adamw, sgd"
        );
        assert_eq!(
            message(&json!({"optimizer": {"name": "sgd", "momentun": 0.9}})),
            "optimizer: optimizer `sgd` has no option `momentun`: did you mean `momentum`? There are dampening, momentum, nesterov, weight_decay"
        );
        assert_eq!(
            message(&json!({"schedule": {"name": "constant", "gamma": 0.5}})),
            "schedule: schedule `constant` has no options, so there is no `gamma`"
        );
        assert!(
            message(&json!({"momentum": 0.9}))
                .ends_with("; it is an option of the optimizer `sgd`, and this is `adamw`")
        );
        assert!(
            message(&json!({"optimizer": "sgd", "beta1": 0.9}))
                .starts_with("unknown field `beta1`")
        );
        assert_eq!(
            message(&json!({"beta1": 0.9, "optimizer": {"beta1": 0.8}})),
            "beta1: is there twice, also as `optimizer.beta1`; remove one"
        );
        assert!(
            message(&json!({"optimizer": 3})).starts_with("optimizer: expected a name or a table")
        );
        assert!(
            message(&json!({"optimizer": {"name": 3}}))
                .starts_with("optimizer.name: expected a name")
        );
        assert!(message(&json!({"lr": "high"})).starts_with("lr: invalid type"));
        assert!(
            message(&json!({"optimizer": "sgd", "momentum": "high"}))
                .starts_with("optimizer `sgd`: invalid type")
        );
    }
}
