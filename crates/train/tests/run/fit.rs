//! What a run does: stopping, best weights, rows, errors.

use crate::support::{Net, Points, one_at_a_time, weights};
use midfuse_core::Seed;
use midfuse_train::{
    AdamWConfig, Decay, Error, OptimizerConfig, Params, Stopped, TrainConfig, Trainer, fit, predict,
};
use tch::{Device, Kind, Reduction, Tensor, nn};

fn seeded() -> (nn::VarStore, Net) {
    midfuse_torch::rng::seed(Seed(3)).unwrap();
    let vs = nn::VarStore::new(Device::Cpu);
    let net = Net::new(&vs);
    (vs, net)
}

fn rows(n: i64) -> (Vec<i64>, Vec<i64>) {
    (0..n).partition(|row| row % 4 != 0)
}

fn mean_loss(net: &Net, source: &Points, rows: &[i64]) -> f64 {
    let logits = predict(net, source, rows, 256).unwrap();
    let targets = source.y.index_select(0, &Tensor::from_slice(rows));
    let none = None::<Tensor>;
    logits
        .cross_entropy_loss(&targets, none, Reduction::Mean, -100, 0.0)
        .double_value(&[])
}

#[test]
fn training_stops_early_and_leaves_the_best_weights() {
    let _alone = one_at_a_time();
    let source = Points::new(96);
    let (vs, net) = seeded();
    let (fit_rows, stop_rows) = rows(96);
    let config = TrainConfig::new(200)
        .with_lr(0.05)
        .with_batch_size(16)
        .with_patience(Some(3));
    let history = fit(&net, &vs, &source, &fit_rows, &stop_rows, &config, Seed(1)).unwrap();
    assert_eq!(history.stopped, Stopped::Early);
    assert_eq!(history.epochs.len(), history.best_epoch + 1 + 3);
    let best = history.epochs[history.best_epoch].stop_loss.unwrap();
    assert!(
        history
            .epochs
            .iter()
            .all(|epoch| epoch.stop_loss.unwrap() >= best)
    );
    assert!(best < history.epochs[0].stop_loss.unwrap());
    // The weights that are left are those that had this loss, buffers included.
    assert!((mean_loss(&net, &source, &stop_rows) - best).abs() < 1e-6);
}

