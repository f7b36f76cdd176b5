//! Checks a model section without training.

use midfuse_base::Task;
use midfuse_torch::memory::Meter;
use midfuse_wire::{BatchMemory, Memory, Reply};
use serde_json::Value;

use super::memory::{
    Measured, TooLarge, available_bytes, bytes_of_rows, measure, of_rows, smaller,
};
use super::target::with_training_defaults;
use crate::cohort::OpenCohort;
use crate::modality::{Fitted, Sizes};
use crate::model::ModelSection;
use crate::registry::{KnownEstimator, Registry};
use crate::{Error, Result};

/// Tables of numbers that an estimator holds at once: its own, and what its solver makes of it.
const TABLES: u64 = 4;
/// Parts of a model that trains: weights, gradients and two moments.
const PARTS: u64 = 4;

/// What is to be checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) task: &'a Task,
    pub(crate) model: &'a Value,
    pub(crate) predict_batch: usize,
}

/// Builds the model, counts its parameters and measures what a job of it takes of memory, of which the
/// worker alone takes `process` bytes; the parameters of an estimator are not known before it is
/// fitted, and told as 0. Tables of categories and tokens are as large as all rows of the opened cohort
/// would make them; those of a job are as large as its fitting rows do.
pub(crate) fn validate(
    registry: &Registry,
    cohort: &OpenCohort,
    asked: &Asked<'_>,
    process: u64,
) -> Result<Reply> {
    let check = |model: &Value| {
        let asked = Asked { model, ..*asked };
        checked(registry, cohort, &asked, process)
    };
    match check(asked.model)? {
        Ok(reply) => Ok(reply),
        Err(large) => Err(large.error(asked.model, |model| Ok(check(model)?.is_ok()))),
    }
}

/// The reply, or a model that is too large to be built.
fn checked(
    registry: &Registry,
    cohort: &OpenCohort,
    asked: &Asked<'_>,
    process: u64,
) -> Result<std::result::Result<Reply, TooLarge>> {
    let mut section = ModelSection::parse(asked.model)?;
    let estimator = registry.estimator(&section.strategy.name);
    let sizes = |section: &mut ModelSection| -> Result<Vec<Sizes>> {
        let modalities = section.modalities.iter_mut();
        let sizes = modalities.map(|modality| {
            let (path, name) = (modality.path(), modality.name.as_str());
            let kind = &cohort.cohort().modality(name)?.kind;
            let whole = || cohort.load_all(name);
            Fitted::sizes_of(kind, &mut modality.encoder.config, &path, whole)
        });
        sizes.collect()
    };
    let of_process = Memory {
        available: available_bytes(),
        process,
        ..Memory::default()
    };
    if let Some(known) = estimator {
        let sizes = sizes(&mut section)?;
        let section = (&section, sizes.as_slice());
        return of_estimator(registry, known, cohort, asked, section, of_process).map(Ok);
    }
    section = ModelSection::parse(&with_training_defaults(asked.model, asked.task))?;
    let training = section.train_with(registry.training(), asked.task)?;
    let sizes = sizes(&mut section)?;
    let available = of_process.available.unwrap_or(u64::MAX);
    let limit = available / PARTS;
    let measured = measure(
        registry,
        &section,
        &sizes,
        asked.task,
        &training.config,
        limit,
    )?;
    let Some(Measured {
        n_parameters,
        section,
        parameters,
        step,
        predict,
        rows,
    }) = measured
    else {
        return Ok(Err(TooLarge {
            limit,
            available,
            smaller: smaller(registry, &section, &sizes),
        }));
    };
    let refits = training.refit.refits as u64;
    // Each of several networks stays while the next is trained; snapshots are set aside for their mean.
    let snapshots = match training.config.snapshots {
        0 | 1 => 0,
        window => window as u64 + 1,
    };
    let copies = refits.saturating_sub(1).saturating_add(snapshots);
    let weights = n_parameters.saturating_mul(size_of::<f32>() as u64);
    let parameters = parameters.saturating_add(weights.saturating_mul(copies));
    let n_parameters = n_parameters.saturating_mul(refits);
    let n = cohort.cohort().len();
    let (data, reading) = of_rows(cohort, &section, &rows)?;
    let of = |batch: BatchMemory, rows: usize| BatchMemory {
        rows: rows.min(n) as u64,
        ..batch
    };
    let memory = Memory {
        parameters,
        data,
        reading,
        step: of(step, training.config.batch_size),
        predict: of(predict, asked.predict_batch),
        smaller: smaller(registry, &section, &sizes),
        ..of_process
    };
    valid(n_parameters, &section, memory).map(Ok)
}

fn of_estimator(
    registry: &Registry,
    known: &KnownEstimator,
    cohort: &OpenCohort,
    asked: &Asked<'_>,
    (section, sizes): (&ModelSection, &[Sizes]),
    of_process: Memory,
) -> Result<Reply> {
    known.check_task(asked.task)?;
    known.check_available()?;
    let rows = bytes_of_rows(&Meter::begin()?, sizes)?;
    let (data, reading) = of_rows(cohort, section, &rows)?;
    let features: i64 = sizes.iter().map(Sizes::n_raw).sum();
    let row = (size_of::<f64>() as u64).saturating_mul(features.unsigned_abs());
    let table = row.saturating_mul(cohort.cohort().len() as u64);
    let memory = Memory {
        data: data.saturating_add(table.saturating_mul(TABLES)),
        reading,
        smaller: smaller(registry, section, sizes),
        ..of_process
    };
    let section = known.section(registry, section, sizes)?;
    valid(0, &section, memory)
}

fn valid(n_parameters: u64, section: &ModelSection, memory: Memory) -> Result<Reply> {
    let resolved = serde_json::to_value(section)
        .map_err(|error| Error::section("model", error.to_string()))?;
    Ok(Reply::Valid {
        n_parameters,
        resolved,
        memory: Some(Box::new(memory)),
    })
}
