//! The `[[modalities]]` sections of `cohort.toml`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One `[[modalities]]` section; its key `kind` says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum ModalitySpec {
    /// Images of one size.
    Image(ImageSpec),
    /// Sequences of real vectors.
    Sequence(SequenceSpec),
    /// Numeric and categorical columns.
    Tabular(TabularSpec),
    /// A column of texts.
    Text(TextSpec),
}

impl ModalitySpec {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Image(spec) => &spec.name,
            Self::Sequence(spec) => &spec.name,
            Self::Tabular(spec) => &spec.name,
            Self::Text(spec) => &spec.name,
        }
    }
}

/// Images: exactly one of `array`, `column`, `folder` without `column`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageSpec {
    /// Name of the modality.
    pub name: String,
    /// Channels, height, width of every image.
    pub shape: [usize; 3],
    /// An npy or npz file `[N, C, H, W]`, or `[N, H, W]` with one channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<String>,
    /// The array in an npz file. Default: its only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// A table whose id column says to which row each image of `array` belongs. Default: the
    /// array has the rows of the row table, in its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<String>,
    /// The folder of the image files: of `<id>.<extension>`, or of the paths in `column`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Extension of the files in `folder`: `"png"`, `"jpg"`, `"bmp"`, `"tiff"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// The table of `column`. Default: the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// A column of paths, relative to `folder` or else to the cohort. An empty cell is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Id column of `ids` or `table`. Default: that of the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Sequences: exactly one of `array`, `columns` (wide table), `step` (long table).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceSpec {
    /// Name of the modality.
    pub name: String,
    /// Steps and features. Needed with `array`; else checked where it is given, and by default
    /// as many columns as there are with one feature, or the longest sequence of the long table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<[usize; 2]>,
    /// An npy or npz file `[N, T, F]`, or `[N, T]` with one feature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<String>,
    /// The array in an npz file. Default: its only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// An npy file of integers `[N]`: valid steps of each sequence of `array`; 0 is absent.
    /// Default: all steps are valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lengths: Option<String>,
    /// A table whose id column says to which row each sequence of `array` belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<String>,
    /// The wide or long table. Default: the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Columns of a wide table: all features of step 0, then those of step 1, and so on. Empty
    /// steps at the end make a shorter sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Column of a long table that orders the steps of an id: numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// Columns of a long table that are the features of a step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    /// Id column of `ids` or `table`. Default: that of the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Columns of a table. Those that are neither declared nor left out are inferred: numeric if every
/// cell is a number, else categorical.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TabularSpec {
    /// Name of the modality.
    pub name: String,
    /// The table. Default: the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Id column of `table`. Default: that of the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Numeric columns. If this or `categorical` is given, no other column is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numeric: Option<Vec<String>>,
    /// Categorical columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categorical: Option<Vec<String>>,
    /// The categories of a categorical column; any other is an error. Default: any.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub categories: BTreeMap<String, Vec<String>>,
    /// Columns that inference leaves out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
}

/// A column of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextSpec {
    /// Name of the modality.
    pub name: String,
    /// The table. Default: the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Id column of `table`. Default: that of the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The column; an empty cell is absent.
    pub column: String,
}

/// Where the images of an [`ImageSpec`] are.
pub(crate) enum ImageSource<'a> {
    Array(&'a str),
    Column(&'a str),
    Folder { folder: &'a str, extension: &'a str },
}

impl ImageSpec {
    /// Where the images are; the error says what is missing or too much.
    pub(crate) fn source(&self) -> Result<ImageSource<'_>, String> {
        let table_keys = self.folder.is_some() || self.column.is_some() || self.extension.is_some();
        match (&self.array, &self.column, &self.folder, &self.extension) {
            (Some(_), ..) if table_keys || self.table.is_some() => {
                Err("`array` goes with `key`, `ids` and `id` only".into())
            }
            (Some(array), ..) => Ok(ImageSource::Array(array)),
            (None, ..) if self.key.is_some() || self.ids.is_some() => {
                Err("`key` and `ids` go with `array` only".into())
            }
            (None, Some(column), _, None) => Ok(ImageSource::Column(column)),
            (None, Some(_), _, Some(_)) => {
                Err("`extension` goes with `folder` without `column`".into())
            }
            (None, None, Some(folder), Some(extension)) => {
                Ok(ImageSource::Folder { folder, extension })
            }
            (None, None, Some(_), None) => Err("`folder` needs `extension` or `column`".into()),
            (None, None, None, _) => Err("needs one of `array`, `column`, `folder`".into()),
        }
    }
}

/// Where the steps of a [`SequenceSpec`] are.
pub(crate) enum SequenceSource<'a> {
    Array {
        array: &'a str,
        shape: [usize; 2],
    },
    Wide {
        columns: &'a [String],
        shape: [usize; 2],
    },
    Long {
        step: &'a str,
        features: &'a [String],
    },
}

impl SequenceSpec {
    /// Where the steps are; the error says what is missing or too much.
    pub(crate) fn source(&self) -> Result<SequenceSource<'_>, String> {
        let array_keys = self.key.is_some() || self.ids.is_some() || self.lengths.is_some();
        match (&self.array, &self.columns, &self.step, &self.features) {
            (Some(array), None, None, None) if self.table.is_none() => match self.shape {
                Some(shape) => Ok(SequenceSource::Array { array, shape }),
                None => Err("`array` needs `shape = [steps, features]`".into()),
            },
            (Some(_), ..) => {
                Err("`array` goes with `shape`, `key`, `lengths`, `ids` and `id` only".into())
            }
            _ if array_keys => Err("`key`, `ids` and `lengths` go with `array` only".into()),
            (None, Some(columns), None, None) => {
                let shape = self.shape.unwrap_or([columns.len(), 1]);
                let [t, f] = shape;
                if t.checked_mul(f) == Some(columns.len()) {
                    Ok(SequenceSource::Wide { columns, shape })
                } else {
                    Err(format!(
                        "`columns` has {} names, `shape` wants {t} x {f}",
                        columns.len()
                    ))
                }
            }
            (None, None, Some(step), Some(features)) => {
                if features.is_empty() {
                    return Err("`features` is empty".into());
                }
                Ok(SequenceSource::Long { step, features })
            }
            (None, None, Some(_), None) => Err("`step` needs `features`".into()),
            (None, None, None, Some(_)) => Err("`features` needs `step`".into()),
            (None, Some(_), ..) => Err("`columns` goes with neither `step` nor `features`".into()),
            (None, None, None, None) => {
                Err("needs one of `array`, `columns` (wide table), `step` (long table)".into())
            }
        }
    }
}
