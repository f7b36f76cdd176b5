//! The training section: the options of the loop, of the loss, and what is done to inputs.

use std::collections::BTreeSet;

use midfuse_base::{Choices, OptionInfo, Options, Task, Validate, options};
use midfuse_fusion::loss::ClassLoss;
use midfuse_train::{Fields, Registry, TrainConfig};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tch::Tensor;

use crate::{Error, Result};

/// How classes count in the loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ClassWeights {
    /// Every row counts the same.
    None,
    /// Every class counts the same: inverse to its share of the fitting rows.
    Balanced,
}

/// The options of the loss: those of the training section that are not the loop's.
#[options]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LossConfig {
    /// How classes count in the loss; for classifications only.
    #[option(default = ClassWeights::None)]
    pub(crate) class_weights: ClassWeights,
    /// Share of each target that goes to all classes evenly, so that no training ends in certainty; 0.1
    /// is usual. For classifications only.
    #[option(default = 0.0, range = probability, source = "PyTorch")]
    pub(crate) label_smoothing: f64,
    /// Exponent of the focal loss, which makes rows count less that are right already: 2 in Lin et al.
    /// 2017, 0 for cross-entropy. For classifications only, and not with `label_smoothing`.
    #[option(default = 0.0, range = non_negative, source = "cross-entropy")]
    pub(crate) focal_gamma: f64,
}

impl LossConfig {
    /// Rules across fields, and what needs classes.
    fn check(self, task: &Task) -> Result<()> {
        if self.label_smoothing > 0.0 && self.focal_gamma > 0.0 {
            return Err(wrong(
                "focal_gamma: a focal loss has no smoothed labels; set `label_smoothing` or `focal_gamma`, not both",
            ));
        }
        if !task.classes().is_empty() {
            return Ok(());
        }
        let set = [
            (
                "class_weights: `balanced`",
                self.class_weights == ClassWeights::Balanced,
            ),
            ("label_smoothing: it", self.label_smoothing > 0.0),
            ("focal_gamma: it", self.focal_gamma > 0.0),
        ];
        match set.into_iter().find(|(_, is_set)| *is_set) {
            None => Ok(()),
            Some((what, _)) => Err(wrong(format!(
                "{what} is about classes, and the target has none; remove it"
            ))),
        }
    }

    /// The loss with these weights of classes.
    pub(crate) fn with_weights(self, weights: Option<Tensor>) -> ClassLoss {
        ClassLoss {
            weights,
            label_smoothing: self.label_smoothing,
            focal_gamma: self.focal_gamma,
        }
    }
}

/// What is done to the inputs of train batches: options of the training section, too.
#[options]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InputConfig {
    /// Standard deviation of the Gaussian noise that is added to every number of a train batch: pixels,
    /// values of steps, numeric columns and embeddings, after they were standardised. Nothing is added
    /// to what is missing, to categories and tokens, and where rows are predicted.
    #[option(default = 0.0, range = non_negative, search = [0.0, 0.1, 0.3])]
    pub(crate) input_noise: f64,
}

/// How often the setting of a job is trained: an option of the training section that only jobs have.
#[options]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefitConfig {
    /// Trainings, each from another seed; what is predicted is the mean of their outputs.
    #[option(default = 1, range = positive)]
    pub(crate) refits: usize,
}

/// Most networks that predict together.
pub(super) const MOST_REFITS: usize = 100;

/// Options with defaults from their part of the section.
fn read<C: DeserializeOwned + Options>(section: &mut Map<String, Value>) -> Result<C> {
    let mut fields = Map::new();
    for option in C::options() {
        fields.extend(section.remove_entry(option.name));
    }
    // One by one first, so that an error names its key; each has a default.
    for (key, value) in &fields {
        let one = Map::from_iter([(key.clone(), value.clone())]);
        serde_json::from_value::<C>(Value::Object(one))
            .map_err(|error| wrong(format!("{key}: {error}")))?;
    }
    let read: C = serde_json::from_value(Value::Object(fields)).map_err(wrong)?;
    read.check_options(Validate::new("TrainConfig"))
        .map_err(wrong)?;
    Ok(read)
}

/// Every option of a config with its value.
fn fields_of(config: &impl Serialize) -> Result<Map<String, Value>> {
    match serde_json::to_value(config) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(other) => Err(wrong(format!("expected a table, got {other}"))),
        Err(error) => Err(wrong(error)),
    }
}

/// The training section.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Training {
    pub(crate) config: TrainConfig,
    pub(crate) loss: LossConfig,
    pub(crate) input: InputConfig,
    pub(crate) refit: RefitConfig,
}

