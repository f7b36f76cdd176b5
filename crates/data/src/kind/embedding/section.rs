//! The section `kind = "embedding"` of `cohort.toml`.

use serde::{Deserialize, Serialize};

use super::EmbeddingReader;
use crate::cohort::Context;
use crate::error::Result;
use crate::kind::Section;
use crate::manifest::{check_shape, distinct};

/// Embeddings: exactly one of `array`, `archive`, `columns`, `prefix`, `column`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmbeddingSpec {
    /// Name of the modality.
    pub name: String,
    /// Values of a vector. Checked where it is given; default: as many as there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<[usize; 1]>,
    /// An npy or npz file `[N, D]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<String>,
    /// The array in an npz file. Default: its only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The ids of the rows of `array`: a table with an id column, or an npy file `[N]` of texts or
    /// integers. Default: the array has the rows of the row table, in its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<String>,
    /// The array in the npz file `array` that holds the ids of its rows, `[N]` texts or integers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids_key: Option<String>,
    /// An npz file with one array `[D]` per row, named by the row's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<String>,
    /// The table of `columns`, `prefix` or `column`. Default: the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The numeric columns of a vector, in its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// What the numeric columns of a vector start with: `"emb_"` for `emb_0`, `emb_1` and so on.
    /// They are taken in the order of their numbers, of which none may lack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// A column of lists in a Parquet file, each one vector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Id column of `ids` or `table`. Default: that of the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Where the vectors of an [`EmbeddingSpec`] are.
pub(super) enum EmbeddingSource<'a> {
    Array(&'a str),
    Archive(&'a str),
    Columns(&'a [String]),
    Prefix(&'a str),
    Lists(&'a str),
}

impl EmbeddingSpec {
    /// Where the vectors are; the error says what is missing or too much.
    pub(super) fn source(&self) -> Result<EmbeddingSource<'_>, String> {
        let of_array = [&self.key, &self.ids, &self.ids_key];
        if self.array.is_none() && of_array.into_iter().any(Option::is_some) {
            return Err("`key`, `ids` and `ids_key` go with `array` only".into());
        }
        let of_file = self.array.is_some() || self.archive.is_some();
        if of_file && self.table.is_some() {
            return Err("`table` goes with `columns`, `prefix` or `column` only".into());
        }
        if self.archive.is_some() && self.id.is_some() {
            return Err("`archive` names its vectors by id: `id` does not go with it".into());
        }
        if self.ids_key.is_some() && (self.ids.is_some() || self.id.is_some()) {
            return Err("`ids_key` names the ids: `ids` and `id` do not go with it".into());
        }
        let sources = [
            self.array.as_deref().map(EmbeddingSource::Array),
            self.archive.as_deref().map(EmbeddingSource::Archive),
            self.columns.as_deref().map(EmbeddingSource::Columns),
            self.prefix.as_deref().map(EmbeddingSource::Prefix),
            self.column.as_deref().map(EmbeddingSource::Lists),
        ];
        let mut given = sources.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(only), None) => Ok(only),
            _ => {
                Err("needs exactly one of `array`, `archive`, `columns`, `prefix`, `column`".into())
            }
        }
    }
}

impl Section for EmbeddingSpec {
    type Reader = EmbeddingReader;

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self) -> Result<(), String> {
        match self.source()? {
            EmbeddingSource::Columns([]) => return Err("`columns` is empty".into()),
            EmbeddingSource::Columns(columns) => {
                distinct("columns", columns)?;
                let n = columns.len();
                if let Some([d]) = self.shape.filter(|&[d]| d != n) {
                    return Err(format!("`columns` has {n} names, `shape` wants {d}"));
                }
            }
            EmbeddingSource::Prefix("") => return Err("`prefix` is empty".into()),
            EmbeddingSource::Array(_)
            | EmbeddingSource::Archive(_)
            | EmbeddingSource::Prefix(_)
            | EmbeddingSource::Lists(_) => {}
        }
        self.shape.map_or(Ok(()), |shape| check_shape(&shape))
    }

    fn inputs(&self) -> (Option<&str>, Vec<&str>) {
        let columns = self.columns.iter().flatten().chain(&self.column);
        (self.table.as_deref(), columns.map(String::as_str).collect())
    }

    fn open(&self, context: &Context<'_>) -> Result<EmbeddingReader> {
        EmbeddingReader::open(context, self)
    }
}
