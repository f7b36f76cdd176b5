//! The sizes that an encoder needs to know of its modality.

use midfuse_core::Result;
use midfuse_image::ImageInput;
use midfuse_sequence::{SequenceInput, Steps};
use midfuse_tabular::TabularInput;
use serde_json::{Map, Value, json};
use tch::{Device, Kind, Tensor};

use super::AnyInput;

/// Sizes of one row. They fill those fields of configs that come from the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sizes {
    Image {
        channels: i64,
        height: i64,
        width: i64,
    },
    Sequence {
        max_len: i64,
        d_in: i64,
    },
    Text {
        max_len: i64,
        n_ids: i64,
    },
    Tabular {
        n_numeric: i64,
        /// Known categories per column.
        cardinalities: Vec<i64>,
    },
}

impl Sizes {
    /// Name of the kind in a cohort.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Image { .. } => "image",
            Self::Sequence { .. } => "sequence",
            Self::Text { .. } => "text",
            Self::Tabular { .. } => "tabular",
        }
    }

    /// The fields of an encoder's config that come from the data.
    pub(crate) fn fields(&self) -> Map<String, Value> {
        let fields = match self {
            Self::Image {
                channels,
                height,
                width,
            } => json!({"channels": channels, "height": height, "width": width}),
            Self::Sequence { max_len, d_in } => {
                json!({"steps": {"values": {"d_in": d_in}}, "max_len": max_len})
            }
            Self::Text { max_len, n_ids } => {
                json!({"steps": {"ids": {"n_ids": n_ids}}, "max_len": max_len})
            }
            Self::Tabular {
                n_numeric,
                cardinalities,
            } => json!({"n_numeric": n_numeric, "cardinalities": cardinalities}),
        };
        fields.as_object().cloned().unwrap_or_default()
    }

    /// How many values an id, or the code of each categorical column, takes.
    pub(crate) fn n_codes(&self) -> Vec<i64> {
        match self {
            Self::Text { n_ids, .. } => vec![*n_ids],
            Self::Tabular { cardinalities, .. } => {
                cardinalities.iter().map(|known| known + 1).collect()
            }
            Self::Image { .. } | Self::Sequence { .. } => Vec::new(),
        }
    }

    /// Raw features per row.
    pub(crate) fn n_raw(&self) -> i64 {
        match self {
            Self::Image {
                channels,
                height,
                width,
            } => channels * height * width,
            Self::Sequence { max_len, d_in } => max_len * d_in,
            Self::Text { n_ids, .. } => *n_ids,
            Self::Tabular { n_numeric, .. } => n_numeric + self.n_codes().iter().sum::<i64>(),
        }
    }

    /// Rows of zeros that are whole: present, of full length, without missing values. They show
    /// what a row costs and which parameters take part.
    pub(crate) fn rows_of_zeros(&self, b: i64, device: Device) -> Result<AnyInput> {
        let zeros = |dims: &[i64]| Tensor::zeros(dims, (Kind::Float, device));
        let codes = |dims: &[i64]| Tensor::zeros(dims, (Kind::Int64, device));
        let ones = |dims: &[i64]| Tensor::ones(dims, (Kind::Bool, device));
        Ok(match self {
            Self::Image {
                channels,
                height,
                width,
            } => AnyInput::Image(ImageInput::with_present(
                zeros(&[b, *channels, *height, *width]),
                ones(&[b]),
            )),
            Self::Sequence { max_len, d_in } => AnyInput::Sequence(SequenceInput::new(
                Steps::Values(zeros(&[b, *max_len, *d_in])),
                Some(ones(&[b, *max_len])),
            )?),
            Self::Text { max_len, .. } => AnyInput::Sequence(SequenceInput::new(
                Steps::Ids(codes(&[b, *max_len])),
                Some(ones(&[b, *max_len])),
            )?),
            Self::Tabular {
                n_numeric,
                cardinalities,
            } => {
                let k = cardinalities.len() as i64;
                AnyInput::Tabular(TabularInput::new(
                    (*n_numeric > 0).then(|| zeros(&[b, *n_numeric])),
                    (k > 0).then(|| codes(&[b, k])),
                    Some(ones(&[b])),
                )?)
            }
        })
    }
}
