//! The fitted transforms of one modality: plain data that a saved model bundles.

use midfuse_data::ModalityData;
use midfuse_eval::view::FitRows;
use serde::{Deserialize, Serialize};

use super::image::FittedImage;
use super::sequence::FittedSequence;
use super::tabular::FittedTabular;
use super::text::{FittedText, TextOptions};
use super::{AnyInput, Sizes};
use crate::{Error, Result};

/// What was learned from the fitting rows about one modality.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Fitted {
    Image(FittedImage),
    Sequence(FittedSequence),
    Text(FittedText),
    Tabular(FittedTabular),
}

impl Fitted {
    /// Fits on the fitting rows among `data`, whose rows have the ids `ids`.
    pub(crate) fn fit(
        data: &ModalityData,
        ids: &[String],
        fit_rows: &FitRows<'_>,
        text: &TextOptions,
    ) -> Result<Self> {
        Ok(match data {
            ModalityData::Image { pixels, present } => {
                Self::Image(FittedImage::fit(pixels, present, ids, fit_rows)?)
            }
            ModalityData::Sequence { values, lengths } => {
                Self::Sequence(FittedSequence::fit(values, lengths, ids, fit_rows)?)
            }
            ModalityData::Text { texts } => {
                Self::Text(FittedText::fit(texts, ids, fit_rows, text)?)
            }
            ModalityData::Tabular {
                numeric,
                numeric_names,
                categorical,
                categorical_names,
                ..
            } => Self::Tabular(FittedTabular::fit(
                (numeric, numeric_names),
                (categorical, categorical_names),
                ids,
                fit_rows,
            )?),
        })
    }

    /// Transforms rows to the input of an encoder, on the CPU.
    pub(crate) fn apply(&self, data: &ModalityData, modality: &str) -> Result<AnyInput> {
        match (self, data) {
            (Self::Image(fitted), ModalityData::Image { pixels, present }) => {
                fitted.apply(pixels, present, modality)
            }
            (Self::Sequence(fitted), ModalityData::Sequence { values, lengths }) => {
                fitted.apply(values, lengths, modality)
            }
            (Self::Text(fitted), ModalityData::Text { texts }) => fitted.apply(texts),
            (
                Self::Tabular(fitted),
                ModalityData::Tabular {
                    numeric,
                    numeric_names,
                    categorical,
                    categorical_names,
                    present,
                },
            ) => {
                fitted.check_columns(numeric_names, categorical_names, modality)?;
                fitted.apply(numeric, categorical, present)
            }
            _ => Err(Error::request(
                format!("modality `{modality}`"),
                format!("{}, as in training", self.sizes().kind()),
                "another kind",
            )),
        }
    }

    pub(crate) fn sizes(&self) -> Sizes {
        match self {
            Self::Image(fitted) => fitted.sizes(),
            Self::Sequence(fitted) => fitted.sizes(),
            Self::Text(fitted) => fitted.sizes(),
            Self::Tabular(fitted) => fitted.sizes(),
        }
    }
}
