//! Three modalities: pixels, profiles and moments of handwritten digits, fused by attention and
//! cross-validated.
//!
//! `model.rs` is the model, `digits.rs` its data. Each fold is run as a job: it holds the ids and
//! targets of the train rows and the ids of the test rows, and no more. That is also what a study
//! sends to its workers.
#![allow(clippy::print_stdout, reason = "an example prints")]

mod digits;
mod model;

use digits::Digits;
use midfuse::data::Cohort;
use midfuse::eval::fold::Fold;
use midfuse::eval::job::{Job, Recipe};
use midfuse::eval::ledger::Ledger;
use midfuse::eval::rows::{Data, Rows};
use midfuse::eval::split::StratifiedKFold;
use midfuse::eval::structure::Iid;
use midfuse::metrics::metric::{Metric, Unit};
use midfuse::prelude::*;
use midfuse::train::{Source, TrainConfig, fit, predict};
use midfuse::wire::{ContentHash, Epoch, JobSpec, Outcome, Stopped};
use midfuse_examples::Arguments;
use midfuse_torch::flops;
use model::Trimodal;

/// What comes back, or whatever went wrong.
type Fallible<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const SEED: Seed = Seed(7);
const COHORT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits");

fn main() -> Fallible<()> {
    let arguments = Arguments::from_env(&["cohort", "epochs", "folds"])?;
    let epochs = arguments.number("epochs", 5)?;
    let cohort = Cohort::open(arguments.text("cohort", COHORT))?;
    let digit = cohort.target("digit")?;
    let (task, targets) = (digit.task.clone(), digit.targets.clone());
    let rows = Rows::new(cohort.ids().to_vec(), task, targets)?;
    // The claim is in the name: no two digits depend on one another.
    let dev = Data::iid(rows)?.develop();
    let folds = StratifiedKFold::new(arguments.number("folds", 5)?, SEED);
    let ledger = Ledger::in_memory();
    let accuracies = dev.cross_validate(&folds, |fold| {
        let (index, accuracy) = (fold.index, score(&cohort, &fold, epochs, &ledger)?);
        println!("fold {index}: accuracy {accuracy:.3}");
        Ok(accuracy)
    })?;
    let accuracies = accuracies.into_iter().collect::<Fallible<Vec<f64>>>()?;
    let mean = accuracies.iter().sum::<f64>() / accuracies.len() as f64;
    println!("mean accuracy {mean:.3} over {} folds", accuracies.len());
    Ok(())
}

fn score(cohort: &Cohort, fold: &Fold<'_, Iid>, epochs: usize, ledger: &Ledger) -> Fallible<f64> {
    let recipe = Recipe::new(
        // A worker would look for its data under this name; here they are at hand.
        ContentHash::of(b"digits"),
        serde_json::Value::Null,
        SEED.derive(&format!("fold-{}", fold.index)),
    );
    let job = Job::new(&fold.train, &[&fold.test], &recipe)?;
    let outcome = run(cohort, job.spec(), epochs)?;
    let score = job
        .receive(&outcome)?
        .score(&fold.test, Metric::Accuracy, Unit::Row)?;
    Ok(score.disclose(ledger, "trimodal")?)
}

fn run(cohort: &Cohort, job: &JobSpec, epochs: usize) -> Fallible<Outcome> {
    let rows = |ids: &[String]| -> Vec<i64> {
        let rows = ids.iter().filter_map(|id| cohort.position(id));
        rows.map(|row| row as i64).collect()
    };
    let digits = Digits::load(cohort, job)?;
    let vs = nn::VarStore::new(Device::Cpu);
    let model = Trimodal::new(&vs.root(), job.task.n_scores() as i64)?;
    let config = TrainConfig::new(epochs).with_lr(3e-3);
    let history = fit(
        &model,
        &vs,
        &digits,
        &rows(&job.fit),
        &[],
        &config,
        job.seed,
    )?;
    let logits = predict(&model, &digits, &rows(&job.predict), job.predict_batch)?;
    let first = digits.batch(&Tensor::from_slice(&[0_i64]))?;
    let (output, flops) = flops::count(|| model.forward(&first, Mode::Eval))?;
    output?;
    let epochs = history.epochs.iter().map(|epoch| Epoch {
        train_loss: epoch.train_loss,
        stop_loss: epoch.stop_loss,
    });
    Ok(Outcome {
        scores: Vec::try_from(logits.log_softmax(-1, Kind::Double))?,
        epochs: epochs.collect(),
        best_epoch: history.best_epoch,
        stopped: Stopped::EpochLimit,
        n_parameters: vs
            .trainable_variables()
            .iter()
            .map(|v| v.numel() as u64)
            .sum(),
        flops_per_row: flops.total(),
        // The job asks for no model to be kept.
        model_sha256: String::new(),
        trace: Vec::new(),
    })
}
