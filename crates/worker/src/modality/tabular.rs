//! Tables: numeric columns preprocessed, categories numbered, both by the train rows.
//!
//! A number that is still missing behind all steps becomes 0, the train mean of a standardised column;
//! an unknown category and a missing one become code 0.

use std::collections::BTreeSet;
use std::sync::Arc;

use midfuse_base::Targets;
use midfuse_base::catalogue::OptionEntry;
use midfuse_core::convert::to_tensor;
use midfuse_data::{ModalityData, TabularData, TabularShape};
use midfuse_eval::transform::OrdinalEncoder;
use midfuse_eval::transform::step::{Columns, Pipeline, PipelineConfig};
use midfuse_eval::view::FitRows;
use midfuse_fusion::RawFeatures;
use midfuse_tabular::TabularInput;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tch::{Device, Kind, Tensor};

use super::preprocess::{self, Numbers};
use super::sizes::{codes, ones, zeros};
use super::{AnyInput, Modality, RowSizes, Sizes, Transform};
use crate::{Error, Result};

/// Columns, their statistics and their known categories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FittedTabular {
    numeric: Vec<String>,
    categorical: Vec<String>,
    #[serde(alias = "standardise")]
    preprocess: Pipeline,
    categories: OrdinalEncoder,
}

impl FittedTabular {
    /// Refuses other columns than those of training.
    fn check_columns(
        &self,
        numeric: &[String],
        categorical: &[String],
        modality: &str,
    ) -> Result<()> {
        for (kind, expected, got) in [
            ("numeric", &self.numeric, numeric),
            ("categorical", &self.categorical, categorical),
        ] {
            if expected != got {
                return Err(Error::request(
                    format!("modality `{modality}`"),
                    format!("the {kind} columns of training, {expected:?}"),
                    format!("{got:?}"),
                ));
            }
        }
        Ok(())
    }
}

impl Transform for FittedTabular {
    type Data = TabularData;
    type Shape = TabularShape;
    type Input = TabularInput;
    type Options = PipelineConfig;
    type Sizes = TabularSizes;

    fn listed() -> Vec<OptionEntry> {
        preprocess::listed()
    }

    fn options(encoder: &mut Map<String, Value>, path: &str) -> Result<PipelineConfig> {
        preprocess::take(encoder, path)
    }

    fn fit(
        data: &TabularData,
        ids: &[String],
        fit_rows: &FitRows<'_>,
        targets: &Targets,
        steps: &PipelineConfig,
    ) -> Result<Self> {
        let TabularData {
            numeric,
            numeric_names,
            categorical,
            categorical_names,
            present,
        } = data;
        let numbers = Numbers {
            values: &numeric.view(),
            present,
        };
        let no_category = vec![None; categorical_names.len()];
        let labels = fit_rows.take(ids, |row| {
            categorical.get(row).unwrap_or(&no_category).as_slice()
        })?;
        Ok(Self {
            numeric: numeric_names.clone(),
            categorical: categorical_names.clone(),
            preprocess: if numeric_names.is_empty() {
                Pipeline::default()
            } else {
                numbers.fit(steps, numeric_names, (ids, fit_rows), targets)?
            },
            categories: OrdinalEncoder::fit(&labels)?,
        })
    }

    fn apply(&self, data: &TabularData, modality: &str) -> Result<TabularInput> {
        let TabularData {
            numeric,
            numeric_names,
            categorical,
            categorical_names,
            present,
        } = data;
        self.check_columns(numeric_names, categorical_names, modality)?;
        let n = present.len() as i64;
        let codes = categorical
            .iter()
            .map(|row| self.categories.apply(row))
            .collect::<std::result::Result<Vec<_>, _>>()?
            .concat();
        let numeric = if self.numeric.is_empty() {
            None
        } else {
            let values = &numeric.view();
            let ready = Numbers { values, present }.apply(&self.preprocess)?;
            Some(to_tensor(&ready, Device::Cpu)?)
        };
        let k = self.categorical.len() as i64;
        let categorical = (k > 0).then(|| Tensor::from_slice(&codes).view([n, k]));
        let present = Tensor::from_slice(present);
        Ok(TabularInput::new(numeric, categorical, Some(present))?)
    }

