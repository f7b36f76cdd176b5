//! The section `kind = "image"` of `cohort.toml`.

use serde::{Deserialize, Serialize};

use super::ImageReader;
use crate::cohort::Context;
use crate::error::Result;
use crate::kind::Section;
use crate::manifest::check_shape;

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

/// Where the images of an [`ImageSpec`] are.
pub(super) enum ImageSource<'a> {
    Array(&'a str),
    Column(&'a str),
    Folder { folder: &'a str, extension: &'a str },
}

impl ImageSpec {
    /// Where the images are; the error says what is missing or too much.
    pub(super) fn source(&self) -> Result<ImageSource<'_>, String> {
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

impl Section for ImageSpec {
    type Reader = ImageReader;

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self) -> Result<(), String> {
        self.source()?;
        check_shape(&self.shape)
    }

    fn inputs(&self) -> (Option<&str>, Vec<&str>) {
        (
            self.table.as_deref(),
            self.column.as_deref().into_iter().collect(),
        )
    }

    fn open(&self, context: &Context<'_>) -> Result<ImageReader> {
        ImageReader::open(context, self)
    }
}
