//! From a modality of the cohort to what an encoder takes: one file per kind, and the registry.
//!
//! A kind is what it learns from the fitting rows ([`Transform`]) and the sizes of a row
//! ([`RowSizes`]); a type of input that no kind had before comes with them ([`Modality`]). Nothing
//! else knows which kinds there are.

mod augmentation;
mod embedding;
mod image;
mod input;
mod moments;
mod preprocess;
mod registry;
mod sequence;
mod sizes;
mod tabular;
mod text;

use std::any::TypeId;
use std::sync::Arc;

use midfuse_base::Targets;
use midfuse_base::catalogue::OptionEntry;
use midfuse_data::{ModalityData, ModalityKind};
use midfuse_eval::view::FitRows;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Error, Result};

pub(crate) use augmentation::Augmentation;
pub use input::{AnyInput, Modality};
pub(crate) use sizes::{FieldValues, RowSizes, Sizes};

registry::kinds! {
    Image: image::FittedImage;
    Sequence: sequence::FittedSequence;
    Tabular: tabular::FittedTabular;
    Text: text::FittedText;
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
    type Options: Default;
    /// The sizes of a transformed row; by default those of no row.
    type Sizes: RowSizes + Default + 'static;

    /// What lists show of [`Options`](Self::Options).
    fn listed() -> Vec<OptionEntry> {
        Vec::new()
    }

    /// Takes its own keys out of an encoder's section.
    fn options(_encoder: &mut Map<String, Value>, _path: &str) -> Result<Self::Options> {
        Ok(Self::Options::default())
    }

    /// Fits on the fitting rows among `data`, whose rows have the ids `ids`; the first of them have
    /// `targets`, the fitting rows among them.
    fn fit(
        data: &Self::Data,
        ids: &[String],
        fit_rows: &FitRows<'_>,
        targets: &Targets,
        options: &Self::Options,
    ) -> Result<Self>;

    /// Transforms rows to the input of an encoder, on the CPU.
    fn apply(&self, data: &Self::Data, modality: &str) -> Result<Self::Input>;

    /// What training rows go through each time they are seen.
    fn augmentation(&self) -> Option<Box<dyn Augmentation>> {
        None
    }

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

/// A kind of modality, for lists.
pub(crate) struct KnownKind {
    name: &'static str,
    input: fn() -> TypeId,
    sizes: fn() -> Sizes,
    listed: fn() -> Vec<OptionEntry>,
}

impl KnownKind {
    /// The kind of this name; every kind of the cohort format is there.
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// Fields of an encoder's config that come from the data.
    pub(crate) fn data_fields(&self) -> Vec<String> {
        let fields = (self.sizes)().fields();
        fields.into_iter().map(|(name, _)| name).collect()
    }

    /// What can be set beside an encoder's own options: how rows of this kind are read.
    pub(crate) fn listed(&self) -> Vec<OptionEntry> {
        (self.listed)()
    }
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
    use crate::registry::Registry;

    #[test]
    fn the_worker_has_the_kinds_of_the_cohort_format() {
        let of_worker: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(of_worker, ModalityKind::NAMES);
    }

    #[test]
    fn every_kind_has_the_encoder_that_a_new_study_file_names() {
        let catalogue = Registry::built_in().unwrap().catalogue().unwrap();
        for (kind, encoder) in ModalityKind::ENCODERS {
            assert!(catalogue.encoder(kind, encoder).is_ok(), "{kind} {encoder}");
        }
        for group in &catalogue.encoders {
            let known = ModalityKind::NAMES.contains(&group.kind.as_str());
            assert!(known, "{} is a kind that no cohort has", group.kind);
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
