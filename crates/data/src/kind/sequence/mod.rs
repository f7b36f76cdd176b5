//! Sequences of real vectors: an array, a wide table or a long table.

mod read;
mod section;
mod tables;

use ndarray::{Array3, Axis};

use super::{Content, Shape, View, pick};
use crate::error::Result;
use crate::hash::RowDigest;
use crate::write::Files;

pub(crate) use read::SequenceReader;
pub use section::SequenceSpec;

/// Shape of a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SequenceShape {
    /// Steps of the longest sequence, T.
    pub max_len: usize,
    /// Features per step, F.
    pub features: usize,
}

/// Sequences of real vectors of N rows.
#[derive(Debug, Clone, PartialEq)]
pub struct SequenceData {
    /// Values, zero after the end of each sequence, `[N, T, F]`.
    pub values: Array3<f32>,
    /// Valid steps of each row, `[N]`; 0 where absent.
    pub lengths: Vec<usize>,
}

impl Shape for SequenceShape {
    const ENCODER: &'static str = "gru";

    fn describe(&self) -> String {
        format!(
            "up to {} x {} (steps x features)",
            self.max_len, self.features
        )
    }

    fn row_bytes(&self) -> usize {
        self.max_len
            .saturating_mul(self.features)
            .saturating_mul(size_of::<f32>())
    }
}

impl Content for SequenceData {
    type Section = SequenceSpec;

    fn len(&self) -> usize {
        self.lengths.len()
    }

    fn present(&self) -> Vec<bool> {
        self.lengths.iter().map(|&length| length > 0).collect()
    }

    fn select(&self, rows: &[usize]) -> Self {
        Self {
            values: self.values.select(Axis(0), rows),
            lengths: pick(&self.lengths, rows),
        }
    }

    fn view(&self) -> View<'_> {
        View::Steps((&self.values).into(), (&self.lengths).into())
    }

    fn digest(&self, row: usize, digest: &mut RowDigest) {
        let length = self.lengths.get(row).copied().unwrap_or_default();
        digest.number(length);
        let steps = self.values.index_axis(Axis(0), row);
        digest.values(steps.outer_iter().take(length).flatten().copied());
    }

    fn write(&self, name: &str, files: &Files<'_>) -> Result<SequenceSpec> {
        let (_, t, f) = self.values.dim();
        let present = self.present();
        let kept = self.values.outer_iter().zip(&present);
        let kept = kept.filter(|(_, there)| **there);
        let values = kept.flat_map(|(sequence, _)| sequence.to_owned());
        Ok(SequenceSpec {
            name: name.into(),
            shape: Some([t, f]),
            array: Some(files.write_array(&[t, f], &present, values)?),
            lengths: Some(files.write_lengths(&self.lengths)?),
            ids: files.write_ids(&present)?,
            ..SequenceSpec::default()
        })
    }
}
