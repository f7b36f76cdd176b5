//! Settings that are halved on the inner folds.
#![cfg(test)]

mod support;

use std::path::{Path, PathBuf};

use midfuse_study::{conclude, dry_run, status, study};
use support::{Kind, edit, fingerprint, options, study_file};

/// Three settings, 12 epochs: three for 4 epochs, then the best of them for 12.
fn halved(folder: &Path) -> PathBuf {
    let file = study_file(folder, Kind::Classes, "");
    edit(&file, "trials = 2", "trials = 3\ndraw = \"halving\"");
    edit(&file, "[0.05, 0.2]", "[1e-6, 0.05, 0.2]");
    file
}

#[test]
fn a_third_of_the_settings_goes_on_for_three_times_the_epochs() {
    let folder = tempfile::tempdir().unwrap();
    let file = halved(folder.path());
    let out = folder.path().join("out");
    // 3 arms, 3 outer folds: 2 inner folds of 3 + 1 trainings, and a refit.
    let jobs = 3 * 3 * (2 * 4 + 1);
    let dry = dry_run(&file, &options(&out)).unwrap();
    assert_eq!((dry.jobs.inner_jobs, dry.jobs.total()), (72, jobs));

    let results = study(&file, &options(&out)).unwrap().results;
    assert_eq!(status(&file, &options(&out)).unwrap().done, jobs);
    assert_eq!(results.study.inner_jobs, 72);
    for arm in &results.arms {
        assert_eq!((arm.jobs, arm.jobs_failed), (jobs / 3, 0));
        for fold in &arm.folds {
            let mut limits = fold.inner_limits.clone();
            assert_eq!(limits[fold.trial], 12, "the one that is left is chosen");
            limits.sort_unstable();
            assert_eq!(limits, [4, 4, 12]);
            assert!(fold.inner_scores.iter().all(Option::is_some));
            let slow = arm
                .trials
                .iter()
                .position(|trial| trial.values["training.lr"] == 1e-6);
            assert_ne!(
                Some(fold.trial),
                slow,
                "what learns nothing in 4 epochs is left behind"
            );
            for (&limit, epochs) in fold.inner_limits.iter().zip(&fold.inner_epochs) {
                assert!(epochs.unwrap() <= limit);
            }
        }
    }
    let (conclusion, _) = conclude(&file, &[], &options(&out)).unwrap();
    assert_eq!(conclusion.arms.len(), 2);
}

#[test]
fn it_is_the_same_on_several_workers_whatever_decides_how_long_to_train() {
    for stop in ["inner", "rows", "none"] {
        let run = |workers: usize| {
            let folder = tempfile::tempdir().unwrap();
            let file = halved(folder.path());
            edit(&file, "seed = 5", &format!("seed = 5\nstop = \"{stop}\""));
            let out = folder.path().join("out");
            let mut options = options(&out);
            options.workers = workers;
            study(&file, &options).unwrap();
            fingerprint(&out)
        };
        assert_eq!(run(1), run(3));
    }
}

#[test]
fn of_equal_settings_the_first_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = halved(folder.path());
    edit(
        &file,
        "\"training.lr\" = [1e-6, 0.05, 0.2]",
        "\"training.lr\" = [0.05]\n\"training.sleep_ms\" = [0, 1, 2]",
    );
    let ran = study(&file, &options(&folder.path().join("out"))).unwrap();
    for fold in ran.results.arms.iter().flat_map(|arm| &arm.folds) {
        assert_eq!((fold.trial, fold.inner_limits[0]), (0, 12));
    }
}
