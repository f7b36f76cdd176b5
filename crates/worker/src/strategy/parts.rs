//! What a strategy is built from.

use midfuse_base::Task;
use midfuse_core::{Config, Encoded, Mode, Tokens};
use midfuse_fusion::{Head, RawFeatures};
use tch::nn;

use crate::Result;
use crate::modality::{AnyInput, Sizes};
use crate::model::{DynEncoder, HeadSection};

/// The modalities that a strategy joins, in the order of the study file, and what is predicted.
#[derive(Debug)]
pub struct Parts {
    encoders: Vec<Box<dyn DynEncoder>>,
    sizes: Vec<Sizes>,
    task: Task,
    head: HeadSection,
}

impl Parts {
    /// `encoders`: one per modality, or none where the strategy takes raw features.
    pub(crate) fn new(
        encoders: Vec<Box<dyn DynEncoder>>,
        sizes: &[Sizes],
        task: &Task,
        head: HeadSection,
    ) -> Self {
        Self {
            encoders,
            sizes: sizes.to_vec(),
            task: task.clone(),
            head,
        }
    }

    /// What is predicted.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// The head over vectors of width `d_in` that the section `head` asks for: without it one
    /// linear layer.
    ///
    /// # Errors
    /// [`Error::Core`](crate::Error::Core) for a width or a number of classes that is too small.
    pub fn head(&self, d_in: i64, vs: &nn::Path<'_>) -> Result<Head> {
        Ok(self.head.over(d_in).init(vs)?)
    }

    pub(crate) fn head_section(&self) -> &HeadSection {
        &self.head
    }

    /// Width of each encoder's pooled vector.
    pub fn d_out(&self) -> Vec<i64> {
        self.encoders.iter().map(|e| e.d_out()).collect()
    }

    /// Stages of the shallowest encoder.
    pub fn n_stages(&self) -> usize {
        let stages = self.encoders.iter().map(|e| e.n_stages());
        stages.min().unwrap_or(0)
    }

    /// Width of each encoder's tokens after `depth` stages, at most [`n_stages`](Self::n_stages).
    pub fn d_at(&self, depth: usize) -> Vec<i64> {
        self.encoders.iter().map(|e| e.d_at(depth)).collect()
    }

    /// Number of raw features of each modality.
    pub fn n_raw(&self) -> Vec<i64> {
        self.sizes.iter().map(Sizes::n_raw).collect()
    }

    /// What each encoder makes of its modality.
    ///
    /// # Errors
    /// Those of the encoders.
    pub fn encode(&self, batch: &[AnyInput], mode: Mode) -> midfuse_core::Result<Vec<Encoded>> {
        let pairs = self.encoders.iter().zip(batch);
        pairs
            .map(|(encoder, input)| encoder.encode(input, mode))
            .collect()
    }

    /// The tokens of each modality after `depth` stages of its encoder.
    ///
    /// # Errors
    /// Those of the encoders.
    pub fn encode_to(
        &self,
        batch: &[AnyInput],
        depth: usize,
        mode: Mode,
    ) -> midfuse_core::Result<Vec<Tokens>> {
        let pairs = self.encoders.iter().zip(batch);
        pairs
            .map(|(encoder, input)| encoder.encode_to(input, depth, mode))
            .collect()
    }

    /// As [`encode_to`](Self::encode_to), but at most this many tokens of each modality.
    ///
    /// # Errors
    /// Those of the encoders.
    pub fn encode_to_at_most(
        &self,
        batch: &[AnyInput],
        depth: usize,
        most: i64,
        mode: Mode,
    ) -> midfuse_core::Result<Vec<Tokens>> {
        let pairs = self.encoders.iter().zip(batch);
        pairs
            .map(|(encoder, input)| encoder.encode_to_at_most(input, depth, most, mode))
            .collect()
    }

    /// Raw features of each modality: pixels, steps padded with zeros, numeric columns and one-hot
    /// categories, or shares of tokens.
    pub fn raw_features(&self, batch: &[AnyInput]) -> Vec<RawFeatures> {
        let pairs = batch.iter().zip(&self.sizes);
        pairs
            .map(|(input, sizes)| input.raw_features(&sizes.n_codes()))
            .collect()
    }
}
