//! A run that was killed ends with the same bits as one that was not: with dropout, batch
//! normalisation and early stopping.

use std::path::Path;

use crate::support::{Net, Points, every_optimizer, one_at_a_time, weights};
use midfuse_core::Seed;
use midfuse_train::{Checkpoint, Error, History, SgdConfig, Step, Stopped, TrainConfig, Trainer};
use tch::{Device, Kind, Tensor, nn};

fn config() -> TrainConfig {
    TrainConfig::new(40)
        .with_lr(0.05)
        .with_batch_size(8)
        .with_patience(Some(4))
}

struct Run {
    result: Result<History, Error>,
    weights: Vec<(String, Tensor)>,
    batches: usize,
}

/// A run in a process that is as good as new: fresh weights, another state of the generator.
fn run(checkpoint: Option<Checkpoint>, fails_at: Option<usize>, config: &TrainConfig) -> Run {
    let source = Points::new(60);
    source.fails_at.set(fails_at);
    midfuse_torch::rng::seed(Seed(3)).unwrap();
    let vs = nn::VarStore::new(Device::Cpu);
    let net = Net::new(&vs);
    let _another_state = Tensor::rand([5], (Kind::Float, Device::Cpu));
    let (fit_rows, stop_rows): (Vec<i64>, Vec<i64>) = (0..60).partition(|row| row % 5 != 0);
    let mut trainer = Trainer::new(&net, &vs, &source, config, Seed(1));
    if let Some(checkpoint) = checkpoint {
        trainer = trainer.with_checkpoint(checkpoint);
    }
    let result = trainer.fit(&fit_rows, &stop_rows);
    Run {
        result,
        weights: weights(&vs),
        batches: source.batches.get(),
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn killed_at_any_batch_and_resumed_gives_the_same_bits() {
    let _alone = one_at_a_time();
    let whole = run(None, None, &config());
    let history = whole.result.unwrap();
    assert_eq!(history.stopped, Stopped::Early);
    assert!(history.best_epoch > 1, "{}", history.best_epoch);
    // Batches of training and of the stopping rows: first ones, mid-epoch, after the best epoch.
    for killed_at in [0, 1, 7, 13, whole.batches - 1] {
        for every_steps in [None, Some(1), Some(2)] {
            let folder = folder();
            let checkpoint = || {
                let checkpoint = Checkpoint::new(folder.path().join("run.safetensors"));
                every_steps.map_or(checkpoint.clone(), |n| checkpoint.with_every_steps(n))
            };
            let killed = run(Some(checkpoint()), Some(killed_at), &config());
            assert!(killed.result.is_err());
            let resumed = run(Some(checkpoint()), None, &config());
            assert_eq!(
                resumed.result.unwrap(),
                history,
                "{killed_at} {every_steps:?}"
            );
            assert_eq!(
                resumed.weights, whole.weights,
                "{killed_at} {every_steps:?}"
            );
            assert!(resumed.batches <= whole.batches);
            if every_steps == Some(1) && killed_at > 1 {
                assert!(resumed.batches < whole.batches, "{killed_at}");
            }
            assert_eq!(names(folder.path()), ["run.safetensors"]);
        }
    }
}

#[test]
fn every_optimizer_resumes_to_the_same_bits() {
    let _alone = one_at_a_time();
    for optimizer in every_optimizer() {
        let config = TrainConfig::new(4)
            .with_lr(0.05)
            .with_batch_size(8)
            .with_optimizer(optimizer)
            .with_schedule(Step::default());
        let whole = run(None, None, &config);
        let history = whole.result.unwrap();
        for killed_at in [1, 9, whole.batches - 1] {
            let folder = folder();
            let path = folder.path().join("run.safetensors");
            let checkpoint = Checkpoint::new(path).with_every_steps(1);
            let killed = run(Some(checkpoint.clone()), Some(killed_at), &config);
            assert!(killed.result.is_err());
            let resumed = run(Some(checkpoint), None, &config);
            let context = format!("{:?}, {killed_at}", config.optimizer);
            assert_eq!(resumed.result.unwrap(), history, "{context}");
            assert_eq!(resumed.weights, whole.weights, "{context}");
            assert!(resumed.batches < whole.batches, "{context}");
        }
    }
}

#[test]
fn a_mean_of_snapshots_resumes_to_the_same_bits() {
    let _alone = one_at_a_time();
    let config = config().with_snapshots(3);
    let whole = run(None, None, &config);
    let history = whole.result.unwrap();
    for killed_at in [1, 9, whole.batches / 2, whole.batches - 1] {
        let folder = folder();
        let path = folder.path().join("run.safetensors");
        let checkpoint = Checkpoint::new(path).with_every_steps(1);
        let killed = run(Some(checkpoint.clone()), Some(killed_at), &config);
        assert!(killed.result.is_err());
        let other = run(
            Some(checkpoint.clone()),
            None,
            &config.clone().with_snapshots(4),
        );
        assert!(matches!(other.result, Err(Error::OtherRun { .. })));
        let resumed = run(Some(checkpoint), None, &config);
        assert_eq!(resumed.result.unwrap(), history, "{killed_at}");
        assert_eq!(resumed.weights, whole.weights, "{killed_at}");
    }
}

#[test]
fn the_checkpoint_of_another_optimizer_is_refused() {
    let _alone = one_at_a_time();
    let folder = folder();
    let path = folder.path().join("run.safetensors");
    let checkpoint = Checkpoint::new(&path);
    let killed = run(Some(checkpoint.clone()), Some(9), &config());
    assert!(killed.result.is_err());
    let other = config().with_optimizer(SgdConfig::new(0.9));
    let untouched = run(None, Some(0), &other).weights;
    let refused = run(Some(checkpoint.clone()), None, &other);
    match refused.result.unwrap_err() {
        Error::OtherOptimizer {
            path: of,
            expected,
            got,
        } => {
            assert_eq!(
                (of, expected.as_str(), got.as_str()),
                (path, "sgd", "adamw")
            );
        }
        other => panic!("{other}"),
    }
    assert_eq!(refused.weights, untouched);

    // The same optimiser with other options is another run: here one without buffers.
    std::fs::remove_file(folder.path().join("run.safetensors")).unwrap();
    assert!(
        run(Some(checkpoint.clone()), Some(9), &other)
            .result
            .is_err()
    );
    let plain = config().with_optimizer(SgdConfig::new(0.0));
    let error = run(Some(checkpoint), None, &plain).result.unwrap_err();
    assert!(matches!(error, Error::OtherRun { .. }), "{error}");
}

#[test]
fn a_finished_run_is_returned_at_once() {
    let _alone = one_at_a_time();
    let folder = folder();
    let checkpoint = Checkpoint::new(folder.path().join("run.safetensors"));
    let first = run(Some(checkpoint.clone()), None, &config());
    let again = run(Some(checkpoint), None, &config());
    assert_eq!(again.batches, 0);
    assert_eq!(again.result.unwrap(), first.result.unwrap());
    assert_eq!(again.weights, first.weights);
}

#[test]
fn the_checkpoint_of_another_run_is_refused() {
    let _alone = one_at_a_time();
    let folder = folder();
    let checkpoint = Checkpoint::new(folder.path().join("run.safetensors"));
    run(Some(checkpoint.clone()), Some(9), &config())
        .result
        .unwrap_err();
    for other in [
        config().with_lr(0.04),
        TrainConfig::new(39),
        config().with_batch_size(9),
    ] {
        let untouched = run(None, Some(0), &other).weights;
        let refused = run(Some(checkpoint.clone()), None, &other);
        let error = refused.result.unwrap_err();
        assert!(matches!(error, Error::OtherRun { .. }), "{error}");
        assert_eq!(refused.weights, untouched);
    }
}

#[test]
fn a_damaged_checkpoint_is_an_error_and_changes_nothing() {
    let _alone = one_at_a_time();
    let folder = folder();
    let path = folder.path().join("run.safetensors");
    let checkpoint = Checkpoint::new(&path);
    run(Some(checkpoint.clone()), Some(9), &config())
        .result
        .unwrap_err();
    let whole = std::fs::read(&path).unwrap();
    let untouched = run(None, Some(0), &config()).weights;
    for bytes in [
        &whole[..whole.len() / 2],
        &whole[..4],
        b"",
        b"{\"not\": \"a checkpoint\"}",
    ] {
        std::fs::write(&path, bytes).unwrap();
        let refused = run(Some(checkpoint.clone()), None, &config());
        let error = refused.result.unwrap_err();
        assert!(error.to_string().contains("run.safetensors"), "{error}");
        assert_eq!(refused.weights, untouched);
    }
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let _alone = one_at_a_time();
    let checkpoint = Checkpoint::new("/nowhere/run.safetensors");
    let error = run(Some(checkpoint), None, &config()).result.unwrap_err();
    assert!(
        error.to_string().starts_with("/nowhere/run.safetensors: "),
        "{error}"
    );
}
