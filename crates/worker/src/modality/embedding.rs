//! Embeddings: the values of the vector preprocessed by the train rows that have one.

use std::sync::Arc;

use midfuse_base::Targets;
use midfuse_base::catalogue::OptionEntry;
use midfuse_core::convert::to_tensor;
use midfuse_data::{EmbeddingData, EmbeddingShape, ModalityData};
use midfuse_eval::transform::step::{Columns, Pipeline, PipelineConfig};
use midfuse_eval::view::FitRows;
use midfuse_tabular::TabularInput;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tch::{Device, Tensor};

use super::preprocess::{self, Numbers};
use super::sizes::{ones, zeros};
use super::{AnyInput, RowSizes, Sizes, Transform};
use crate::{Error, Result};

/// What was fitted on the train vectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FittedEmbedding {
    #[serde(alias = "standardise")]
    preprocess: Pipeline,
}

/// A vector is a row of numbers, so its encoders are those of tables.
impl Transform for FittedEmbedding {
    type Data = EmbeddingData;
    type Shape = EmbeddingShape;
    type Input = TabularInput;
    type Options = PipelineConfig;
    type Sizes = EmbeddingSizes;

    fn listed() -> Vec<OptionEntry> {
        preprocess::listed()
    }

    fn options(encoder: &mut Map<String, Value>, path: &str) -> Result<PipelineConfig> {
        preprocess::take(encoder, path)
    }

    fn fit(
        data: &EmbeddingData,
        ids: &[String],
        fit_rows: &FitRows<'_>,
        targets: &Targets,
        steps: &PipelineConfig,
    ) -> Result<Self> {
        let names: Vec<String> = (0..data.vectors.ncols()).map(|at| at.to_string()).collect();
        let values = &data.vectors.view();
        let present = &data.present;
        let numbers = Numbers { values, present };
        Ok(Self {
            preprocess: numbers.fit(steps, &names, (ids, fit_rows), targets)?,
        })
    }

    fn apply(&self, data: &EmbeddingData, modality: &str) -> Result<TabularInput> {
        let (d, came) = (self.preprocess.d_in(), data.vectors.ncols());
        if came != d {
            return Err(Error::request(
                format!("modality `{modality}`"),
                format!("vectors of {d} values, as in training"),
                came.to_string(),
            ));
        }
        let values = &data.vectors.view();
        let present = &data.present;
        let ready = Numbers { values, present }.apply(&self.preprocess)?;
        let present = Tensor::from_slice(&data.present);
        let numeric = to_tensor(&ready, Device::Cpu)?;
        Ok(TabularInput::new(Some(numeric), None, Some(present))?)
    }

    fn sizes(&self) -> Sizes {
        Sizes::new(EmbeddingSizes {
            d: self.preprocess.d_out() as i64,
        })
    }

    fn sizes_of(
        shape: &EmbeddingShape,
        steps: &PipelineConfig,
        whole: impl FnOnce() -> Result<Arc<ModalityData>>,
    ) -> Result<Sizes> {
        let d = match steps.known_from(shape.d) {
            Some(d) => d,
            None => match whole()?.as_ref() {
                ModalityData::Embedding(data) => {
                    let values = &data.vectors.view();
                    let present = &data.present;
                    steps.most(Numbers { values, present }.columns())
                }
                ModalityData::Image(_)
                | ModalityData::Sequence(_)
                | ModalityData::Tabular(_)
                | ModalityData::Text(_) => steps.most(Columns::of(shape.d)),
            },
        };
        Ok(Sizes::new(EmbeddingSizes { d: d as i64 }))
    }
}

#[derive(Debug, Default)]
pub(super) struct EmbeddingSizes {
    d: i64,
}

impl RowSizes for EmbeddingSizes {
    fn kind(&self) -> &'static str {
        EmbeddingShape::KIND
    }

    fn fields(&self) -> Value {
        json!({"n_numeric": self.d, "cardinalities": []})
    }

    fn n_raw(&self) -> i64 {
        self.d
    }

    fn rows_of_zeros(&self, b: i64, device: Device) -> midfuse_core::Result<AnyInput> {
        let (vectors, present) = (zeros(&[b, self.d], device), ones(&[b], device));
        let input = TabularInput::new(Some(vectors), None, Some(present))?;
        Ok(AnyInput::new(input))
    }
}
