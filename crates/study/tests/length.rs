//! How long trainings are, and who decides it.
#![cfg(test)]

mod support;

use std::path::Path;

use midfuse_report::results::Results;
use midfuse_study::{conclude, study};
use midfuse_wire::Stopped;
use support::{Kind, edit, options, study_file};

fn run(folder: &Path, more: &str) -> Results {
    let file = study_file(folder, Kind::Classes, "");
    edit(&file, "seed = 5", &format!("seed = 5\n{more}"));
    study(&file, &options(&folder.join("out"))).unwrap().results
}

/// Epochs of each refit.
fn lengths(results: &Results) -> Vec<usize> {
    let folds = results.arms.iter().flat_map(|arm| &arm.folds);
    folds.map(|fold| fold.epochs.len()).collect()
}

#[test]
fn inner_folds_choose_a_length_and_refits_train_for_it_on_all_rows() {
    let folder = tempfile::tempdir().unwrap();
    let results = run(folder.path(), "metric = \"log-loss\"");
    for arm in &results.arms {
        for fold in &arm.folds {
            assert_eq!(fold.inner_epochs.len(), arm.trials.len());
            let chosen = fold.inner_epochs[fold.trial].unwrap();
            assert_eq!(fold.epochs.len(), chosen.max(1), "{}", arm.name);
            assert!(fold.epochs.iter().all(|epoch| epoch.stop_loss.is_none()));
            let held_back = fold.stopped == Stopped::EpochLimit;
            assert!(held_back || fold.stopped == Stopped::AsLongAsChosen);
            assert!(!held_back || chosen == 12);
        }
        assert_eq!(arm.stopped_by_limit, 0);
    }
    let doubts = |name: &str| {
        let arm = results.arms.iter().find(|arm| arm.name == name).unwrap();
        arm.doubts_about_length(12).join("; ")
    };
    // The strong modality goes on learning at the limit, and nobody is told that it was stopped.
    assert!(
        doubts("single-a")
            .contains("chose the longest training, 12 epochs, and it was still rising")
    );
    assert!(!doubts("single-a").contains("stopped"));

    let file = folder.path().join("study.toml");
    let out = folder.path().join("out");
    edit(
        &file,
        "[training]",
        "[conclude]\nstrategies = [\"concat\"]\n[training]",
    );
    study(&file, &options(&out)).unwrap();
    let (conclusion, _) = conclude(&file, &[], &options(&out)).unwrap();
    assert!(
        conclusion
            .arms
            .iter()
            .all(|arm| out.join(&arm.model).is_dir())
    );
}

#[test]
fn a_modality_that_tells_nothing_does_not_learn() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Classes, "");
    // Steps so large that every trained model is worse than the untrained one.
    edit(&file, "[0.05, 0.2]", "[500.0, 900.0]");
    edit(&file, "seed = 5", "seed = 5\nmetric = \"log-loss\"");
    let results = study(&file, &options(&folder.path().join("out")))
        .unwrap()
        .results;
    let arm = results
        .arms
        .iter()
        .find(|arm| arm.name == "single-b")
        .unwrap();
    assert!(arm.folds_without_learning() > 0);
    let said = arm.doubts_about_length(12).join("; ");
    assert!(said.contains("does not learn: in "), "{said}");
}

#[test]
fn rows_or_nothing_decide_where_the_study_file_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let none = run(folder.path(), "stop = \"none\"");
    assert!(lengths(&none).iter().all(|&epochs| epochs == 12));
    for arm in &none.arms {
        assert!(arm.doubts_about_length(12).is_empty(), "{}", arm.name);
        assert!(arm.folds.iter().all(|fold| fold.inner_epochs == [None; 2]));
    }
    let folder = tempfile::tempdir().unwrap();
    let rows = run(folder.path(), "stop = \"rows\"\nstop_fraction = 0.25");
    let mut epochs = rows.arms.iter().flat_map(|arm| &arm.folds);
    assert!(epochs.all(|fold| fold.epochs.iter().all(|epoch| epoch.stop_loss.is_some())));
}
