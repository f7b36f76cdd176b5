//! Predictions that mean what they say: maps that inner folds decide.
#![cfg(test)]

mod support;

use std::path::Path;

use midfuse_report::results::{Results, Unknown};
use midfuse_study::{conclude, study};
use support::{Kind, edit, options, study_file};

fn run(folder: &Path, kind: Kind, more: &str) -> Results {
    let file = study_file(folder, kind, "");
    edit(&file, "seed = 5", &format!("seed = 5\n{more}"));
    study(&file, &options(&folder.join("out"))).unwrap().results
}

/// Every training takes all its epochs, with these learning rates.
fn run_to_the_end(folder: &Path, kind: Kind, lr: &str, more: &str) -> Results {
    let file = study_file(folder, kind, "");
    edit(&file, "[0.05, 0.2]", lr);
    let protocol = format!("seed = 5\nstop = \"none\"\n{more}");
    edit(&file, "seed = 5", &protocol);
    study(&file, &options(&folder.join("out"))).unwrap().results
}

#[test]
fn every_refit_has_a_temperature_and_the_same_weights_as_without() {
    let (warm, plain) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // A metric that no temperature moves, so that the same settings are chosen; and no length.
    let same = "metric = \"auc\"\nstop = \"none\"\n";
    let warm = run(warm.path(), Kind::Classes, same);
    let none = format!("{same}calibration = \"none\"");
    let plain = run(plain.path(), Kind::Classes, &none);
    for (arm, without) in warm.arms.iter().zip(&plain.arms) {
        for (fold, without) in arm.folds.iter().zip(&without.folds) {
            assert!(fold.recalibration.as_ref().unwrap().temperature().unwrap() > 0.0);
            assert_eq!(without.recalibration, None);
            assert_eq!(fold.inner_scores, without.inner_scores);
            assert_eq!(fold.model_sha256, without.model_sha256);
            let moved = |metric: &str| (fold.scores[metric] - without.scores[metric]).abs();
            assert!(moved("auc") < 1e-12 && moved("log-loss") > 1e-6);
        }
    }
    let open = |results: &Results| results.verdict.unknown.contains(&Unknown::Calibration);
    assert!(open(&plain) && !open(&warm));
    let said = warm.recalibration_sentence();
    assert!(
        said.contains("one temperature") && said.contains("single-a"),
        "{said}"
    );
    let said = plain.recalibration_sentence();
    assert_eq!(
        said,
        "Predictions are as the models make them, without recalibration."
    );
}

#[test]
fn weak_models_that_are_too_sure_lose_less() {
    let (warm, plain) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // Steps so large that logits are far from 0.
    let lr = "[30.0, 50.0]";
    let warm = run_to_the_end(warm.path(), Kind::Classes, lr, "");
    let plain = run_to_the_end(plain.path(), Kind::Classes, lr, "calibration = \"none\"");
    for (arm, without) in warm.arms.iter().zip(&plain.arms) {
        // The strong modality is never wrong: nothing says that it is too sure.
        if arm.name != "single-b" {
            continue;
        }
        let mean = |results: &midfuse_report::results::ArmResult| results.scores["log-loss"].mean;
        assert!(mean(arm) < mean(without));
        for fold in &arm.folds {
            let temperature = fold.recalibration.as_ref().unwrap().temperature().unwrap();
            assert!(temperature > 1.0, "{temperature}");
        }
    }
}

#[test]
fn settings_are_compared_behind_a_temperature_and_not_by_how_sure_they_are() {
    let (warm, plain) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // The same direction of the weights, one of them far too long.
    let lr = "[0.2, 1000.0]";
    let warm = run_to_the_end(warm.path(), Kind::Timed, lr, "");
    let plain = run_to_the_end(plain.path(), Kind::Timed, lr, "calibration = \"none\"");
    let [warm, plain] = [&warm, &plain].map(|results| &results.arm("single-b").unwrap().folds);
    let worst = warm.iter().zip(plain).map(|(fold, without)| {
        let scores = fold.inner_scores.iter().zip(&without.inner_scores);
        let scores = scores.map(|(score, raw)| (score.unwrap(), raw.unwrap()));
        scores.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
    });
    let worst: Vec<(f64, f64)> = worst.collect();
    assert!(
        worst.iter().all(|(score, raw)| score <= raw && *raw > 1.0),
        "{worst:?}"
    );
    // In the last window, the other inner fold has enough units for a temperature.
    let (score, raw) = worst.last().unwrap();
    assert!(*score < raw / 10.0, "{score}, {raw}");
}

#[test]
fn too_few_units_leave_predictions_alone_and_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let results = run(folder.path(), Kind::Groups, "");
    let mut folds = results.arms.iter().flat_map(|arm| &arm.folds);
    assert!(folds.all(|fold| fold.recalibration.is_none()));
    assert!(results.verdict.unknown.contains(&Unknown::Calibration));
    let said = results.recalibration_sentence();
    assert!(said.contains("fewer than 32 units"), "{said}");
}

#[test]
fn a_map_that_the_task_does_not_have_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Numbers, "");
    edit(&file, "seed = 5", "seed = 5\ncalibration = \"vector\"");
    let error = study(&file, &options(&folder.path().join("out"))).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("protocol.calibration: `vector` is not for a regression; write `none`"),
        "{error}"
    );
}

#[test]
fn the_concluded_model_has_the_mean_of_the_temperatures() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Classes, "");
    edit(
        &file,
        "[training]",
        "[conclude]\nstrategies = [\"concat\"]\n[training]",
    );
    let out = folder.path().join("out");
    let results = study(&file, &options(&out)).unwrap().results;
    let (conclusion, _) = conclude(&file, &[], &options(&out)).unwrap();
    for concluded in &conclusion.arms {
        let arm = results.arm(&concluded.arm).unwrap();
        let chose_it = arm
            .folds
            .iter()
            .filter(|fold| fold.trial == concluded.trial);
        let logs: Vec<f64> = chose_it
            .map(|fold| {
                fold.recalibration
                    .as_ref()
                    .unwrap()
                    .temperature()
                    .unwrap()
                    .ln()
            })
            .collect();
        let want = (logs.iter().sum::<f64>() / logs.len() as f64).exp();
        let got = concluded
            .recalibration
            .as_ref()
            .unwrap()
            .temperature()
            .unwrap();
        assert!((got - want).abs() < 1e-12, "{got} {want}");
    }
}
