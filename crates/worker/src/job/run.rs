//! Runs one job.

use std::path::Path;

use midfuse_wire::{JobSpec, Outcome};

use super::{estimator, limit_threads, network};
use crate::Result;
use crate::cohort::OpenCohort;
use crate::model::ModelSection;
use crate::registry::Registry;

/// Fits and predicts; the same bits for the same spec, whatever ran before. The fitted model
/// is saved in `out`, if there is one.
pub(crate) fn run(
    registry: &Registry,
    cohort: &OpenCohort,
    spec: &JobSpec,
    out: Option<&Path>,
) -> Result<Outcome> {
    limit_threads(spec.threads)?;
    let section = ModelSection::parse(&spec.model)?;
    match registry.estimator(&section.strategy.name) {
        Some(known) => estimator::run(registry, known, cohort, spec, section, out),
        None => network::run(registry, cohort, spec, out),
    }
}
