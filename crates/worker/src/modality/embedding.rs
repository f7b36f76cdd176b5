//! Embeddings: every value of the vector standardised by the train rows that have one.

use std::sync::Arc;

use midfuse_core::convert::to_tensor;
use midfuse_data::{EmbeddingData, EmbeddingShape, ModalityData};
use midfuse_eval::transform::Standardiser;
use midfuse_eval::view::FitRows;
use midfuse_tabular::TabularInput;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tch::{Device, Tensor};

use super::sizes::{ones, zeros};
use super::{AnyInput, RowSizes, Sizes, Transform};
use crate::{Error, Result};

/// Statistics of the train vectors, value by value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FittedEmbedding {
    standardise: Standardiser,
}

/// A vector is a row of numbers, so its encoders are those of tables.
impl Transform for FittedEmbedding {
    type Data = EmbeddingData;
    type Shape = EmbeddingShape;
    type Input = TabularInput;
    type Options = ();
    type Sizes = EmbeddingSizes;

    fn fit(
        data: &EmbeddingData,
        ids: &[String],
        fit_rows: &FitRows<'_>,
        _options: &(),
    ) -> Result<Self> {
        let absent = vec![f32::NAN; data.vectors.ncols()];
        let train = fit_rows.take(ids, |row| match data.present.get(row) {
            Some(true) => data.vectors.row(row).to_vec(),
            _ => absent.clone(),
        })?;
        Ok(Self {
            standardise: Standardiser::fit::<f32, _>(&train)?,
        })
    }

    fn apply(&self, data: &EmbeddingData, modality: &str) -> Result<TabularInput> {
        let (d, came) = (self.standardise.mean.len(), data.vectors.ncols());
        if came != d {
            return Err(Error::request(
                format!("modality `{modality}`"),
                format!("vectors of {d} values, as in training"),
                came.to_string(),
            ));
        }
        let mut standard = data.vectors.as_standard_layout().into_owned();
        for mut row in standard.outer_iter_mut() {
            if let Some(row) = row.as_slice_mut() {
                self.standardise.apply(row)?;
            }
        }
        let present = Tensor::from_slice(&data.present);
        let numeric = to_tensor(&standard, Device::Cpu)?;
        Ok(TabularInput::new(Some(numeric), None, Some(present))?)
    }

    fn sizes(&self) -> Sizes {
        Sizes::new(EmbeddingSizes {
            d: self.standardise.mean.len() as i64,
        })
    }

    fn sizes_of(
        shape: &EmbeddingShape,
        _options: &(),
        _whole: impl FnOnce() -> Result<Arc<ModalityData>>,
    ) -> Result<Sizes> {
        Ok(Sizes::new(EmbeddingSizes { d: shape.d as i64 }))
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
