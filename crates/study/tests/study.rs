//! Whole studies with the scripted worker: what they leave, and what they refuse.
#![cfg(test)]

mod support;

use std::fs;

use midfuse_study::{Error, conclude, dry_run, status, study};
use support::{Kind, options, study_file, write_file};

#[test]
fn a_study_leaves_results_predictions_models_and_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Classes, "");
    let out = folder.path().join("out");
    let before = status(&file, &options(&out)).unwrap();
    assert_eq!(
        (before.done, before.jobs, before.has_report),
        (0, 3 * 3 * (2 * 2 + 1), false)
    );
    assert!(!out.exists(), "asking writes nothing");

    let finished = study(&file, &options(&out)).unwrap();
    let results = &finished.results;
    assert_eq!(
        results.study.sealed_rows + results.study.development_rows,
        60
    );
    assert_eq!(results.study.sealed_rows, 12);
    let names: Vec<&str> = results.arms.iter().map(|arm| arm.name.as_str()).collect();
    assert_eq!(names, ["single-a", "single-b", "concat"]);
    for arm in &results.arms {
        assert_eq!(arm.folds.len(), 3);
        assert_eq!(
            arm.confusion.iter().flatten().sum::<u64>(),
            48,
            "every developed row is tested once"
        );
        for fold in &arm.folds {
            assert!(out.join(&fold.model).join("weights.txt").is_file());
            assert!(!out.join(&fold.model).join("outcome.json").exists());
        }
    }
    assert!(
        results.arms[0].scores["accuracy"].mean > 0.7,
        "the strong modality tells the classes apart"
    );
    assert_eq!(
        results.best_single.as_ref().unwrap().chosen,
        ["single-a"; 3]
    );
    assert_eq!(results.comparisons.len(), 1);
    let read: midfuse_report::results::Results =
        serde_json::from_slice(&fs::read(out.join("results.json")).unwrap()).unwrap();
    assert_eq!(&read, results);
    let report = fs::read_to_string(&finished.report).unwrap();
    for part in [
        "outer folds by <code>stratified-k-fold</code>",
        "single-b",
        "concat",
        "Learning curves",
        "ROC",
        "taken for",
        "Cargo.lock",
        "12 of 60 rows",
    ] {
        assert!(report.contains(part), "the report says {part}");
    }
    assert!(
        !report.contains("<script"),
        "the report reads without JavaScript"
    );
    let left: Vec<String> = fs::read_dir(&out)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(!left.contains(&"scratch".to_owned()), "{left:?}");
    let after = status(&file, &options(&out)).unwrap();
    assert_eq!((after.done, after.has_report), (45, true));
}

#[test]
fn a_strategy_that_fails_is_named_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Classes, "");
    let text = fs::read_to_string(&file).unwrap();
    let failing = "[[strategies]]\nfusion = \"late\"\nsearch = { \"training.fail\" = [\"out of <memory>\", \"no luck\"] }\n";
    fs::write(&file, format!("{text}\n{failing}")).unwrap();
    let finished = study(&file, &options(&folder.path().join("out"))).unwrap();
    let failed: Vec<_> = finished.results.failed_arms().collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(
        (
            failed[0].name.as_str(),
            failed[0].jobs_failed,
            failed[0].jobs
        ),
        ("late", 15, 15)
    );
    assert!(failed[0].scores.is_empty());
    assert!(finished.results.comparisons.iter().all(|c| c.arm != "late"));
    let report = fs::read_to_string(&finished.report).unwrap();
    assert!(report.contains("failed 15 of 15 jobs") && report.contains("out of &lt;memory&gt;"));
    assert!(!report.contains("out of <memory>"));
}

#[test]
fn grouped_rows_are_never_split() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Groups, "");
    let finished = study(&file, &options(&folder.path().join("out"))).unwrap();
    let study = &finished.results.study;
    assert_eq!(
        (study.groups, study.unit.as_str()),
        (Some(20), "rows-averaged-in-group")
    );
    assert_eq!(study.sealed_rows % 3, 0, "whole patients are sealed");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        text.replace("[protocol]", "[protocol]\nstructure = \"iid\""),
    )
    .unwrap();
    let error = midfuse_study::study(&file, &options(&folder.path().join("other"))).unwrap_err();
    assert!(error.to_string().contains("declares groups"), "{error}");
}