    fn sizes(&self) -> Sizes {
        let known = |column: &Vec<String>| (column.len() as i64).max(1);
        Sizes::new(TabularSizes {
            n_numeric: self.preprocess.d_out() as i64,
            cardinalities: self.categories.categories.iter().map(known).collect(),
        })
    }

    fn sizes_of(
        shape: &TabularShape,
        steps: &PipelineConfig,
        whole: impl FnOnce() -> Result<Arc<ModalityData>>,
    ) -> Result<Sizes> {
        let n_numeric = shape.numeric.len();
        let (n_categorical, by_shape) = (shape.categorical.len(), steps.known_from(n_numeric));
        let data = match (n_categorical, by_shape) {
            (0, Some(_)) => None,
            (0, None) | (1.., _) => Some(whole()?),
        };
        let columns = || data.as_deref().map_or(Columns::of(n_numeric), columns);
        let n_numeric = by_shape.unwrap_or_else(|| steps.most(columns()));
        let cardinalities = data.as_deref();
        Ok(Sizes::new(TabularSizes {
            n_numeric: n_numeric as i64,
            cardinalities: cardinalities
                .map_or_else(Vec::new, |data| self::cardinalities(data, n_categorical)),
        }))
    }
}

/// The numeric columns of a table.
fn columns(data: &ModalityData) -> Columns {
    let ModalityData::Tabular(TabularData {
        numeric, present, ..
    }) = data
    else {
        return Columns::of(0);
    };
    let values = &numeric.view();
    Numbers { values, present }.columns()
}

/// Categories of each of `n` columns.
fn cardinalities(data: &ModalityData, n: usize) -> Vec<i64> {
    let mut known = vec![BTreeSet::new(); n];
    if let ModalityData::Tabular(TabularData { categorical, .. }) = data {
        for row in categorical {
            for (cell, known) in row.iter().zip(&mut known) {
                known.extend(cell);
            }
        }
    }
    let known = known.iter().map(|known| (known.len() as i64).max(1));
    known.collect()
}

/// Sizes of a row of a table.
#[derive(Debug, Default)]
pub(super) struct TabularSizes {
    n_numeric: i64,
    /// Known categories per column.
    cardinalities: Vec<i64>,
}

impl RowSizes for TabularSizes {
    fn kind(&self) -> &'static str {
        TabularShape::KIND
    }

    fn fields(&self) -> Value {
        json!({"n_numeric": self.n_numeric, "cardinalities": self.cardinalities})
    }

    fn n_raw(&self) -> i64 {
        self.n_numeric + self.n_codes().iter().sum::<i64>()
    }

    fn n_codes(&self) -> Vec<i64> {
        self.cardinalities.iter().map(|known| known + 1).collect()
    }

    fn rows_of_zeros(&self, b: i64, device: Device) -> midfuse_core::Result<AnyInput> {
        let (n, k) = (self.n_numeric, self.cardinalities.len() as i64);
        Ok(AnyInput::new(TabularInput::new(
            (n > 0).then(|| zeros(&[b, n], device)),
            (k > 0).then(|| codes(&[b, k], device)),
            Some(ones(&[b], device)),
        )?))
    }
}

impl Modality for TabularInput {
    const NAME: &'static str = "tabular";

    fn select(&self, rows: &Tensor) -> Self {
        Self::select(self, rows)
    }

    fn to_device(&self, device: Device) -> Self {
        Self::to_device(self, device)
    }

    fn noisy(&self, std: f64) -> Self {
        self.with_noise(std)
    }

    fn missing(&self) -> Option<Tensor> {
        self.observed().map(Tensor::logical_not)
    }

    fn raw_features(&self, n_codes: &[i64]) -> RawFeatures {
        let numeric = self.numeric().map(Tensor::shallow_clone);
        let mut columns: Vec<Tensor> = numeric.into_iter().collect();
        if let Some(codes) = self.categorical() {
            let columns_of = codes.unbind(1);
            let one_hot = columns_of
                .iter()
                .zip(n_codes)
                .map(|(column, &n)| column.one_hot(n).to_kind(Kind::Float));
            columns.extend(one_hot);
        }
        RawFeatures {
            values: Tensor::cat(&columns, 1),
            present: self.present().map(Tensor::shallow_clone),
        }
    }
}
