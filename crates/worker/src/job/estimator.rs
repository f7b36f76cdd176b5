//! A job of an estimator: it fits itself on all rows that are handed over.

use std::path::Path;

use midfuse_eval::view::FitRows;
use midfuse_wire::{JobSpec, Outcome, Stopped};
use ndarray::{ArrayView2, Axis};
use tch::{Device, Tensor};

use super::load::Loaded;
use super::target_part;
use crate::Result;
use crate::bundle::{Bundle, sha256};
use crate::cohort::OpenCohort;
use crate::estimator::{FitTable, FittedEstimator, features};
use crate::model::{ClassWeights, ModelSection};
use crate::registry::{KnownEstimator, Registry};

/// Fits and predicts, on the CPU.
pub(super) fn run(
    registry: &Registry,
    known: &KnownEstimator,
    cohort: &OpenCohort,
    spec: &JobSpec,
    mut section: ModelSection,
    out: Option<&Path>,
) -> Result<Outcome> {
    // It has no epochs to stop after, so rows that would decide that are rows to fit.
    let mut spec = spec.clone();
    spec.stop.clear();
    known.check_task(&spec.task)?;
    let Loaded {
        rows,
        fitted,
        inputs,
        sizes,
    } = Loaded::of(cohort, &spec, &mut section)?;
    let section = known.section(registry, &section, &sizes)?;
    let x = features(&inputs, &sizes, rows.ids.len())?;
    drop(inputs);

    let fit_rows = FitRows::of(&spec);
    let mut target = target_part(&spec.task).fit(&spec.targets, &rows.ids, &fit_rows)?;
    target.recalibrate(spec.recalibration.as_ref())?;
    let none = spec.targets.select([]);
    target.class_weights(&spec.targets, &none, ClassWeights::None)?;
    let n_fit = spec.fit.len();
    let (train, rest) = x.view().split_at(Axis(0), n_fit);
    let targets = target.standard(&spec.targets)?;
    let table = FitTable {
        x: train,
        targets: &targets,
        task: &spec.task,
    };
    let model = known.fit(&section.strategy.config, &table, spec.seed.derive("init"))?;
    target.finish(&spec.targets, &|| outputs(model.as_ref(), &train))?;
    let scores = if rest.is_empty() {
        Vec::new()
    } else {
        target.scores(&outputs(model.as_ref(), &rest)?)?
    };
    let bytes = model.to_bytes()?;
    let model_sha256 = sha256(&bytes);
    if let Some(out) = out {
        Bundle::new(
            &spec,
            section,
            fitted,
            target.as_ref(),
            model_sha256.clone(),
        )?
        .save(out, known.file(), &bytes)?;
    }
    Ok(Outcome {
        scores,
        epochs: Vec::new(),
        best_epoch: 0,
        stopped: Stopped::Solved,
        n_parameters: model.n_parameters(),
        flops_per_row: model.flops_per_row(),
        model_sha256,
        trace: Vec::new(),
    })
}

/// The outputs `[N, K]` of rows `[N, P]`, as the target takes those of a network.
pub(crate) fn outputs(model: &dyn FittedEstimator, x: &ArrayView2<'_, f64>) -> Result<Tensor> {
    let outputs = model.outputs(x)?;
    Ok(midfuse_core::convert::to_tensor(&outputs, Device::Cpu)?)
}
