//! The model section of a job, as the study wrote it.

use std::collections::BTreeSet;

use midfuse_base::Task;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Training;
use super::training::MOST_REFITS;
use crate::modality::Sizes;
use crate::registry::Registry;
use crate::{Error, Result};

/// Encoders, strategy, head and training: `{"modalities": [..], "strategy": {..}, "head": {..},
/// "training": {..}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelSection {
    pub(crate) modalities: Vec<ModalitySection>,
    pub(crate) strategy: Named,
    /// What is written of the head; all of it once the model is built.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) head: Map<String, Value>,
    /// Read by [`train_with`](Self::train_with), because the worker's own optimisers are in it.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    training: Map<String, Value>,
}

/// One modality and its encoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModalitySection {
    pub(crate) name: String,
    pub(crate) encoder: Named,
}

impl ModalitySection {
    /// Where its encoder stands, for messages.
    pub(crate) fn path(&self) -> String {
        format!("modalities.{}.encoder", self.name)
    }
}

/// A registered name with the fields of its config.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) config: Map<String, Value>,
}

impl Named {
    /// Takes the fields of a whole config.
    pub(crate) fn set(&mut self, config: Value) {
        if let Value::Object(fields) = config {
            self.config = fields;
        }
    }
}

impl ModelSection {
    /// Reads and checks a section; encoders, strategy and training are looked up later.
    pub(crate) fn parse(value: &Value) -> Result<Self> {
        let section =
            Self::deserialize(value).map_err(|error| Error::section("model", error.to_string()))?;
        let mut names = BTreeSet::new();
        for modality in &section.modalities {
            if !names.insert(&modality.name) {
                return Err(Error::section(
                    "modalities",
                    format!("`{}` is listed twice", modality.name),
                ));
            }
        }
        if names.is_empty() {
            return Err(Error::section(
                "modalities",
                "expected at least one, got none",
            ));
        }
        Ok(section)
    }

    /// How to train, by what this worker knows; the section then has every option.
    pub(crate) fn train_with(
        &mut self,
        known: &midfuse_train::Registry,
        task: &Task,
    ) -> Result<Training> {
        let training = Training::read(known, task, &self.training)?;
        self.training = training.fields()?;
        Ok(training)
    }

    /// How many networks predict together, once [`train_with`](Self::train_with) has filled it in; 1 of
    /// a section that does not say.
    pub(crate) fn refits(&self) -> usize {
        let written = self.training.get("refits").and_then(Value::as_u64);
        written.map_or(1, |n| n.clamp(1, MOST_REFITS as u64) as usize)
    }

    /// An error where something is written that the estimator `name` has not: a head, a training.
    pub(crate) fn refuse_training(&self, name: &str) -> Result<()> {
        for (section, written) in [("head", &self.head), ("training", &self.training)] {
            if !written.is_empty() {
                let reason = format!("`{name}` has none; remove it");
                return Err(Error::section(section, reason));
            }
        }
        Ok(())
    }

    /// Fills in every field of every encoder, of what is registered and what comes from the data.
    pub(crate) fn fill_encoders(&mut self, registry: &Registry, sizes: &[Sizes]) -> Result<()> {
        for (modality, sizes) in self.modalities.iter_mut().zip(sizes) {
            let path = modality.path();
            let encoder = &mut modality.encoder;
            let known = registry.encoder(sizes.kind(), &encoder.name, &path)?;
            encoder.set(known.resolve(&encoder.config, &sizes.fields(), &path)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ClassWeights;
    use midfuse_train::Registry;
    use serde_json::json;

    fn train_with(section: &mut ModelSection) -> Result<Training> {
        let classes = vec!["a".to_owned(), "b".to_owned()];
        section.train_with(&Registry::built_in(), &Task::Classification { classes })
    }

    fn section(training: Value) -> Value {
        json!({
            "modalities": [{"name": "a", "encoder": {"name": "mlp", "d_block": 4}}],
            "strategy": {"name": "single"},
            "training": training,
        })
    }

    #[test]
    fn training_round_trips_with_class_weights() {
        let value = section(json!({"epochs": 3, "class_weights": "balanced"}));
        let mut parsed = ModelSection::parse(&value).unwrap();
        let training = train_with(&mut parsed).unwrap();
        assert_eq!(training.config.epochs, 3);
        assert_eq!(training.loss.class_weights, ClassWeights::Balanced);
        let back = serde_json::to_value(&parsed).unwrap();
        let mut again = ModelSection::parse(&back).unwrap();
        assert_eq!(again, parsed);
        assert_eq!(train_with(&mut again).unwrap(), training);
        assert_eq!(again, parsed);
    }

    #[test]
    fn defects_name_their_part() {
        let message = |value: Value| {
            let read = ModelSection::parse(&value).and_then(|mut s| train_with(&mut s));
            read.unwrap_err().line()
        };
        assert!(
            message(section(json!({"epoch": 3}))).starts_with("training: unknown field `epoch`")
        );
        assert!(message(section(json!({"class_weights": "even"}))).contains("class_weights"));
        assert!(message(section(json!({"lr": -1.0}))).starts_with("training: TrainConfig.lr"));
        let mut twice = section(json!({}));
        let one = twice["modalities"][0].clone();
        twice["modalities"].as_array_mut().unwrap().push(one);
        assert_eq!(message(twice), "modalities: `a` is listed twice");
    }
}
