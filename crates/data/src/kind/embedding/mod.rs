//! Embeddings: one precomputed vector per row, from an array, an archive or a table.

mod columns;
mod lists;
mod read;
mod section;

use ndarray::{Array2, Axis};

use super::{Content, Shape, View, pick};
use crate::error::Result;
use crate::hash::RowDigest;
use crate::target::TargetColumn;
use crate::write::Files;

pub(crate) use read::EmbeddingReader;
pub use section::EmbeddingSpec;

/// Shape of an embedding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbeddingShape {
    /// Values of a vector, D.
    pub d: usize,
}

/// Embeddings of N rows.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddingData {
    /// The vector of each row, `[N, D]`; zeros where absent.
    pub vectors: Array2<f32>,
    /// Whether the row has a vector, `[N]`.
    pub present: Vec<bool>,
}

impl Shape for EmbeddingShape {
    const ENCODER: &'static str = "linear";

    fn describe(&self) -> String {
        format!("a vector of {} values", self.d)
    }

    fn row_bytes(&self) -> usize {
        self.d.saturating_mul(size_of::<f32>())
    }
}

impl Content for EmbeddingData {
    type Section = EmbeddingSpec;

    fn len(&self) -> usize {
        self.present.len()
    }

    fn present(&self) -> Vec<bool> {
        self.present.clone()
    }

    fn select(&self, rows: &[usize]) -> Self {
        Self {
            vectors: self.vectors.select(Axis(0), rows),
            present: pick(&self.present, rows),
        }
    }

    fn view(&self) -> View<'_> {
        View::Vectors((&self.vectors).into())
    }

    fn digest(&self, row: usize, digest: &mut RowDigest) {
        if self.present.get(row) == Some(&true) {
            digest.number(self.vectors.ncols());
            digest.values(self.vectors.row(row).iter().copied());
        }
    }

    fn write(&self, name: &str, files: &Files<'_>) -> Result<EmbeddingSpec> {
        let d = self.vectors.ncols();
        let vectors = self.vectors.outer_iter().zip(&self.present);
        let vectors = vectors.filter(|(_, there)| **there);
        let values = vectors.flat_map(|(vector, _)| vector.to_owned());
        Ok(EmbeddingSpec {
            name: name.into(),
            shape: Some([d]),
            array: Some(files.write_array(&[d], &self.present, values)?),
            ids: files.write_ids(&self.present)?,
            ..EmbeddingSpec::default()
        })
    }

    fn warnings(&self, _targets: &[TargetColumn]) -> Vec<String> {
        let vectors = self.vectors.outer_iter().zip(&self.present);
        let zeros = vectors
            .filter(|(vector, there)| **there && vector.iter().all(|&value| value.abs() <= 0.0))
            .count();
        if zeros == 0 {
            return Vec::new();
        }
        vec![format!(
            "the vector of {zeros} rows is zero throughout: leave rows out that have none"
        )]
    }
}
