//! The training section: the options of the loop, and how classes count in the loss.

use std::collections::BTreeSet;

use midfuse_base::{Choices, OptionInfo, Options, Task, options};
use midfuse_train::{Fields, Registry, TrainConfig};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LossConfig {
    /// How classes count in the loss; for classifications only.
    #[option(default = ClassWeights::None)]
    pub(crate) class_weights: ClassWeights,
}

impl LossConfig {
    fn read(fields: Map<String, Value>) -> Result<Self> {
        // One by one first, so that an error names its key; each has a default.
        for (key, value) in &fields {
            let one = Map::from_iter([(key.clone(), value.clone())]);
            serde_json::from_value::<Self>(Value::Object(one))
                .map_err(|error| wrong(format!("{key}: {error}")))?;
        }
        serde_json::from_value(Value::Object(fields)).map_err(wrong)
    }
}

/// The training section.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Training {
    pub(crate) config: TrainConfig,
    pub(crate) loss: LossConfig,
}

impl Training {
    /// Reads and checks the section of a model for this task.
    pub(crate) fn read(
        known: &Registry,
        task: &Task,
        section: &Map<String, Value>,
    ) -> Result<Self> {
        let of_loss: Vec<&str> = LossConfig::options().iter().map(|o| o.name).collect();
        let (loss, fields) = section
            .clone()
            .into_iter()
            .partition(|(key, _)| of_loss.contains(&key.as_str()));
        let loss = LossConfig::read(loss)?;
        if loss.class_weights == ClassWeights::Balanced && task.classes().is_empty() {
            return Err(wrong(
                "class_weights: `balanced` is about classes, and the target has none; remove it",
            ));
        }
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
        Ok(Self { config, loss })
    }

    /// Every option with its value.
    pub(crate) fn fields(&self) -> Result<Map<String, Value>> {
        let mut all = self.config.fields().map_err(wrong)?;
        all.extend(self.loss.fields().map_err(wrong)?);
        Ok(all)
    }

    /// Every option, as lists show it; `epochs` is `budget.epochs` in a study file.
    pub(crate) fn options() -> Vec<OptionInfo> {
        let of_loop = TrainConfig::options().into_iter();
        of_loop.chain(LossConfig::options()).collect()
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
    fn weights_of_classes_need_classes() {
        let section = json!({"class_weights": "balanced"});
        let said = message(&section, &Task::Regression);
        assert_eq!(
            said,
            "training: class_weights: `balanced` is about classes, and the target has none; remove it"
        );
        let none = json!({"class_weights": "none"});
        let none = none.as_object().unwrap();
        assert!(Training::read(&Registry::built_in(), &Task::Regression, none).is_ok());
    }
}
