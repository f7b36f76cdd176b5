//! How a run trains.

use midfuse_base::{Options, Validate, options};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::Result;
use crate::named::Chosen;
use crate::optimizer::{AdamWConfig, Decay, OptimizerConfig};
use crate::registry::Registry;
use crate::schedule::{Cosine, Schedule};

/// Most copies of the weights that are averaged.
const MOST_SNAPSHOTS: usize = 100;

/// Configuration of a run: every field has a default, unknown keys are refused.
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
#[options(new = "The defaults with this epoch limit.")]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrainConfig {
    /// Epoch limit, where schedules reach their end.
    #[option(default = 30, new, range = positive)]
    pub epochs: usize,
    /// Rows per step; a last batch of one row joins the one before it.
    #[option(default = 32, range = positive)]
    pub batch_size: usize,
    /// Learning rate at the end of the warm-up.
    #[option(default = 1e-3, range = above_zero, search = log(3e-4, 1e-2), source = "PyTorch's AdamW")]
    pub lr: f64,
    /// What updates the weights: a name, or a table of a name and options.
    #[option(default = AdamWConfig::default().into(), no_setter)]
    pub optimizer: Chosen<dyn OptimizerConfig>,
    /// Which parameters weight decay shrinks.
    #[option(default = Decay::All, source = "PyTorch")]
    pub decay: Decay,
    /// Part of all steps over which the learning rate rises to `lr`.
    #[option(default = 0.1, range = probability)]
    pub warmup: f64,
    /// The learning rate after the warm-up: a name, or a table of a name and options.
    #[option(default = Cosine::default().into(), no_setter)]
    pub schedule: Chosen<dyn Schedule>,
    /// Largest L2 norm of all gradients together, or `"off"`; larger ones are scaled down. In a file
    /// `"off"` is what `None` is here.
    #[option(default = Some(1.0), range = above_zero)]
    pub clip_norm: Option<f64>,
    /// Epochs without a lower loss on the stopping rows before training ends. Without it all epochs
    /// run, and the best weights are kept all the same; without stopping rows it has no effect.
    #[option(default = None, range = positive)]
    pub patience: Option<usize>,
    /// Epochs whose weights, as they are at the end of each, are averaged: those of the last so many.
    /// The mean is what is judged, predicted with and kept. 1 averages nothing.
    #[option(default = 1, range = positive, rule = "at most 100")]
    pub snapshots: usize,
}

impl TrainConfig {
    /// Sets what updates the weights.
    #[must_use]
    pub fn with_optimizer(mut self, optimizer: impl Into<Chosen<dyn OptimizerConfig>>) -> Self {
        self.optimizer = optimizer.into();
        self
    }

    /// Sets the learning rate after the warm-up.
    #[must_use]
    pub fn with_schedule(mut self, schedule: impl Into<Chosen<dyn Schedule>>) -> Self {
        self.schedule = schedule.into();
        self
    }

    /// Checks every field.
    ///
    /// # Errors
    /// [`Error::Core`](crate::Error::Core) names the first field that is out of its range.
    pub fn validate(&self) -> Result<()> {
        self.check_options(Validate::new("TrainConfig"))?;
        Validate::new("TrainConfig").ensure(
            self.snapshots <= MOST_SNAPSHOTS,
            "snapshots",
            format!("at most {MOST_SNAPSHOTS}, since each is a copy of the weights"),
            self.snapshots,
        )?;
        self.optimizer.validate()?;
        self.schedule.validate()
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
    use crate::{Constant, SgdConfig, Step};
    use serde_json::json;

    #[test]
    fn every_field_is_checked() {
        let wrong: [fn(&mut TrainConfig); 8] = [
            |c| c.epochs = 0,
            |c| c.batch_size = 0,
            |c| c.lr = f64::NAN,
            |c| c.warmup = 1.0,
            |c| c.clip_norm = Some(0.0),
            |c| c.patience = Some(0),
            |c| c.snapshots = 0,
            |c| c.snapshots = 101,
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
    fn clipping_can_be_switched_off() {
        let clip_norm = |value: Value| read(&json!({"clip_norm": value})).map(|c| c.clip_norm);
        assert_eq!(clip_norm(json!("off")).unwrap(), None);
        assert_eq!(clip_norm(Value::Null).unwrap(), None);
        assert_eq!(clip_norm(json!(0.5)).unwrap(), Some(0.5));
        for wrong in [json!("none"), json!(true)] {
            let said = message(&json!({"clip_norm": wrong}));
            assert_eq!(said, "clip_norm: expected a number above 0, or \"off\"");
        }
        for wrong in [0.0, -1.0] {
            let config = read(&json!({"clip_norm": wrong})).unwrap();
            let said = config.validate().unwrap_err().to_string();
            assert!(said.starts_with("TrainConfig.clip_norm: "), "{said}");
        }
        let off = TrainConfig::default().with_clip_norm(None);
        let text = serde_json::to_string(&off).unwrap();
        assert_eq!(serde_json::from_str::<TrainConfig>(&text).unwrap(), off);
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
