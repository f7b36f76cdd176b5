//! A job of a network: trained by gradient, epoch by epoch.

use std::path::Path;

use midfuse_base::Seed;
use midfuse_core::{Mode, Model, checkpoint};
use midfuse_eval::view::FitRows;
use midfuse_torch::{flops, rng};
use midfuse_train::{Trainer, predict};
use midfuse_wire::{JobSpec, Outcome, Traced};
use tch::nn::VarStore;
use tch::no_grad;

use super::load::Loaded;
use super::target::with_training_defaults;
use super::trace::TracedEpochs;
use super::{CohortSource, parse_device, target_part};
use crate::Result;
use crate::bundle::{Bundle, sha256};
use crate::cohort::OpenCohort;
use crate::modality::{AnyInput, Fitted, Sizes};
use crate::model::{Members, ModelSection, StrategyModel, keep_used};
use crate::registry::Registry;

/// Trains on the fitting rows, stops by the others, and predicts.
pub(super) fn run(
    registry: &Registry,
    cohort: &OpenCohort,
    spec: &JobSpec,
    out: Option<&Path>,
) -> Result<Outcome> {
    let device = parse_device(&spec.device)?;
    let mut section = ModelSection::parse(&with_training_defaults(&spec.model, &spec.task))?;
    let training = section.train_with(registry.training(), &spec.task)?;
    let Loaded {
        rows,
        fitted,
        inputs,
        sizes,
    } = Loaded::of(cohort, spec, &mut section)?;
    let at = |rows: &[i64]| spec.targets.select(rows.iter().map(|&row| row as usize));
    let (trained, stopping) = (at(&rows.fit), at(&rows.stop));
    let mut target = target_part(&spec.task).fit(&spec.targets, &rows.ids, &FitRows::of(spec))?;
    target.recalibrate(spec.recalibration.as_ref())?;
    let weights = training.loss.class_weights;
    let weights = target.class_weights(&trained, &stopping, weights)?;
    let of_classes = training.loss.with_weights(weights);
    let source = CohortSource::new(&inputs, rows.ids.len(), device)
        .with_augmentations(fitted.iter().map(Fitted::augmentation).collect())
        .with_targets(
            &target.tensor(&spec.targets, spec.predict.len())?,
            &spec.task,
            &of_classes,
        );
    drop(inputs);

    let mut scores = |model: &Predicts| {
        let outputs = |rows: &[i64]| Ok(predict(model, &source, rows, spec.predict_batch)?);
        target.finish(&trained, &|| outputs(&rows.fit))?;
        match rows.predict.as_slice() {
            [] => Ok(Vec::new()),
            rows => target.scores(&outputs(rows)?),
        }
    };
    let traced = TracedEpochs::of(spec, training.config.epochs);
    let (mut trace, mut members, mut history) = (Vec::new(), Vec::new(), None);
    let (mut flops_per_row, mut parameters) = (0, 0);
    let mut resolved = section.clone();
    for refit in 0..training.refit.refits {
        let seed = seed_of(spec.seed, refit);
        rng::seed(seed.derive("init"))?;
        let vs = VarStore::new(device);
        let built = StrategyModel::build(registry, &section, &sizes, &spec.task, &vs.root())?;
        let model = built.0.with_input_noise(training.input.input_noise);
        resolved = built.1;
        flops_per_row += drop_unused_and_count_flops(&model, &vs, &sizes)?;
        parameters += n_parameters(&vs);
        let trained = Trainer::new(&model, &vs, &source, &training.config, seed).fit_watched(
            &rows.fit,
            &rows.stop,
            |epochs| {
                if traced.contains(epochs) {
                    let scores = scores(&model)?;
                    trace.push(Traced { epochs, scores });
                }
                Ok::<_, crate::Error>(())
            },
        )?;
        // What is told of several is told of the first.
        history.get_or_insert(trained);
        members.push((model, vs));
    }
    let (Some(members), Some(history)) = (Members::of(members), history) else {
        return Err(crate::Error::section(
            "training",
            "refits: expected at least 1",
        ));
    };
    let predicted = scores(&members)?;
    let weights = checkpoint::to_bytes(members.vs())?;
    let model_sha256 = sha256(&weights);
    if let Some(out) = out {
        Bundle::new(
            spec,
            resolved,
            fitted,
            target.as_ref(),
            model_sha256.clone(),
        )?
        .save(out, Bundle::WEIGHTS, &weights)?;
    }
    Ok(Outcome {
        scores: predicted,
        epochs: history.epochs,
        best_epoch: history.best_epoch,
        stopped: history.stopped,
        n_parameters: parameters,
        flops_per_row,
        model_sha256,
        trace,
    })
}

/// A network, or several that predict together.
type Predicts = dyn Model<Batch = Vec<AnyInput>>;

/// The seed of a training of a job: that of the job for the first.
fn seed_of(job: Seed, refit: usize) -> Seed {
    match refit {
        0 => job,
        later => job.derive(&format!("refit-{later}")),
    }
}

/// Drops unused variables, and counts the operations of one row.
pub(crate) fn drop_unused_and_count_flops(
    model: &StrategyModel,
    vs: &VarStore,
    sizes: &[Sizes],
) -> Result<u64> {
    let probe = |b| {
        let rows = sizes
            .iter()
            .map(|sizes| sizes.rows_of_zeros(b, vs.device()));
        rows.collect::<midfuse_core::Result<Vec<_>>>()
    };
    keep_used(model, vs, &probe(2)?)?;
    let one = probe(1)?;
    let (output, flops) = flops::count(|| no_grad(|| model.forward(&one, Mode::Eval)))?;
    output?;
    Ok(flops.total())
}

/// Numbers in all trainable variables.
pub(crate) fn n_parameters(vs: &VarStore) -> u64 {
    vs.trainable_variables()
        .iter()
        .map(|variable| variable.numel() as u64)
        .sum()
}