#[test]
fn a_regression_is_scored_in_squared_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Numbers, "");
    let finished = study(&file, &options(&folder.path().join("out"))).unwrap();
    assert_eq!(finished.results.study.metric, "mse");
    assert!(finished.results.arms[0].scores.contains_key("r2"));
    assert!(
        fs::read_to_string(finished.report)
            .unwrap()
            .contains("Predicted against true")
    );
}

#[test]
fn the_sealed_rows_open_once_and_for_the_plan_that_was_frozen() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Classes, "");
    let out = folder.path().join("out");
    let error = conclude(&file, &[], &options(&out)).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("run `midfuse study` to its end first"),
        "{error}"
    );
    study(&file, &options(&out)).unwrap();
    let error = conclude(&file, &["concatt".to_owned()], &options(&out)).unwrap_err();
    assert!(
        error.to_string().contains("did you mean `concat`"),
        "{error}"
    );

    let (conclusion, path) = conclude(&file, &["single-b".to_owned()], &options(&out)).unwrap();
    assert!(path.is_file());
    assert_eq!(conclusion.rows, 12);
    let of: Vec<_> = conclusion
        .comparisons
        .iter()
        .map(|c| (c.arm.as_str(), c.confirmatory))
        .collect();
    assert_eq!(of, [("concat", true), ("single-b", false)]);
    assert!(out.join("final/concat/weights.txt").is_file());

    let error = conclude(&file, &[], &options(&out)).unwrap_err();
    assert!(error.to_string().contains("opened before"), "{error}");
    fs::remove_dir_all(&out).unwrap();
    let error = study(&file, &options(&out)).unwrap_err();
    assert!(
        error.to_string().contains("opened before"),
        "deleting results resets nothing: {error}"
    );
    assert!(!out.exists());
}

#[test]
fn a_dry_run_counts_and_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Classes, "");
    let dry = dry_run(&file, &options(&folder.path().join("out"))).unwrap();
    assert_eq!((dry.jobs.total(), dry.rows), (45, (48, 12)));
    assert!(dry.seconds > 0.0 && dry.arms.len() == 3);
    let left: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(left.len(), 2, "the cohort and the study file: {left:?}");
    assert!(
        !folder.path().join("cohort/ledger.jsonl").exists(),
        "a dry run seals nothing"
    );
}

#[test]
fn what_is_refused_leaves_nothing_behind() {
    let cases: [(&str, &str, &str, u8); 9] = [
        (
            "encoder = \"linear\"",
            "encoder = \"linaer\"",
            "did you mean `linear`",
            2,
        ),
        ("name = \"a\"", "name = \"aa\"", "no modality `aa`", 2),
        (
            "target = \"outcome\"",
            "target = \"outcom\"",
            "did you mean `outcome`",
            2,
        ),
        ("trials = 2", "trials = 3\ndraw = \"grid\"", "2 points", 2),
        ("trials = 2", "trials = 0", "budget.trials", 2),
        (
            "outer_folds = 3",
            "outer_folds = 3\nmetric = \"mse\"",
            "protocol.metric",
            2,
        ),
        ("outer_folds = 3", "outer_folds = 40", "fold", 1),
        ("cohort = \"cohort\"", "cohort = \"nowhere\"", "nowhere", 1),
        (
            "[training]",
            "[training]\nlearning = 1",
            "unknown key `learning`",
            2,
        ),
    ];
    for (from, to, says, code) in cases {
        let folder = tempfile::tempdir().unwrap();
        let file = study_file(folder.path(), Kind::Classes, "");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replacen(from, to, 1)).unwrap();
        let out = folder.path().join("out");
        let error = study(&file, &options(&out)).unwrap_err();
        assert!(error.to_string().contains(says), "{to}: {error}");
        assert!(!error.to_string().contains('\n'), "one line: {error}");
        assert_eq!(error.exit_code(), code, "{error}");
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert!(
            code == 1 || (left == 2 && !out.exists()),
            "{to} leaves something behind"
        );
    }
}

#[test]
fn a_worker_that_cannot_be_used_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Classes, "");
    write_file(folder.path(), "");
    let out = folder.path().join("out");
    for program in ["/bin/true", "/nowhere/worker"] {
        let options = midfuse_study::Options::new(&out, midfuse_study::WorkerCommand::new(program));
        let error = study(&file, &options).unwrap_err();
        assert!(matches!(error, Error::Worker(_)), "{error}");
        assert_eq!(error.exit_code(), 2);
        assert!(!out.exists());
    }
}
