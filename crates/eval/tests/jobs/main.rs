//! Jobs that are made of views, their predictions, and scores that know their role.
#![cfg(test)]

mod at_run_time;

use midfuse_base::{Seed, Targets, Task};
use midfuse_eval::fold::FoldPanicked;
use midfuse_eval::job::{Job, JobError, Recipe};
use midfuse_eval::ledger::Ledger;
use midfuse_eval::predict::{Disclosed, Learner, OutOfFold, Predict, ScoreError, fit};
use midfuse_eval::rows::{Data, Rows, Span};
use midfuse_eval::split::{ExpandingWindow, Extent, GroupKFold, KFold};
use midfuse_eval::structure::Iid;
use midfuse_eval::view::FitRows;
use midfuse_metrics::metric::{Metric, Unit};
use midfuse_wire::{ContentHash, JobSpec, Outcome, Stopped};

fn ids(n: usize) -> Vec<String> {
    (0..n).map(|row| format!("r{row:02}")).collect()
}

fn rows(n: usize) -> Rows {
    let targets = Targets::Value((0..n).map(|row| row as f64).collect());
    Rows::new(ids(n), Task::Regression, targets).unwrap()
}

fn patients(n: usize, each: usize) -> Vec<String> {
    (0..n).map(|row| format!("p{}", row / each)).collect()
}

fn data(n: usize) -> Data<Iid> {
    Data::iid(rows(n)).unwrap()
}

fn by(k: usize) -> KFold {
    KFold::new(k, Seed(0))
}

fn recipe() -> Recipe {
    Recipe::new(
        ContentHash::of(b"rows"),
        serde_json::json!({"modalities": []}),
        Seed(3),
    )
}

/// What a worker would answer that predicts the same number everywhere.
fn outcome(spec: &JobSpec, value: f64) -> Outcome {
    let empty = serde_json::json!({
        "scores": vec![vec![value]; spec.predict.len()], "epochs": [], "best_epoch": 0,
        "stopped": Stopped::EpochLimit, "n_parameters": 1, "flops_per_row": 1, "model_sha256": ""
    });
    serde_json::from_value(empty).unwrap()
}

/// Learns the mean.
struct MeanLearner;

struct Mean(f64);

impl Learner for MeanLearner {
    type Model = Mean;

    fn learn(&self, rows: &FitRows<'_>, targets: &Targets) -> Mean {
        let Targets::Value(values) = targets else {
            return Mean(f64::NAN);
        };
        assert_eq!(rows.ids().len(), values.len());
        Mean(values.iter().sum::<f64>() / values.len() as f64)
    }
}

impl Predict for Mean {
    fn predict(&self, _: &str) -> Vec<f64> {
        vec![self.0]
    }
}

#[test]
fn a_job_holds_the_targets_of_train_rows_only() {
    let seen = data(12).develop().cross_validate(&by(3), |fold| {
        let stop = fold.train.stop_rows(&by(4)).unwrap();
        let job = Job::new(&fold.train, &[&fold.test], &recipe())
            .unwrap()
            .with_stop(&stop);
        let spec = job.spec();
        let json = serde_json::to_value(spec).unwrap();
        let again: JobSpec = serde_json::from_value(json).unwrap();
        assert_eq!(again.id().unwrap(), spec.id().unwrap());
        assert_eq!(spec.fit.len(), 8);
        assert!(spec.predict.iter().all(|id| !spec.fit.contains(id)));
        // The target of row r07 is 7.
        let want: Vec<f64> = spec.fit.iter().map(|id| id[1..].parse().unwrap()).collect();
        assert_eq!(spec.targets, Targets::Value(want));
        // Stopping rows are fitting rows, and no transform is fitted on them.
        assert_eq!(spec.stop.len(), stop.len());
        let fit_rows = FitRows::of(spec);
        assert_eq!(fit_rows.ids().len(), 8 - stop.len());
        assert!(
            spec.stop
                .iter()
                .all(|&at| !fit_rows.ids().contains(&spec.fit[at]))
        );
        spec.predict.len()
    });
    assert_eq!(seen.unwrap(), [4, 4, 4]);
}

