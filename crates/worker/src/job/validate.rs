//! Checks a model section without training.

use midfuse_base::Task;
use midfuse_wire::Reply;
use serde_json::Value;
use tch::Device;
use tch::nn::VarStore;

use super::run::{drop_unused_and_count_flops, n_parameters};
use super::target::with_training_defaults;
use crate::cohort::OpenCohort;
use crate::modality::Fitted;
use crate::model::{ModelSection, StrategyModel};
use crate::registry::Registry;
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
    section.train_with(registry.training(), task)?;
    let mut sizes = Vec::new();
    for modality in &mut section.modalities {
        let (path, name) = (modality.path(), modality.name.as_str());
        let kind = &cohort.cohort().modality(name)?.kind;
        let whole = || cohort.load_all(name);
        sizes.push(Fitted::sizes_of(
            kind,
            &mut modality.encoder.config,
            &path,
            whole,
        )?);
    }
    let vs = VarStore::new(Device::Cpu);
    let (model, section) = StrategyModel::build(registry, &section, &sizes, task, &vs.root())?;
    drop_unused_and_count_flops(&model, &vs, &sizes)?;
    let resolved = serde_json::to_value(&section)
        .map_err(|error| Error::section("model", error.to_string()))?;
    Ok(Reply::Valid {
        n_parameters: n_parameters(&vs),
        resolved,
    })
}
