//! Late fusion: encoders, a head each, and the mean of what the heads predict.

use midfuse_base::catalogue::Needs;
use midfuse_base::{OptionInfo, Options};
use midfuse_core::{Config, Mode, Model, Output};
use midfuse_fusion::{LateFusion, LateFusionConfig};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tch::nn;

use super::{Parts, Strategy};
use crate::Result;
use crate::modality::AnyInput;

/// The config of the fusion, as that of a strategy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Late(LateFusionConfig);

impl Default for Late {
    fn default() -> Self {
        Self(LateFusionConfig::regress([]))
    }
}

#[derive(Debug)]
pub(crate) struct LateModel {
    parts: Parts,
    fusion: LateFusion,
}

impl Strategy for Late {
    type Model = LateModel;

    const NEEDS: Needs = Needs::fusion();

    const FROM_DATA: &'static [&'static str] = &["d_in", "task"];

    const OWN_HEADS: bool = true;

    fn describe() -> Vec<OptionInfo> {
        LateFusionConfig::options()
    }

    fn from_data(&self, parts: &Parts) -> Result<Map<String, Value>> {
        Ok(Map::from_iter([
            ("d_in".to_owned(), json!(parts.d_out())),
            ("task".to_owned(), json!(parts.task())),
        ]))
    }

    fn build(&self, parts: Parts, vs: &nn::Path<'_>) -> Result<LateModel> {
        let fusion = self.0.init(vs / "fusion")?;
        Ok(LateModel { parts, fusion })
    }
}

impl Model for LateModel {
    type Batch = Vec<AnyInput>;

    fn forward(&self, batch: &Vec<AnyInput>, mode: Mode) -> midfuse_core::Result<Output> {
        let parts = self.parts.encode(batch, mode)?;
        let logits = self.fusion.forward(&parts, mode)?;
        Ok(Output { logits })
    }
}
