//! The model section of a job, as the study wrote it.

use std::collections::BTreeSet;

use midfuse_train::TrainConfig;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Error, Result};

/// Encoders, strategy and training: `{"modalities": [..], "strategy": {..}, "training": {..}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelSection {
    pub(crate) modalities: Vec<ModalitySection>,
    pub(crate) strategy: Named,
    #[serde(default)]
    pub(crate) training: Training,
}

/// One modality and its encoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModalitySection {
    pub(crate) name: String,
    pub(crate) encoder: Named,
}

impl ModalitySection {
    /// The path of its encoder in a message: `modalities.pixels.encoder`.
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

/// How classes count in the loss; key `class_weights` of the training section.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ClassWeights {
    /// Every row counts the same.
    #[default]
    None,
    /// Every class counts the same: inverse to its share of the fitting rows.
    Balanced,
}

/// The training section.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Training {
    pub(crate) config: TrainConfig,
    pub(crate) class_weights: ClassWeights,
}

impl<'de> Deserialize<'de> for Training {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<Self, D::Error> {
        use serde::de::Error as _;
        let mut fields = Map::deserialize(deserializer)?;
        let class_weights = match fields.remove("class_weights") {
            None => ClassWeights::None,
            Some(value) => serde_json::from_value(value)
                .map_err(|error| D::Error::custom(format!("class_weights: {error}")))?,
        };
        let config = serde_json::from_value(Value::Object(fields)).map_err(D::Error::custom)?;
        Ok(Self {
            config,
            class_weights,
        })
    }
}

impl Serialize for Training {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        let mut fields = serde_json::to_value(&self.config).map_err(S::Error::custom)?;
        let weights = serde_json::to_value(&self.class_weights).map_err(S::Error::custom)?;
        if let Some(fields) = fields.as_object_mut() {
            fields.insert("class_weights".into(), weights);
        }
        fields.serialize(serializer)
    }
}

impl ModelSection {
    /// Reads and checks a section; encoders and strategy are looked up later.
    pub(crate) fn parse(value: &Value) -> Result<Self> {
        let parse = |part: &str, error: serde_json::Error| Error::section(part, error.to_string());
        // Part by part, so that an error names its part.
        if let Some(training) = value.get("training") {
            Training::deserialize(training).map_err(|error| parse("training", error))?;
        }
        let section = Self::deserialize(value).map_err(|error| parse("model", error))?;
        section
            .training
            .config
            .validate()
            .map_err(|error| Error::section("training", error.to_string()))?;
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
        let parsed = ModelSection::parse(&value).unwrap();
        assert_eq!(parsed.training.config.epochs, 3);
        assert_eq!(parsed.training.class_weights, ClassWeights::Balanced);
        let back = serde_json::to_value(&parsed).unwrap();
        assert_eq!(ModelSection::parse(&back).unwrap(), parsed);
    }

    #[test]
    fn defects_name_their_part() {
        let message = |value: Value| ModelSection::parse(&value).unwrap_err().line();
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
