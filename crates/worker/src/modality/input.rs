//! The inputs of all modalities as one type.

use midfuse_fusion::RawFeatures;
use midfuse_image::ImageInput;
use midfuse_sequence::{SequenceInput, Steps};
use midfuse_tabular::TabularInput;
use tch::{Device, Kind, Tensor};

/// The input of one modality for a batch of rows. Masks are always there, so that every parameter
/// takes part in every step, whichever rows are present.
#[derive(Debug)]
#[non_exhaustive]
pub enum AnyInput {
    /// Of an image modality.
    Image(ImageInput),
    /// Of a sequence or text modality.
    Sequence(SequenceInput),
    /// Of a tabular modality.
    Tabular(TabularInput),
}

/// An input type that a worker can make: what `Encoder::Input` of a registered encoder must be.
pub trait Modality: Sized {
    /// The kinds of modality of a cohort that it is made of.
    const KINDS: &'static [&'static str];

    /// The input, if it is of this type.
    fn of(input: &AnyInput) -> Option<&Self>;
}

impl Modality for ImageInput {
    const KINDS: &'static [&'static str] = &["image"];

    fn of(input: &AnyInput) -> Option<&Self> {
        match input {
            AnyInput::Image(input) => Some(input),
            _ => None,
        }
    }
}

impl Modality for SequenceInput {
    const KINDS: &'static [&'static str] = &["sequence", "text"];

    fn of(input: &AnyInput) -> Option<&Self> {
        match input {
            AnyInput::Sequence(input) => Some(input),
            _ => None,
        }
    }
}

impl Modality for TabularInput {
    const KINDS: &'static [&'static str] = &["tabular"];

    fn of(input: &AnyInput) -> Option<&Self> {
        match input {
            AnyInput::Tabular(input) => Some(input),
            _ => None,
        }
    }
}

impl AnyInput {
    /// `"image"`, `"sequence"` or `"tabular"`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Image(_) => "image",
            Self::Sequence(_) => "sequence",
            Self::Tabular(_) => "tabular",
        }
    }

    /// The rows of these indices, `rows: [B]` i64 on the same device.
    pub(crate) fn select(&self, rows: &Tensor) -> Self {
        let pick = |x: &Tensor| x.index_select(0, rows);
        match self {
            Self::Image(input) => Self::Image(map_image(input, pick)),
            Self::Sequence(input) => Self::Sequence(input.select(rows)),
            Self::Tabular(input) => Self::Tabular(input.select(rows)),
        }
    }

    pub(crate) fn to_device(&self, device: Device) -> Self {
        match self {
            Self::Image(input) => Self::Image(map_image(input, |x| x.to_device(device))),
            Self::Sequence(input) => Self::Sequence(input.to_device(device)),
            Self::Tabular(input) => Self::Tabular(input.to_device(device)),
        }
    }

    /// Raw features of each row: pixels, steps padded with zeros, numeric columns and one-hot
    /// categories, or shares of tokens. `n_codes`: how many values an id or category takes.
    pub(crate) fn raw_features(&self, n_codes: &[i64]) -> RawFeatures {
        match self {
            Self::Image(input) => RawFeatures {
                values: input.pixels.shallow_clone(),
                present: input.present.as_ref().map(Tensor::shallow_clone),
            },
            Self::Sequence(input) => RawFeatures {
                values: match input.steps() {
                    Steps::Values(values) => values.shallow_clone(),
                    Steps::Ids(ids) => {
                        token_shares(ids, input.valid(), n_codes.first().copied().unwrap_or(1))
                    }
                },
                present: input.valid().map(|valid| valid.any_dim(1, false)),
            },
            Self::Tabular(input) => {
                let mut columns: Vec<Tensor> = input
                    .numeric()
                    .map(Tensor::shallow_clone)
                    .into_iter()
                    .collect();
                if let Some(codes) = input.categorical() {
                    let columns_of = codes.unbind(1);
                    let one_hot = columns_of
                        .iter()
                        .zip(n_codes)
                        .map(|(column, &n)| column.one_hot(n).to_kind(Kind::Float));
                    columns.extend(one_hot);
                }
                RawFeatures {
                    values: Tensor::cat(&columns, 1),
                    present: input.present().map(Tensor::shallow_clone),
                }
            }
        }
    }
}

fn map_image(input: &ImageInput, f: impl Fn(&Tensor) -> Tensor) -> ImageInput {
    ImageInput {
        pixels: f(&input.pixels),
        present: input.present.as_ref().map(&f),
    }
}

/// `ids [B, T]` to the share of each id among the valid tokens, `[B, n]`.
fn token_shares(ids: &Tensor, valid: Option<&Tensor>, n: i64) -> Tensor {
    let one_hot = ids.one_hot(n).to_kind(Kind::Float);
    midfuse_nn::pool::masked_mean(&one_hot, valid)
}