#[test]
fn who_watches_sees_the_untrained_model_and_each_epoch() {
    let _alone = one_at_a_time();
    let source = Points::new(40);
    let all: Vec<i64> = (0..40).collect();
    let config = TrainConfig::new(3);
    let (vs, net) = seeded();
    let untrained = mean_loss(&net, &source, &all);
    let mut seen = Vec::new();
    Trainer::new(&net, &vs, &source, &config, Seed(1))
        .fit_watched(&all, &[], |epochs| {
            seen.push((epochs, mean_loss(&net, &source, &all)));
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(
        seen.iter().map(|(epochs, _)| *epochs).collect::<Vec<_>>(),
        [0, 1, 2, 3]
    );
    assert!((seen[0].1 - untrained).abs() < 1e-12);
    // Nothing changes for being watched.
    let (other_vs, other) = seeded();
    fit(&other, &other_vs, &source, &all, &[], &config, Seed(1)).unwrap();
    assert!((seen[3].1 - mean_loss(&other, &source, &all)).abs() < 1e-12);
    let refused = Trainer::new(&net, &vs, &source, &config, Seed(1)).fit_watched(&all, &[], |_| {
        Err(Error::Rows {
            what: "rows",
            expected: "none".to_owned(),
            got: "some".to_owned(),
        })
    });
    assert!(matches!(refused, Err(Error::Rows { .. })));
}

#[test]
fn snapshots_are_averaged_and_training_goes_on_from_the_last() {
    let _alone = one_at_a_time();
    let (source, all) = (Points::new(24), (0..24).collect::<Vec<i64>>());
    let config = TrainConfig::new(5).with_lr(0.05).with_batch_size(8);
    // What is shown after each epoch, and what is left at the end.
    let watched = |config: &TrainConfig| {
        let (vs, net) = seeded();
        let copy = || -> Vec<Tensor> {
            let variables = weights(&vs).into_iter();
            variables.map(|(_, v)| v.detach().copy()).collect()
        };
        let mut shown = Vec::new();
        Trainer::new(&net, &vs, &source, config, Seed(1))
            .fit_watched(&all, &[], |_| {
                shown.push(copy());
                Ok::<_, Error>(())
            })
            .unwrap();
        (shown, copy())
    };
    let (each, last) = watched(&config);
    let (means, kept) = watched(&config.with_snapshots(2));
    assert_eq!(means[..2], each[..2]);
    for epoch in 2..each.len() {
        for ((mean, now), before) in means[epoch].iter().zip(&each[epoch]).zip(&each[epoch - 1]) {
            assert!(
                mean.allclose(&((now + before) / 2.0), 1e-6, 1e-7, false),
                "{epoch}"
            );
        }
    }
    assert_eq!(kept, means[5]);
    assert_ne!(kept, last);
}

#[test]
fn without_stopping_rows_all_epochs_run() {
    let _alone = one_at_a_time();
    let source = Points::new(40);
    let (vs, net) = seeded();
    let all: Vec<i64> = (0..40).collect();
    let config = TrainConfig::new(4).with_patience(Some(1));
    let history = fit(&net, &vs, &source, &all, &[], &config, Seed(1)).unwrap();
    assert_eq!(history.epochs.len(), 4);
    assert_eq!(
        (history.best_epoch, history.stopped),
        (3, Stopped::EpochLimit)
    );
    assert!(history.epochs.iter().all(|epoch| epoch.stop_loss.is_none()));
}

#[test]
fn a_run_depends_on_its_seed_and_not_on_what_ran_before() {
    let _alone = one_at_a_time();
    let run = |seed| {
        let source = Points::new(40);
        let (vs, net) = seeded();
        let _drawn_before = Tensor::rand([17], (Kind::Float, Device::Cpu));
        let (fit_rows, stop_rows) = rows(40);
        let config = TrainConfig::new(3).with_batch_size(8);
        let history = fit(&net, &vs, &source, &fit_rows, &stop_rows, &config, seed).unwrap();
        (history, weights(&vs))
    };
    assert_eq!(run(Seed(1)), run(Seed(1)));
    assert_ne!(run(Seed(1)).0, run(Seed(2)).0);
}

#[test]
fn a_row_alone_joins_the_batch_before_it() {
    let _alone = one_at_a_time();
    // 33 rows in batches of 16: batch normalisation would refuse a batch of one.
    let source = Points::new(33);
    let (vs, net) = seeded();
    let all: Vec<i64> = (0..33).collect();
    let config = TrainConfig::new(1).with_batch_size(16);
    fit(&net, &vs, &source, &all, &[], &config, Seed(1)).unwrap();
    assert_eq!(source.batches.get(), 2);
    let error = fit(&net, &vs, &source, &[5], &[], &config, Seed(1)).unwrap_err();
    assert!(
        error.to_string().contains("at least 2 present rows"),
        "{error}"
    );
}

#[test]
fn a_loss_that_is_not_a_number_names_epoch_and_step() {
    let _alone = one_at_a_time();
    let source = Points::new(40);
    let _ = source.x.get(11).fill_(f64::NAN);
    let (vs, net) = seeded();
    let all: Vec<i64> = (0..40).collect();
    let config = TrainConfig::new(2).with_batch_size(8);
    let error = fit(&net, &vs, &source, &all, &[], &config, Seed(1)).unwrap_err();
    let order = midfuse_train::epoch_order(&all, Seed(1), 0);
    let expected = order.iter().position(|&row| row == 11).unwrap() / 8;
    match error {
        Error::NonFinite {
            what,
            epoch,
            step,
            value,
        } => {
            assert_eq!((what, epoch, step), ("training loss", 0, expected));
            assert!(value.is_nan());
        }
        other => panic!("{other}"),
    }
}

#[test]
fn rows_that_cannot_be_are_refused() {
    let _alone = one_at_a_time();
    let source = Points::new(8);
    let (vs, net) = seeded();
    let config = TrainConfig::new(1);
    let run = |fit_rows: &[i64], stop_rows: &[i64]| {
        fit(&net, &vs, &source, fit_rows, stop_rows, &config, Seed(1))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        run(&[], &[]),
        "fit rows: expected at least one row, got none"
    );
    assert_eq!(
        run(&[0, 8], &[]),
        "fit rows: expected rows from 0 to 7, got 8"
    );
    assert_eq!(
        run(&[0, 1], &[-1]),
        "stop rows: expected rows from 0 to 7, got -1"
    );
    let shared = run(&[0, 1], &[2, 1]);
    assert_eq!(
        shared,
        "stop rows: expected rows that are not fitted on, got row 1 in both lists"
    );
    assert!(predict(&net, &source, &[], 4).is_err());
    assert!(predict(&net, &source, &[9], 4).is_err());
    assert!(predict(&net, &source, &[1], 0).is_err());
    let bad = TrainConfig::new(0);
    assert!(fit(&net, &vs, &source, &[0, 1], &[], &bad, Seed(1)).is_err());
}

#[test]
fn prediction_does_not_depend_on_the_batch_and_keeps_the_order() {
    let _alone = one_at_a_time();
    let source = Points::new(20);
    let (_vs, net) = seeded();
    let rows = [4, 19, 0, 7, 7];
    let whole = predict(&net, &source, &rows, 256).unwrap();
    let parts = predict(&net, &source, &rows, 2).unwrap();
    assert_eq!(whole.size(), [5, 2]);
    assert!(!whole.requires_grad());
    assert!((&whole - parts).abs().max().double_value(&[]) < 1e-6);
    assert_eq!(whole.get(3), whole.get(4));
    let alone = predict(&net, &source, &[19], 1).unwrap();
    assert!((whole.get(1) - alone.get(0)).abs().max().double_value(&[]) < 1e-6);
}

#[test]
fn decay_can_spare_vectors() {
    let _alone = one_at_a_time();
    let (vs, _net) = seeded();
    let params = Params::new(&vs, Decay::Matrices);
    let config = AdamWConfig::default().with_weight_decay(0.5);
    let mut adamw = config.init(&params).unwrap();
    let before: Vec<_> = weights(&vs)
        .into_iter()
        .map(|(name, t)| (name, t.copy()))
        .collect();
    // Gradients of zero: only the decay moves anything.
    let trainable = vs.trainable_variables();
    let sum: Tensor = trainable.iter().map(|t| (t * 0.0).sum(Kind::Float)).sum();
    sum.backward();
    adamw.step(0.1).unwrap();
    for ((name, before), (_, after)) in before.iter().zip(weights(&vs)) {
        let factor = if before.dim() >= 2 { 0.95 } else { 1.0 };
        let difference = (before * factor - after).abs().max().double_value(&[]);
        assert!(difference < 1e-6, "{name}: {difference}");
    }
}
