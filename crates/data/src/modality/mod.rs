//! Modalities: what they look like, and their content for some rows.

mod array_rows;
mod image;
pub(crate) mod matching;
mod sequence;
mod tabular;
mod text;

use ndarray::{Array2, Array3, Array4};

pub(crate) use image::ImageReader;
pub use image::{ImageHeader, image_header, read_image};
pub(crate) use matching::Selection;
pub(crate) use sequence::SequenceReader;
pub(crate) use tabular::{Inferred, TabularReader, infer};
pub(crate) use text::TextReader;

/// Name and shape of a modality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModalitySchema {
    /// Its name in `cohort.toml`.
    pub name: String,
    /// Its kind, with the shape of one row.
    pub kind: ModalityKind,
}

/// Kind of a modality, with the shape of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModalityKind {
    /// Images of one size.
    Image {
        /// Channels, C.
        channels: usize,
        /// Height, H, in pixels.
        height: usize,
        /// Width, W, in pixels.
        width: usize,
    },
    /// Real-valued steps, of lengths that may differ.
    Sequence {
        /// Steps of the longest sequence, T.
        max_len: usize,
        /// Features per step, F.
        features: usize,
    },
    /// Numeric and categorical columns.
    Tabular {
        /// Names of the numeric columns.
        numeric: Vec<String>,
        /// Names of the categorical columns.
        categorical: Vec<String>,
    },
    /// One text per row.
    Text,
}

impl ModalityKind {
    /// The name of the kind in `cohort.toml`: `"image"`, `"sequence"`, `"tabular"`, `"text"`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Image { .. } => "image",
            Self::Sequence { .. } => "sequence",
            Self::Tabular { .. } => "tabular",
            Self::Text => "text",
        }
    }

    /// The shape in words: `"1 x 16 x 15 (channels x height x width)"`.
    pub fn describe(&self) -> String {
        match self {
            Self::Image {
                channels,
                height,
                width,
            } => {
                format!("{channels} x {height} x {width} (channels x height x width)")
            }
            Self::Sequence { max_len, features } => {
                format!("up to {max_len} x {features} (steps x features)")
            }
            Self::Tabular {
                numeric,
                categorical,
            } => {
                format!(
                    "{} numeric and {} categorical columns",
                    numeric.len(),
                    categorical.len()
                )
            }
            Self::Text => "one text per row".into(),
        }
    }
}

/// Content of a modality for the N rows that were asked for, in that order.
#[derive(Debug, Clone, PartialEq)]
pub enum ModalityData {
    /// Images.
    Image {
        /// Pixel values as they are in the file, `[N, C, H, W]`; zeros where absent.
        pixels: Array4<f32>,
        /// Whether the row has an image, `[N]`.
        present: Vec<bool>,
    },
    /// Sequences of real vectors.
    Sequence {
        /// Values, zero after the end of each sequence, `[N, T, F]`.
        values: Array3<f32>,
        /// Valid steps of each row, `[N]`; 0 where absent.
        lengths: Vec<usize>,
    },
    /// Texts.
    Text {
        /// The text of each row, `[N]`; `None` where absent.
        texts: Vec<Option<String>>,
    },
    /// Columns.
    Tabular {
        /// Numeric columns, `[N, F]`; NaN where a cell is missing.
        numeric: Array2<f32>,
        /// Their names, `[F]`.
        numeric_names: Vec<String>,
        /// Categorical columns, `[N][K]`; `None` where a cell is missing.
        categorical: Vec<Vec<Option<String>>>,
        /// Their names, `[K]`.
        categorical_names: Vec<String>,
        /// Whether the row has the modality, `[N]`.
        present: Vec<bool>,
    },
}

impl ModalityData {
    /// Number of rows, N.
    pub fn len(&self) -> usize {
        match self {
            Self::Image { present, .. } | Self::Tabular { present, .. } => present.len(),
            Self::Sequence { lengths, .. } => lengths.len(),
            Self::Text { texts } => texts.len(),
        }
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether each row has the modality, `[N]`.
    pub fn present(&self) -> Vec<bool> {
        match self {
            Self::Image { present, .. } | Self::Tabular { present, .. } => present.clone(),
            Self::Sequence { lengths, .. } => lengths.iter().map(|&length| length > 0).collect(),
            Self::Text { texts } => texts.iter().map(Option::is_some).collect(),
        }
    }
}
