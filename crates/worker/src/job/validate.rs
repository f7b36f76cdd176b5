//! Checks a model section without training.

use midfuse_base::Task;
use midfuse_wire::Reply;
use serde_json::Value;
use tch::Device;
use tch::nn::VarStore;

use super::network::{drop_unused_and_count_flops, n_parameters};
use super::target::with_training_defaults;
use crate::cohort::OpenCohort;
use crate::modality::Fitted;
use crate::model::{ModelSection, StrategyModel};
use crate::registry::Registry;
use crate::{Error, Result};

/// Builds the model and counts its parameters; those of an estimator are not known before it is
/// fitted, and told as 0. Tables of categories and tokens are as large as all
/// rows of the opened cohort would make them; those of a job are as large as its fitting rows do.
pub(crate) fn validate(
    registry: &Registry,
    cohort: &OpenCohort,
    task: &Task,
    model: &Value,
) -> Result<Reply> {
    let mut section = ModelSection::parse(model)?;
    let estimator = registry.estimator(&section.strategy.name);
    if estimator.is_none() {
        section = ModelSection::parse(&with_training_defaults(model, task))?;
        section.train_with(registry.training(), task)?;
    }
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
    if let Some(known) = estimator {
        known.check_task(task)?;
        known.check_available()?;
        let section = known.section(registry, &section, &sizes)?;
        return valid(0, &section);
    }
    let vs = VarStore::new(Device::Cpu);
    let (model, section) = StrategyModel::build(registry, &section, &sizes, task, &vs.root())?;
    drop_unused_and_count_flops(&model, &vs, &sizes)?;
    valid(n_parameters(&vs), &section)
}

fn valid(n_parameters: u64, section: &ModelSection) -> Result<Reply> {
    let resolved = serde_json::to_value(section)
        .map_err(|error| Error::section("model", error.to_string()))?;
    Ok(Reply::Valid {
        n_parameters,
        resolved,
    })
}
