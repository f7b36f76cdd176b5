//! Early fusion of raw features: no encoders, one trunk over all features, and a head.

use midfuse_base::catalogue::Needs;
use midfuse_core::{Config, Mode, Model, Output};
use midfuse_fusion::{Head, RawEarlyFusion, RawEarlyFusionConfig};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tch::nn;

use super::{D_FUSED, Parts, Strategy};
use crate::Result;
use crate::modality::AnyInput;

/// The config of the fusion, as that of a strategy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct EarlyRaw(RawEarlyFusionConfig);

impl Default for EarlyRaw {
    fn default() -> Self {
        Self(RawEarlyFusionConfig::new([], D_FUSED))
    }
}

#[derive(Debug)]
pub(crate) struct EarlyRawModel {
    parts: Parts,
    fusion: RawEarlyFusion,
    head: Head,
}

impl Strategy for EarlyRaw {
    type Model = EarlyRawModel;

    const NEEDS: Needs = Needs::raw_features();

    const FROM_DATA: &'static [&'static str] = &["d_in"];

    fn from_data(&self, parts: &Parts) -> Result<Map<String, Value>> {
        Ok(Map::from_iter([("d_in".to_owned(), json!(parts.n_raw()))]))
    }

    fn build(&self, parts: Parts, vs: &nn::Path<'_>) -> Result<EarlyRawModel> {
        let fusion = self.0.init(vs / "fusion")?;
        let head = parts.head(fusion.d_out(), &(vs / "head"))?;
        Ok(EarlyRawModel {
            parts,
            fusion,
            head,
        })
    }
}

impl Model for EarlyRawModel {
    type Batch = Vec<AnyInput>;

    fn forward(&self, batch: &Vec<AnyInput>, mode: Mode) -> midfuse_core::Result<Output> {
        let features = self.parts.raw_features(batch);
        let fused = self.fusion.fuse_raw(&features, mode)?;
        let logits = self.head.forward(&fused, mode)?;
        Ok(Output { logits })
    }
}
