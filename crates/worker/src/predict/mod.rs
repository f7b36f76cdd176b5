//! Predicts the rows of a cohort with a saved model.

mod predictor;
mod table;

use std::path::Path;

use tch::Device;

use crate::Result;
use crate::bundle::Bundle;
use crate::cohort::OpenCohort;
use crate::job::limit_threads;
use crate::registry::Registry;
pub(crate) use predictor::Predictor;
use table::Format;

/// Rows that are read and predicted at a time; a multiple of the rows per batch is taken.
const ROWS_AT_A_TIME: usize = 4096;

/// Writes a row per row of the cohort to `out`, whole or not at all; returns their number.
///
/// # Errors
/// If the model, the cohort or `out` cannot be used, or the cohort lacks a modality of the model or
/// has it in another shape.
pub(crate) fn predict_cohort(
    registry: &Registry,
    model: &Path,
    cohort: &Path,
    out: &Path,
    device: Device,
) -> Result<usize> {
    let format = Format::of(out)?;
    let bundle = Bundle::load(model)?;
    limit_threads(bundle.threads)?;
    let opened = OpenCohort::open(cohort)?;
    let target = bundle.target(model)?;
    let model = bundle.predictor(registry, model, device)?;
    let n = opened.cohort().len();
    let batch = bundle.predict_batch.max(1);
    let chunk = (ROWS_AT_A_TIME / batch).max(1) * batch;
    let mut predicted = Vec::with_capacity(n);
    let rows: Vec<usize> = (0..n).collect();
    for rows in rows.chunks(chunk) {
        let inputs = bundle
            .modalities()
            .map(|(name, fitted)| fitted.apply(&opened.load(name, rows)?, name))
            .collect::<Result<Vec<_>>>()?;
        predicted.extend(target.scores(&model.outputs(&inputs, rows.len())?)?);
    }
    table::write(out, format, opened.cohort().ids(), &predicted, &bundle.task)?;
    Ok(n)
}
