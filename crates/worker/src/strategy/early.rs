//! Early fusion of tokens: the first stages of the encoders, one trunk over the tokens of all
//! modalities, and a head.

use midfuse_base::catalogue::Needs;
use midfuse_core::{Config, Fusion, Mode, Model, Output};
use midfuse_fusion::{EarlyFusion, EarlyFusionConfig, Head};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};
use tch::nn;

use super::{D_FUSED, Parts, Strategy};
use crate::modality::AnyInput;
use crate::{Error, Result};

/// The trunk, and how deep in the encoders it begins.
#[derive(Debug, Clone)]
pub(crate) struct Early {
    /// Stages of the encoders before the fusion point; default 0: embedded inputs.
    depth: usize,
    trunk: EarlyFusionConfig,
}

impl Default for Early {
    fn default() -> Self {
        Self {
            depth: 0,
            trunk: EarlyFusionConfig::new([], D_FUSED),
        }
    }
}

#[derive(Debug)]
pub(crate) struct EarlyModel {
    parts: Parts,
    depth: usize,
    fusion: EarlyFusion,
    head: Head,
}

impl Strategy for Early {
    type Model = EarlyModel;

    const NEEDS: Needs = Needs::fusion();

    const FROM_DATA: &'static [&'static str] = &["d_tokens"];

    fn from_data(&self, parts: &Parts) -> Result<Map<String, Value>> {
        let (depth, deepest) = (self.depth, parts.n_stages());
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
            depth: self.depth,
            fusion,
            head,
        })
    }
}

impl Model for EarlyModel {
    type Batch = Vec<AnyInput>;

    fn forward(&self, batch: &Vec<AnyInput>, mode: Mode) -> midfuse_core::Result<Output> {
        let tokens = self.parts.encode_to(batch, self.depth, mode)?;
        let fused = self.fusion.fuse_tokens(&tokens, mode)?;
        let logits = self.head.forward(&fused, mode)?;
        Ok(Output { logits })
    }
}

// One table in the study file; serde's `flatten` would let unknown fields pass.
impl<'de> Deserialize<'de> for Early {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        use serde::de::Error as _;
        let mut fields = Map::deserialize(deserializer)?;
        let depth = fields.remove("depth").unwrap_or(json!(0));
        let n = depth.as_u64().ok_or_else(|| {
            let expected = "expected a number of stages from 0 on";
            D::Error::custom(format!("depth: {expected}, got {depth}"))
        })?;
        let trunk = serde_json::from_value(Value::Object(fields)).map_err(D::Error::custom)?;
        Ok(Self {
            depth: n as usize,
            trunk,
        })
    }
}

impl Serialize for Early {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        let mut fields = serde_json::to_value(&self.trunk).map_err(S::Error::custom)?;
        if let Some(fields) = fields.as_object_mut() {
            fields.insert("depth".to_owned(), json!(self.depth));
        }
        fields.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_stands_beside_the_fields_of_the_trunk() {
        let written = serde_json::to_value(Early::default()).unwrap();
        assert_eq!(written["depth"], 0);
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
        assert!(message("depth", json!(-1)).contains("expected a number of stages"));
        assert!(message("depht", json!(1)).contains("unknown field `depht`"));
    }
}