#[test]
fn rows_that_are_purged_beside_the_stopping_rows_leave_the_job() {
    // Every row reaches into the next one.
    let spans: Vec<Span> = (0..12).map(|at| Span::new(at, at + 1)).collect();
    let dev = Data::timed(rows(12).with_spans(&spans).unwrap())
        .unwrap()
        .develop();
    let outer = ExpandingWindow::new(1, Extent::Rows(4));
    let latest = ExpandingWindow::new(1, Extent::Rows(2));
    dev.cross_validate(&outer, |fold| {
        // Row 7 reaches into row 8, the first test row.
        let names = |rows: &[&str]| rows.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        assert!(
            fold.train
                .ids()
                .eq(["r00", "r01", "r02", "r03", "r04", "r05", "r06"])
        );
        let stop = fold.train.stop_rows(&latest).unwrap();
        assert_eq!((stop.len(), stop.n_dropped()), (2, 1));
        let job = Job::new(&fold.train, &[&fold.test], &recipe())
            .unwrap()
            .with_stop(&stop);
        let spec = job.spec();
        assert_eq!(spec.fit, names(&["r00", "r01", "r02", "r03", "r05", "r06"]));
        assert_eq!(
            spec.targets,
            Targets::Value(vec![0.0, 1.0, 2.0, 3.0, 5.0, 6.0])
        );
        assert_eq!(spec.stop, [4, 5]);
        assert_eq!(spec.predict, names(&["r08", "r09", "r10", "r11"]));
    })
    .unwrap();
}

#[test]
fn predictions_are_scored_on_rows_that_were_predicted_and_not_seen() {
    let ledger = Ledger::in_memory();
    let scores = data(12).develop().cross_validate(&by(3), |fold| {
        let job = Job::new(&fold.train, &[&fold.test], &recipe()).unwrap();
        let predictions = job.receive(&outcome(job.spec(), 5.0)).unwrap();
        let score = predictions
            .score(&fold.test, Metric::Mse, Unit::Row)
            .unwrap();
        let disclosed = predictions.disclose(&fold.test, &ledger, "mean").unwrap();
        let Targets::Value(targets) = &disclosed.targets else {
            panic!()
        };
        let mse = targets.iter().map(|t| (t - 5.0).powi(2)).sum::<f64>() / targets.len() as f64;
        let value = score.disclose(&ledger, "mean").unwrap();
        assert!((value - mse).abs() < 1e-12);

        let mut short = outcome(job.spec(), 5.0);
        short.scores.pop();
        assert!(matches!(
            job.receive(&short),
            Err(ScoreError::Rows {
                expected: 4,
                got: 3
            })
        ));
        let mut nan = outcome(job.spec(), 5.0);
        nan.scores[1] = vec![f64::NAN];
        assert!(matches!(job.receive(&nan), Err(ScoreError::Scores { .. })));
        nan.scores[1] = vec![1.0, 2.0];
        assert!(matches!(job.receive(&nan), Err(ScoreError::Scores { .. })));

        // A job on an inner fold predicts other rows.
        fold.train
            .cross_validate(&by(2), |inner| {
                let job = Job::new(&inner.train, &[&inner.valid], &recipe()).unwrap();
                let predictions = job.receive(&outcome(job.spec(), 5.0)).unwrap();
                predictions
                    .score(&inner.valid, Metric::Mse, Unit::Row)
                    .unwrap()
                    .value()
            })
            .unwrap()
            .len()
    });
    assert_eq!(scores.unwrap(), [2, 2, 2]);
    // Three folds, a score and rows each.
    assert_eq!(ledger.disclosures().unwrap(), 6);
}

#[test]
fn a_disclosure_that_is_repeated_counts_once() {
    let ledger = Ledger::in_memory();
    for _ in 0..2 {
        let scores = data(12).develop().cross_validate(&by(3), |fold| {
            let model = fit(&MeanLearner, &fold.train);
            let predictions = model.predict(&fold.test).unwrap();
            let score = predictions
                .score(&fold.test, Metric::Mae, Unit::Row)
                .unwrap();
            score.disclose(&ledger, "mean").unwrap()
        });
        assert_eq!(scores.unwrap().len(), 3);
    }
    assert_eq!(ledger.disclosures().unwrap(), 3);
}

#[test]
fn a_lifted_model_has_seen_the_validation_rows() {
    data(12)
        .develop()
        .cross_validate(&by(3), |fold| {
            let lifted = fold.train.cross_validate(&by(2), |inner| {
                let model = fit(&MeanLearner, &inner.train);
                assert!(inner.valid.ids().all(|id| !model.has_seen(id)));
                let lifted = inner.lift(model);
                assert!(inner.valid.ids().all(|id| lifted.has_seen(id)));
                lifted
            });
            for model in lifted.unwrap() {
                assert!(model.predict(&fold.test).is_ok());
                assert!(matches!(
                    model.predict(&fold.train),
                    Err(ScoreError::Leak { .. })
                ));
            }
        })
        .unwrap();
}

