//! Checks a model section without training.

use midfuse_base::Task;
use midfuse_data::{ModalityData, ModalityKind};
use midfuse_eval::job::Reply;
use serde_json::Value;
use std::collections::BTreeSet;
use tch::Device;
use tch::nn::VarStore;

use super::run::{n_parameters, prepare, text_options};
use super::target::{part as target_part, with_training_defaults};
use crate::cohort::OpenCohort;
use crate::modality::{Sizes, TextOptions};
use crate::model::{ModelSection, Registry, StrategyModel};
use crate::{Error, Result};

/// Builds the model and counts its parameters. Tables of categories and tokens are as large as all
/// rows of the opened cohort would make them; those of a job are as large as its fitting rows do.
pub(crate) fn validate(
    registry: &Registry,
    cohort: &OpenCohort,
    task: &Task,
    model: &Value,
) -> Result<Reply> {
    let mut section = ModelSection::parse(&with_training_defaults(model, task))?;
    target_part(task).check_class_weights(&section.training.class_weights)?;
    let mut sizes = Vec::new();
    for modality in &mut section.modalities {
        let options = text_options(&modality.name, cohort, &mut modality.encoder.config)?;
        sizes.push(sizes_of(cohort, &modality.name, &options)?);
    }
    let vs = VarStore::new(Device::Cpu);
    let (model, section) = StrategyModel::build(registry, &section, &sizes, task, &vs.root())?;
    prepare(&model, &vs, &sizes)?;
    let resolved = serde_json::to_value(&section)
        .map_err(|error| Error::section("model", error.to_string()))?;
    Ok(Reply::Valid {
        n_parameters: n_parameters(&vs),
        resolved,
    })
}

fn sizes_of(cohort: &OpenCohort, modality: &str, text: &TextOptions) -> Result<Sizes> {
    Ok(match &cohort.cohort().modality(modality)?.kind {
        ModalityKind::Image {
            channels,
            height,
            width,
        } => Sizes::Image {
            channels: *channels as i64,
            height: *height as i64,
            width: *width as i64,
        },
        ModalityKind::Sequence { max_len, features } => Sizes::Sequence {
            max_len: *max_len as i64,
            d_in: *features as i64,
        },
        ModalityKind::Tabular {
            numeric,
            categorical,
        } => Sizes::Tabular {
            n_numeric: numeric.len() as i64,
            cardinalities: match categorical.len() {
                0 => Vec::new(),
                n => cardinalities(cohort, modality, n)?,
            },
        },
        ModalityKind::Text => match cohort.load_all(modality)?.as_ref() {
            ModalityData::Text { texts } => text.sizes_of(texts),
            _ => text.sizes_of(&[]),
        },
    })
}

fn cardinalities(cohort: &OpenCohort, modality: &str, n: usize) -> Result<Vec<i64>> {
    let data = cohort.load_all(modality)?;
    let mut known = vec![BTreeSet::new(); n];
    if let ModalityData::Tabular { categorical, .. } = data.as_ref() {
        for row in categorical {
            for (cell, known) in row.iter().zip(&mut known) {
                known.extend(cell);
            }
        }
    }
    Ok(known
        .iter()
        .map(|known| (known.len() as i64).max(1))
        .collect())
}
