//! From a modality of the cohort to what an encoder takes: one file per kind, and the registry.
//!
//! A kind is what it learns from the fitting rows ([`Transform`]) and the sizes of a row
//! ([`RowSizes`]); a type of input that no kind had before comes with them ([`Modality`]). Nothing
//! else knows which kinds there are.

mod embedding;
mod image;
mod input;
mod moments;
mod registry;
mod sequence;
mod sizes;
mod tabular;
mod text;

use std::any::TypeId;
use std::sync::Arc;

use midfuse_data::{ModalityData, ModalityKind};
use midfuse_eval::view::FitRows;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Error, Result};

pub use input::{AnyInput, Modality};
pub(crate) use sizes::{RowSizes, Sizes};

registry::kinds! {
    Image: image::FittedImage;
    Sequence: sequence::FittedSequence;
    Text: text::FittedText;
    Tabular: tabular::FittedTabular;
    Embedding: embedding::FittedEmbedding;
}

/// What one kind of modality learns from the fitting rows; plain data that a saved model bundles.
trait Transform: Sized {
    /// Content of rows in a cohort.
    type Data;
    /// Shape of a row in a cohort.
    type Shape;
    /// What its encoders take.
    type Input: Modality;
    /// Keys of the encoder's section that are the transform's own.
    type Options;

    /// Takes its own keys out of an encoder's section.
    fn options(encoder: &mut Map<String, Value>, path: &str) -> Result<Self::Options>;

    /// Fits on the fitting rows among `data`, whose rows have the ids `ids`.
    fn fit(
        data: &Self::Data,
        ids: &[String],
        fit_rows: &FitRows<'_>,
        options: &Self::Options,
    ) -> Result<Self>;

    /// Transforms rows to the input of an encoder, on the CPU.
    fn apply(&self, data: &Self::Data, modality: &str) -> Result<Self::Input>;

    /// The sizes of a transformed row.
    fn sizes(&self) -> Sizes;

    /// The sizes as if all rows of the cohort were fitted on, to check a model before there are
    /// fitting rows; `whole` reads all of them.
    fn sizes_of(
        shape: &Self::Shape,
        options: &Self::Options,
        whole: impl FnOnce() -> Result<Arc<ModalityData>>,
    ) -> Result<Sizes>;
}

/// The error of data of another kind than in training.
fn another_kind(modality: &str, trained: &str, came: &str) -> Error {
    Error::request(
        format!("modality `{modality}`"),
        format!("{trained}, as in training"),
        came.to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Registry;

    #[test]
    fn the_worker_has_the_kinds_of_the_cohort_format() {
        let of_worker: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(of_worker, ModalityKind::NAMES);
    }

    #[test]
    fn every_kind_has_the_encoder_that_a_new_study_file_names() {
        let encoders = Registry::built_in().unwrap().encoder_names();
        for (kind, encoder) in ModalityKind::ENCODERS {
            let pair = ((*kind).to_owned(), (*encoder).to_owned());
            assert!(
                encoders.contains(&pair),
                "{pair:?} is not among {encoders:?}"
            );
        }
        for (kind, encoder) in &encoders {
            let known = ModalityKind::NAMES.contains(&kind.as_str());
            assert!(known, "{encoder} is for {kind}, which no cohort has");
        }
    }

    #[test]
    fn a_saved_transform_names_its_kind_as_a_cohort_does() {
        for kind in ModalityKind::NAMES {
            let saved = serde_json::json!({ "kind": kind });
            let error = serde_json::from_value::<Fitted>(saved)
                .unwrap_err()
                .to_string();
            assert!(error.contains("missing field"), "{kind}: {error}");
        }
    }
}
