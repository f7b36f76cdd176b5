//! A whole strategy: from a batch to logits.

use std::fmt::Debug;

use midfuse_base::Mode;
use tch::Tensor;

use crate::Result;

/// What a [`Model`] returns.
#[derive(Debug)]
pub struct Output {
    /// `[B, n_classes]` logits, or `[B, 1]` predicted values in a regression.
    pub logits: Tensor,
}

/// A whole strategy: encoders, fusion and head, or late fusion, or early fusion of raw features.
pub trait Model: Debug + Send {
    /// A struct of the user's own with one typed input per modality.
    type Batch;

    /// `logits: [B, n_classes]`, or `[B, 1]` in a regression.
    ///
    /// # Errors
    /// Those of the encoders and the fusion.
    fn forward(&self, batch: &Self::Batch, mode: Mode) -> Result<Output>;
}