#[test]
fn validation_rows_calibrate_and_are_seen() {
    data(12)
        .develop()
        .cross_validate(&by(3), |fold| {
            fold.train
                .cross_validate(&by(2), |inner| {
                    let model = fit(&MeanLearner, &inner.train);
                    let shift = |valid: &Disclosed| {
                        let Targets::Value(targets) = &valid.targets else {
                            panic!()
                        };
                        assert_eq!(valid.ids, inner.valid.ids().collect::<Vec<_>>());
                        let miss = targets.iter().zip(&valid.scores).map(|(t, s)| t - s[0]);
                        let mean = miss.sum::<f64>() / targets.len() as f64;
                        move |scores: Vec<f64>| vec![scores[0] + mean]
                    };
                    let calibrated = inner.calibrate(model, shift).unwrap();
                    assert!(inner.valid.ids().all(|id| calibrated.has_seen(id)));
                    let refused = calibrated.predict(&fold.train);
                    assert!(matches!(refused, Err(ScoreError::Leak { .. })));
                    // The mean of the validation rows: the model's own mean cancels out.
                    let rows: Vec<f64> = inner
                        .valid
                        .ids()
                        .map(|id| id[1..].parse().unwrap())
                        .collect();
                    let want = rows.iter().sum::<f64>() / rows.len() as f64;
                    let predicted = calibrated.predict(&fold.test).unwrap();
                    let got = predicted.of(&fold.test).unwrap();
                    assert!(got.iter().all(|scores| (scores[0] - want).abs() < 1e-12));
                })
                .unwrap();
        })
        .unwrap();
}

#[test]
fn out_of_fold_predictions_cover_train_once() {
    data(12)
        .develop()
        .cross_validate(&by(3), |fold| {
            let parts = || {
                fold.train.cross_validate(&by(4), |inner| {
                    let model = fit(&MeanLearner, &inner.train);
                    inner
                        .out_of_fold(&model.predict(&inner.valid).unwrap())
                        .unwrap()
                })
            };
            let joined = OutOfFold::join(parts().unwrap(), &fold.train).unwrap();
            assert_eq!(joined.ids(), fold.train.ids().collect::<Vec<_>>());
            let mut missing = parts().unwrap();
            missing.pop();
            let error = OutOfFold::join(missing, &fold.train).unwrap_err();
            assert!(
                matches!(error, ScoreError::Coverage { times: 0, .. }),
                "{error}"
            );
            let mut twice = parts().unwrap();
            twice.extend(parts().unwrap());
            let error = OutOfFold::join(twice, &fold.train).unwrap_err();
            assert!(
                matches!(error, ScoreError::Coverage { times: 2, .. }),
                "{error}"
            );
        })
        .unwrap();
}

#[test]
fn a_view_is_predicted_once() {
    data(12)
        .develop()
        .cross_validate(&by(3), |fold| {
            let error = Job::new(&fold.train, &[&fold.test, &fold.test], &recipe()).unwrap_err();
            assert!(matches!(error, JobError::Twice { .. }), "{error}");
            let error = Job::new(&fold.train, &[&fold.train], &recipe()).unwrap_err();
            assert!(matches!(error, JobError::Leak { .. }), "{error}");
        })
        .unwrap();
}

#[test]
fn rows_of_groups_are_scored_at_a_stated_unit() {
    let rows = rows(12).with_groups("patient", &patients(12, 3)).unwrap();
    let by = GroupKFold::new(2, Seed(0));
    Data::grouped(rows)
        .unwrap()
        .develop()
        .cross_validate(&by, |fold| {
            assert_eq!(fold.test.groups().len(), 6);
            let predictions = fit(&MeanLearner, &fold.train).predict(&fold.test).unwrap();
            let silent = predictions.score(&fold.test, Metric::Mae, Unit::Row);
            assert!(matches!(silent, Err(ScoreError::Metric(_))));
            assert!(
                predictions
                    .score(&fold.test, Metric::Mae, Unit::RowsAveragedInGroup)
                    .is_ok()
            );
        })
        .unwrap();
}

#[test]
fn a_panic_in_one_fold_leaves_the_others() {
    let dev = data(12).develop();
    let sequential = dev.cross_validate(&by(4), |fold| fold.test.len()).unwrap();
    let parallel = dev
        .par_cross_validate(&by(4), |fold| {
            assert!(fold.index != 2, "fold {} fell over", fold.index);
            let inner = fold
                .train
                .par_cross_validate(&by(3), |inner| inner.valid.len())
                .unwrap();
            assert_eq!(inner, [Ok(3), Ok(3), Ok(3)]);
            fold.test.len()
        })
        .unwrap();
    let message = "fold 2 fell over".to_owned();
    assert_eq!(parallel[2], Err(FoldPanicked { fold: 2, message }));
    for fold in [0, 1, 3] {
        assert_eq!(parallel[fold], Ok(sequential[fold]));
    }
}
