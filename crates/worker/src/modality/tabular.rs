//! Tables: numeric columns standardised, categories numbered, both by the train rows.
//!
//! A missing number becomes 0, the train mean of a standardised column; an unknown category and a
//! missing one become code 0.

use std::collections::BTreeSet;
use std::sync::Arc;

use midfuse_core::convert::to_tensor;
use midfuse_data::{ModalityData, TabularData, TabularShape};
use midfuse_eval::transform::{OrdinalEncoder, Standardiser};
use midfuse_eval::view::FitRows;
use midfuse_fusion::RawFeatures;
use midfuse_tabular::TabularInput;
use ndarray::Axis;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tch::{Device, Kind, Tensor};

use super::sizes::{codes, ones, zeros};
use super::{AnyInput, Modality, RowSizes, Sizes, Transform};
use crate::{Error, Result};

/// Columns, their statistics and their known categories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FittedTabular {
    numeric: Vec<String>,
    categorical: Vec<String>,
    standardise: Standardiser,
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
    type Options = ();
    type Sizes = TabularSizes;

    fn fit(
        data: &TabularData,
        ids: &[String],
        fit_rows: &FitRows<'_>,
        _options: &(),
    ) -> Result<Self> {
        let TabularData {
            numeric,
            numeric_names,
            categorical,
            categorical_names,
            ..
        } = data;
        let numbers = fit_rows.take(ids, |row| numeric.index_axis(Axis(0), row).to_vec())?;
        let no_category = vec![None; categorical_names.len()];
        let labels = fit_rows.take(ids, |row| {
            categorical.get(row).unwrap_or(&no_category).as_slice()
        })?;
        Ok(Self {
            numeric: numeric_names.clone(),
            categorical: categorical_names.clone(),
            standardise: Standardiser::fit::<f32, _>(&numbers)?,
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
        let mut standard = numeric.as_standard_layout().into_owned();
        for mut row in standard.outer_iter_mut() {
            if let Some(row) = row.as_slice_mut() {
                self.standardise.apply(row)?;
            }
        }
        let n = present.len() as i64;
        let codes = categorical
            .iter()
            .map(|row| self.categories.apply(row))
            .collect::<std::result::Result<Vec<_>, _>>()?
            .concat();
        let numeric = if self.numeric.is_empty() {
            None
        } else {
            Some(to_tensor(&standard, Device::Cpu)?)
        };
        let k = self.categorical.len() as i64;
        let categorical = (k > 0).then(|| Tensor::from_slice(&codes).view([n, k]));
        let present = Tensor::from_slice(present);
        Ok(TabularInput::new(numeric, categorical, Some(present))?)
    }

    fn sizes(&self) -> Sizes {
        let known = |column: &Vec<String>| (column.len() as i64).max(1);
        Sizes::new(TabularSizes {
            n_numeric: self.numeric.len() as i64,
            cardinalities: self.categories.categories.iter().map(known).collect(),
        })
    }

    fn sizes_of(
        shape: &TabularShape,
        _options: &(),
        whole: impl FnOnce() -> Result<Arc<ModalityData>>,
    ) -> Result<Sizes> {
        let cardinalities = match shape.categorical.len() {
            0 => Vec::new(),
            n => cardinalities(whole()?.as_ref(), n),
        };
        Ok(Sizes::new(TabularSizes {
            n_numeric: shape.numeric.len() as i64,
            cardinalities,
        }))
    }
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
