//! Tables: numeric columns standardised, categories numbered, both by the train rows.
//!
//! A missing number becomes 0, the train mean of a standardised column; an unknown category and a
//! missing one become code 0.

use midfuse_core::convert::to_tensor;
use midfuse_eval::transform::{OrdinalEncoder, Standardiser};
use midfuse_eval::view::FitRows;
use midfuse_tabular::TabularInput;
use ndarray::{Array2, Axis};
use serde::{Deserialize, Serialize};
use tch::{Device, Tensor};

use super::{AnyInput, Sizes};
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
    /// `[N, F]` with names, `[N][K]` with names.
    pub(crate) fn fit(
        (numeric, numeric_names): (&Array2<f32>, &[String]),
        (categorical, categorical_names): (&[Vec<Option<String>>], &[String]),
        ids: &[String],
        fit_rows: &FitRows<'_>,
    ) -> Result<Self> {
        let numbers = fit_rows.take(ids, |row| numeric.index_axis(Axis(0), row).to_vec())?;
        let no_category = vec![None; categorical_names.len()];
        let labels = fit_rows.take(ids, |row| {
            categorical.get(row).unwrap_or(&no_category).as_slice()
        })?;
        Ok(Self {
            numeric: numeric_names.to_vec(),
            categorical: categorical_names.to_vec(),
            standardise: Standardiser::fit::<f32, _>(&numbers)?,
            categories: OrdinalEncoder::fit(&labels)?,
        })
    }

    /// Refuses other columns than those of training.
    pub(crate) fn check_columns(
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

    pub(crate) fn apply(
        &self,
        numeric: &Array2<f32>,
        categorical: &[Vec<Option<String>>],
        present: &[bool],
    ) -> Result<AnyInput> {
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
        Ok(AnyInput::Tabular(TabularInput::new(
            numeric,
            categorical,
            Some(present),
        )?))
    }

    pub(crate) fn sizes(&self) -> Sizes {
        let known = |column: &Vec<String>| (column.len() as i64).max(1);
        Sizes::Tabular {
            n_numeric: self.numeric.len() as i64,
            cardinalities: self.categories.categories.iter().map(known).collect(),
        }
    }
}
