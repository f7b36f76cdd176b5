//! Censored outcomes on the command line: imported or refused, split by event, compared.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say what they expect in the shortest way"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::midfuse;

/// Forty patients; every third is censored.
fn table(folder: &Path) {
    let mut csv = String::from("id,age,OS,OS.time\n");
    for i in 0..40 {
        let event = u8::from(i % 3 != 0);
        writeln!(csv, "p{i},{},{event},{}.5", 50 + i % 7, (i * 17) % 40).unwrap();
    }
    fs::write(folder.join("t.csv"), csv).unwrap();
}

/// What a command says on either stream, and its exit code.
fn run(folder: &Path, args: &[&str]) -> (String, Option<i32>) {
    let output = midfuse(folder, args).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        String::from_utf8_lossy(&text).into_owned(),
        output.status.code(),
    )
}

#[test]
fn a_censored_outcome_is_imported_or_refused_with_the_flags_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    table(folder);
    let import = ["cohort", "import", "t.csv", "--out", "c"];
    let (said, code) = run(folder, &[&import[..], &["--target", "OS"]].concat());
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("--event \"OS\" --event-time \"OS.time\""),
        "{said}"
    );
    let flags = [
        "--event",
        "OS",
        "--event-time",
        "OS.time",
        "--event-time-unit",
        "months",
    ];
    let (said, code) = run(folder, &[&import[..], &flags].concat());
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("survival: survival, 26 events in 40 rows"),
        "{said}"
    );
    let (said, code) = run(folder, &["cohort", "check", "c"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("months"), "{said}");
    // Insisted on, it is a class.
    let insists = [
        "cohort",
        "import",
        "t.csv",
        "--out",
        "d",
        "--target",
        "OS",
        "--uncensored",
    ];
    let (said, code) = run(folder, &insists);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("OS: classification"), "{said}");
    for bad in [&["--event", "OS"][..], &["--event-time", "OS.time"]] {
        assert_eq!(run(folder, &[&import[..], bad].concat()).1, Some(2));
    }
}

#[test]
fn a_split_balances_the_event() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    table(folder);
    let flags = ["--event", "OS", "--event-time", "OS.time"];
    let import = [&["cohort", "import", "t.csv", "--out", "c"][..], &flags].concat();
    assert_eq!(run(folder, &import).1, Some(0));
    let (said, code) = run(
        folder,
        &["split", "c", "--folds", "4", "--out", "folds.csv"],
    );
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("event") && said.contains("censored"),
        "{said}"
    );
}

fn compared(folder: &Path, args: &[&str]) -> Value {
    let args = [&["compare"][..], args, &["--json", "out.json"]].concat();
    let (said, code) = run(folder, &args);
    assert_eq!(code, Some(0), "{said}");
    serde_json::from_slice(&fs::read(folder.join("out.json")).unwrap()).unwrap()
}

#[test]
fn predicted_risks_are_compared_by_concordance() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut csv = String::from("model,row,time,event,risk\n");
    for i in 0..40 {
        let event = u8::from(i % 3 != 0);
        // The one knows the order, the other a part of it.
        for (model, risk) in [("order", -i), ("part", (i * 7) % 40 - i)] {
            writeln!(csv, "{model},p{i},{i}.5,{event},{risk}").unwrap();
        }
    }
    fs::write(folder.join("p.csv"), &csv).unwrap();
    let found = compared(folder, &["p.csv"]);
    assert_eq!(found["metric"], "concordance");
    assert_eq!(found["models"][0]["model"], "order");
    assert!((found["models"][0]["score"].as_f64().unwrap() - 1.0).abs() < 1e-12);
    assert!(found["pairs"][0]["test"]["p_value"].as_f64().unwrap() < 0.05);
    // What weighs by the censoring of the fitting rows cannot be had of these rows.
    let (said, code) = run(
        folder,
        &["compare", "p.csv", "--metric", "integrated-brier"],
    );
    assert_ne!(code, Some(0), "{said}");
    for (metric, code) in [("auc", Some(2)), ("mse", Some(2))] {
        assert_eq!(
            run(folder, &["compare", "p.csv", "--metric", metric]).1,
            code
        );
    }
    fs::write(
        folder.join("bad.csv"),
        csv.replace("p3,3.5,0", "p3,3.5,dead"),
    )
    .unwrap();
    let (said, code) = run(folder, &["compare", "bad.csv"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("column `event`"), "{said}");
}

#[test]
fn fold_scores_of_a_survival_know_their_direction() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut csv = String::from("model,fold,score\n");
    for fold in 0..5 {
        let noise = f64::from(fold) * 0.003;
        writeln!(csv, "a,{fold},{}\nb,{fold},{}", 0.60 + noise, 0.70 - noise).unwrap();
    }
    fs::write(folder.join("f.csv"), csv).unwrap();
    for (metric, best) in [("concordance", "b"), ("integrated-brier", "a")] {
        let found = compared(folder, &["f.csv", "--metric", metric]);
        assert_eq!(found["models"][0]["model"], best, "{metric}");
    }
}