impl Training {
    /// Reads and checks the section of a model for this task.
    pub(crate) fn read(
        known: &Registry,
        task: &Task,
        section: &Map<String, Value>,
    ) -> Result<Self> {
        let mut fields = section.clone();
        let loss: LossConfig = read(&mut fields)?;
        let input: InputConfig = read(&mut fields)?;
        let refit: RefitConfig = read(&mut fields)?;
        loss.check(task)?;
        Validate::new("TrainConfig")
            .ensure(
                refit.refits <= MOST_REFITS,
                "refits",
                format!("at most {MOST_REFITS}"),
                refit.refits,
            )
            .map_err(wrong)?;
        let config = known.read(&fields).map_err(|error| match error {
            midfuse_train::Error::UnknownField { key, known, hint } => {
                let all = Self::options().into_iter().map(|o| o.name.to_owned());
                let known: BTreeSet<String> = known.into_iter().chain(all).collect();
                let known = known.into_iter().collect();
                wrong(midfuse_train::Error::UnknownField { key, known, hint })
            }
            other => wrong(other),
        })?;
        config.validate().map_err(wrong)?;
        Ok(Self {
            config,
            loss,
            input,
            refit,
        })
    }

    /// Every option with its value.
    pub(crate) fn fields(&self) -> Result<Map<String, Value>> {
        let mut all = self.config.fields().map_err(wrong)?;
        all.extend(fields_of(&self.loss)?);
        all.extend(fields_of(&self.input)?);
        all.extend(fields_of(&self.refit)?);
        Ok(all)
    }

    /// Every option, as lists show it; `epochs` and `refits` are in `[budget]` in a study file.
    pub(crate) fn options() -> Vec<OptionInfo> {
        let of_loop = TrainConfig::options().into_iter();
        of_loop
            .chain(LossConfig::options())
            .chain(InputConfig::options())
            .chain(RefitConfig::options())
            .collect()
    }
}

fn wrong(reason: impl ToString) -> Error {
    Error::section("training", reason.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(section: &Value, task: &Task) -> String {
        let section = section.as_object().unwrap();
        let read = Training::read(&Registry::built_in(), task, section);
        read.unwrap_err().line()
    }

    fn classes() -> Task {
        Task::Classification {
            classes: vec!["a".to_owned(), "b".to_owned()],
        }
    }

    #[test]
    fn a_misspelt_key_is_answered_with_the_nearest() {
        let weights = message(&json!({"class_weigths": "balanced"}), &classes());
        assert!(
            weights.starts_with(
                "training: unknown field `class_weigths`: did you mean `class_weights`?"
            ),
            "{weights}"
        );
        let momentum = json!({"optimizer": {"name": "sgd", "momentun": 0.9}});
        let momentum = message(&momentum, &classes());
        assert!(momentum.contains("did you mean `momentum`?"), "{momentum}");
        let nesterov = message(&json!({"optimizer": "sgd", "nesterov": true}), &classes());
        assert!(
            nesterov.starts_with("training: SgdConfig.nesterov: expected"),
            "{nesterov}"
        );
    }

    #[test]
    fn noise_is_a_number_of_at_least_0() {
        let section = json!({"input_noise": -0.1});
        let said = message(&section, &classes());
        assert!(
            said.starts_with("training: TrainConfig.input_noise: expected"),
            "{said}"
        );
        let text = message(&json!({"input_noise": "much"}), &classes());
        assert!(
            text.starts_with("training: input_noise: invalid type"),
            "{text}"
        );
    }

    #[test]
    fn weights_of_classes_need_classes() {
        let section = json!({"class_weights": "balanced"});
        let said = message(&section, &Task::Regression);
        assert_eq!(
            said,
            "training: class_weights: `balanced` is about classes, and the target has none; remove it"
        );
        for (section, said) in [
            (
                json!({"label_smoothing": 0.1}),
                "training: label_smoothing: it is about classes, and the target has none; remove it",
            ),
            (
                json!({"focal_gamma": 2}),
                "training: focal_gamma: it is about classes, and the target has none; remove it",
            ),
        ] {
            assert_eq!(message(&section, &Task::Regression), said);
            let section = section.as_object().unwrap();
            assert!(Training::read(&Registry::built_in(), &classes(), section).is_ok());
        }
        let both = message(
            &json!({"label_smoothing": 0.1, "focal_gamma": 2}),
            &classes(),
        );
        assert!(both.contains("not both"), "{both}");
        let much = message(&json!({"label_smoothing": 1.0}), &classes());
        assert!(
            much.starts_with("training: TrainConfig.label_smoothing: expected"),
            "{much}"
        );
        let none = json!({"class_weights": "none", "label_smoothing": 0, "focal_gamma": 0});
        let none = none.as_object().unwrap();
        assert!(Training::read(&Registry::built_in(), &Task::Regression, none).is_ok());
    }
}
