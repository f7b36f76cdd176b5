//! Folds from a split file, and the file that a study writes.

use super::{first, folds_of, last, refused, run};
use crate::support::{Kind, edit, fingerprint, options, study_file};
use midfuse_eval::split::{FileFold, Predefined};
use midfuse_study::conclude;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn the_folds_of_a_study_are_a_split_file_that_gives_the_same_study() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Groups, "");
    let out = folder.path().join("out");
    let first = run(&file, &out);
    fs::copy(out.join("folds.csv"), folder.path().join("shared.csv")).unwrap();
    edit(&file, "seed = 5", "seed = 5\nsplits = \"shared.csv\"");
    let again = folder.path().join("again");
    let second = run(&file, &again);
    assert_eq!(
        second.study.sealed_rows, first.study.sealed_rows,
        "unnamed rows are sealed"
    );
    assert!(second.study.splits_sha256.is_some());
    let part = |out: &Path| {
        let same = |(name, _): &(String, Vec<u8>)| name != "results.json";
        fingerprint(out)
            .into_iter()
            .filter(same)
            .collect::<Vec<_>>()
    };
    assert_eq!(part(&again), part(&out));
    let report = fs::read_to_string(again.join("report.html")).unwrap();
    assert!(report.contains("as the split file <code>shared.csv</code> says"));
    assert!(report.contains("those that the split file names in no fold"));
    // The folds belong to the study: with others, nothing is concluded.
    let text = fs::read_to_string(folder.path().join("shared.csv")).unwrap();
    fs::write(
        folder.path().join("shared.csv"),
        text.replacen("0,test", "0,train", 0) + "\n",
    )
    .unwrap();
    let error = conclude(&file, &[], &options(&again)).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("another study file, split file or cohort"),
        "{error}"
    );
    fs::copy(out.join("folds.csv"), folder.path().join("shared.csv")).unwrap();
    assert_eq!(
        conclude(&file, &[], &options(&again)).unwrap().0.rows,
        first.study.sealed_rows
    );
}

/// Three folds of whole patients over all 60 rows, as a benchmark publishes them.
fn published(folds: usize) -> Predefined {
    let id = |row: usize| format!("{}-case-{row:03}", if row < 30 { "healthy" } else { "ill" });
    let side = |fold, tested| {
        let rows = (0..60).filter(move |row| (row / 3 % folds == fold) == tested);
        rows.map(id).collect()
    };
    let fold = |fold| FileFold {
        train: side(fold, false),
        test: side(fold, true),
    };
    Predefined::new((0..folds).map(fold).collect())
}

#[test]
fn published_folds_are_used_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Groups, "");
    let shared = folder.path().join("folds.json");
    published(4)
        .write_json(fs::File::create(&shared).unwrap())
        .unwrap();
    edit(&file, "seed = 5", "seed = 5\nsplits = \"folds.json\"");
    let out = folder.path().join("out");
    let results = run(&file, &out);
    assert_eq!(
        (results.study.sealed_rows, results.study.outer_folds),
        (0, 4)
    );
    assert_eq!(results.arms[0].folds.len(), 4);
    let as_sets = |folds: Vec<FileFold>| -> Vec<BTreeSet<String>> {
        folds
            .into_iter()
            .map(|fold| fold.test.into_iter().collect())
            .collect()
    };
    assert_eq!(as_sets(folds_of(&out)), as_sets(published(4).folds));
    let report = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(report.contains("No row was sealed") && report.contains("none is sealed"));
    assert!(!report.contains("opens them, once"));
    let error = conclude(&file, &[], &options(&out)).unwrap_err();
    assert!(error.to_string().contains("nothing is sealed"), "{error}");

    // A share that is asked for is sealed first, and leaves the folds.
    edit(&file, "splits", "test_fraction = 0.2\nsplits");
    let less = run(&file, &folder.path().join("less"));
    assert!(less.study.sealed_rows >= 9);
    let tested: usize = less.arms[0].folds.iter().map(|fold| fold.n_test).sum();
    assert_eq!(tested, less.study.development_rows);

    // A patient on both sides is refused, and so is a row that the cohort lacks.
    let mut torn = published(4);
    let moved = torn.folds[0].test.pop().unwrap();
    torn.folds[0].train.push(moved);
    torn.write_json(fs::File::create(&shared).unwrap()).unwrap();
    let message = refused(&file, &folder.path().join("torn"));
    assert!(
        message.contains("\"patient-") && message.contains("both sides"),
        "{message}"
    );
    let mut unknown = published(4);
    unknown.folds[1].test.push("nobody".to_owned());
    unknown
        .write_json(fs::File::create(&shared).unwrap())
        .unwrap();
    let message = refused(&file, &folder.path().join("unknown"));
    assert!(
        message.contains("\"nobody\"") && message.contains("cohort lacks"),
        "{message}"
    );
}

#[test]
fn rows_in_time_are_sealed_from_the_end_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Timed, "");
    edit(
        &file,
        "seed = 5",
        "seed = 5\nsplitter = \"rolling-window\"\ntrain_size = { time = 30 }\ngap = { time = 1 }",
    );
    let out = folder.path().join("out");
    let results = run(&file, &out);
    for fold in folds_of(&out) {
        assert!(last(&fold.train) + 1.0 < first(&fold.test));
        assert!(first(&fold.train) + 31.0 >= first(&fold.test));
    }
    // The first rows are in no fold: they are not sealed in place of the latest.
    fs::copy(out.join("folds.csv"), folder.path().join("shared.csv")).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let lines = text.lines().filter(|line| {
        !["splitter", "train_size", "gap"]
            .iter()
            .any(|key| line.starts_with(key))
    });
    fs::write(&file, lines.collect::<Vec<_>>().join("\n")).unwrap();
    edit(&file, "seed = 5", "seed = 5\nsplits = \"shared.csv\"");
    let message = refused(&file, &folder.path().join("early"));
    assert!(message.contains("sealed from the end"), "{message}");
    edit(&file, "seed = 5", "seed = 5\ntest_fraction = 0.2");
    let again = run(&file, &folder.path().join("again"));
    assert_eq!(again.study.sealed_rows, results.study.sealed_rows);
}
