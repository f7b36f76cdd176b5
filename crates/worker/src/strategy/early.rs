//! Early fusion of tokens: the first stages of the encoders, one trunk over the tokens of all
//! modalities, and a head.

use midfuse_base::catalogue::Needs;
use midfuse_base::{OptionInfo, Options, options};
use midfuse_core::{Config, Fusion, Mode, Model, Output};
use midfuse_fusion::{EarlyFusion, EarlyFusionConfig, Head};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};
use tch::nn;

use super::{D_FUSED, Parts, Strategy};
use crate::modality::{AnyInput, FieldValues};
use crate::{Error, Result};

/// What of the encoders the trunk begins with.
#[options]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    /// Stages of the encoders before modalities meet; 0 for embedded inputs.
    #[option(default = 0, range = 0.., rule = "no more than the shallowest encoder has")]
    depth: usize,
    /// Most tokens of one modality: where its encoder gives more, neighbours are averaged, those of
    /// an image over square patches. Attention compares every token with every other, so time and
    /// memory grow with the square of it.
    #[option(default = 256, range = positive, source = "ViT makes 196 of an image of 224 x 224")]
    max_tokens: i64,
}

/// The trunk, and how deep in the encoders it begins: one table of a study file.
#[derive(Debug, Clone)]
pub(crate) struct Early {
    at: Entry,
    trunk: EarlyFusionConfig,
}

impl Default for Early {
    fn default() -> Self {
        Self {
            at: Entry::default(),
            trunk: EarlyFusionConfig::new([], D_FUSED),
        }
    }
}

#[derive(Debug)]
pub(crate) struct EarlyModel {
    parts: Parts,
    at: Entry,
    fusion: EarlyFusion,
    head: Head,
}

impl Strategy for Early {
    type Model = EarlyModel;

    const NEEDS: Needs = Needs::fusion();

    const FROM_DATA: &'static [&'static str] = &["d_tokens"];

    fn describe() -> Vec<OptionInfo> {
        let own = Entry::options().into_iter();
        own.chain(EarlyFusionConfig::options()).collect()
    }

    fn smaller(&self) -> Option<FieldValues> {
        let default = Entry::default().max_tokens;
        let smaller = [default, default / 4];
        let smaller = smaller.into_iter().filter(|&n| n < self.at.max_tokens);
        Some(("max_tokens", smaller.collect()))
    }

    fn from_data(&self, parts: &Parts) -> Result<Map<String, Value>> {
        let (depth, deepest) = (self.at.depth, parts.n_stages());
        if depth > deepest {
            let reason = format!(
                "expected at most {deepest}, the stages of the shallowest encoder, got {depth}"
            );
            return Err(Error::section("depth", reason));
        }
        let d_tokens = json!(parts.d_at(depth));
        Ok(Map::from_iter([("d_tokens".to_owned(), d_tokens)]))
    }

    fn build(&self, parts: Parts, vs: &nn::Path<'_>) -> Result<EarlyModel> {
        let fusion = self.trunk.init(vs / "fusion")?;
        let head = parts.head(fusion.d_out(), &(vs / "head"))?;
        Ok(EarlyModel {
            parts,
            at: self.at.clone(),
            fusion,
            head,
        })
    }
}

impl Model for EarlyModel {
    type Batch = Vec<AnyInput>;

    fn forward(&self, batch: &Vec<AnyInput>, mode: Mode) -> midfuse_core::Result<Output> {
        let Entry { depth, max_tokens } = self.at;
        let tokens = self
            .parts
            .encode_to_at_most(batch, depth, max_tokens, mode)?;
        let fused = self.fusion.fuse_tokens(&tokens, mode)?;
        let logits = self.head.forward(&fused, mode)?;
        Ok(Output { logits })
    }
}

// serde's `flatten` would let unknown fields pass.
impl<'de> Deserialize<'de> for Early {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        use serde::de::Error as _;
        let fields = Map::deserialize(deserializer)?;
        let own = Entry::options();
        let is_own = |key: &str| own.iter().any(|option| option.name == key);
        let (at, trunk): (Map<_, _>, Map<_, _>) =
            fields.into_iter().partition(|(key, _)| is_own(key));
        // One by one first, so that an error names its key; each has a default.
        for (key, value) in &at {
            let one = Map::from_iter([(key.clone(), value.clone())]);
            serde_json::from_value::<Entry>(Value::Object(one))
                .map_err(|error| D::Error::custom(format!("{key}: {error}")))?;
        }
        Ok(Self {
            at: serde_json::from_value(Value::Object(at)).map_err(D::Error::custom)?,
            trunk: serde_json::from_value(Value::Object(trunk)).map_err(D::Error::custom)?,
        })
    }
}

impl Serialize for Early {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        let fields = |value: serde_json::Result<Value>| match value {
            Ok(Value::Object(fields)) => Ok(fields),
            Ok(_) => Ok(Map::new()),
            Err(error) => Err(S::Error::custom(error)),
        };
        let mut all = fields(serde_json::to_value(&self.trunk))?;
        all.extend(fields(serde_json::to_value(&self.at))?);
        all.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_stands_beside_the_fields_of_the_trunk() {
        let written = serde_json::to_value(Early::default()).unwrap();
        assert_eq!(written["depth"], 0);
        assert_eq!(written["max_tokens"], 256);
        assert_eq!(written["d_model"], D_FUSED);
        let read: Early = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), written);
        let message = |field: &str, value: Value| {
            let mut fields = written.clone();
            fields[field] = value;
            serde_json::from_value::<Early>(fields)
                .unwrap_err()
                .to_string()
        };
        assert!(message("depth", json!(-1)).starts_with("depth: invalid value"));
        assert!(message("max_tokens", json!("many")).starts_with("max_tokens: invalid type"));
        assert!(message("depht", json!(1)).contains("unknown field `depht`"));
    }
}
