//! Intermediate fusion: encoders, any [`Fusion`] of what they say, and a head.

use midfuse_base::catalogue::Needs;
use midfuse_core::{Config, Fusion, Mode, Model, Output};
use midfuse_fusion::Head;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tch::nn;

use super::{Parts, Strategy};
use crate::Result;
use crate::modality::AnyInput;

/// The config of a fusion, as that of a strategy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fused<C>(pub(crate) C);

#[derive(Debug)]
pub(crate) struct FusedModel<F> {
    parts: Parts,
    fusion: F,
    head: Head,
}

impl<C> Strategy for Fused<C>
where
    C: Config<Module: Fusion + 'static>,
{
    type Model = FusedModel<C::Module>;

    const NEEDS: Needs = Needs::fusion();

    // Each where the config has it.
    const FROM_DATA: &'static [&'static str] = &["d_in", "task"];

    fn from_data(&self, parts: &Parts) -> Result<Map<String, Value>> {
        Ok(Map::from_iter([
            ("d_in".to_owned(), json!(parts.d_out())),
            ("task".to_owned(), json!(parts.task())),
        ]))
    }

    fn build(&self, parts: Parts, vs: &nn::Path<'_>) -> Result<Self::Model> {
        let fusion = self.0.init(vs / "fusion")?;
        let head = parts.head(fusion.d_out(), &(vs / "head"))?;
        Ok(FusedModel {
            parts,
            fusion,
            head,
        })
    }
}

impl<F: Fusion> Model for FusedModel<F> {
    type Batch = Vec<AnyInput>;

    fn forward(&self, batch: &Vec<AnyInput>, mode: Mode) -> midfuse_core::Result<Output> {
        let parts = self.parts.encode(batch, mode)?;
        let fused = self.fusion.fuse(&parts, mode)?;
        let logits = self.head.forward(&fused, mode)?;
        Ok(Output { logits })
    }
}
