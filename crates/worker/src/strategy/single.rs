//! One modality alone: its encoder and a head.

use midfuse_base::catalogue::Needs;
use midfuse_core::{Mode, Model, Output};
use midfuse_fusion::Head;
use serde::{Deserialize, Serialize};
use tch::nn;

use super::{Parts, Strategy};
use crate::Result;
use crate::modality::AnyInput;

/// Nothing to set: all options are those of the encoder.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Single {}

#[derive(Debug)]
pub(crate) struct SingleModel {
    parts: Parts,
    head: Head,
}

impl Strategy for Single {
    type Model = SingleModel;

    const NEEDS: Needs = Needs::each_modality();

    fn build(&self, parts: Parts, vs: &nn::Path<'_>) -> Result<SingleModel> {
        let d_in = parts.d_out().first().copied().unwrap_or(0);
        let head = parts.head(d_in, &(vs / "head"))?;
        Ok(SingleModel { parts, head })
    }
}

impl Model for SingleModel {
    type Batch = Vec<AnyInput>;

    fn forward(&self, batch: &Vec<AnyInput>, mode: Mode) -> midfuse_core::Result<Output> {
        let encoded = self.parts.encode(batch, mode)?;
        let [encoded] = encoded.as_slice() else {
            return Err(midfuse_core::Error::Input {
                module: "SingleModel",
                expected: "one modality".to_owned(),
                got: encoded.len().to_string(),
            });
        };
        let logits = self.head.forward(encoded, mode)?;
        Ok(Output { logits })
    }
}
