//! `midfuse compare` on fold scores, row predictions and a study's own output.
#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;
mod wrong_input;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use support::{midfuse, small_study};

const A: [f64; 10] = [0.80, 0.82, 0.79, 0.81, 0.83, 0.78, 0.80, 0.84, 0.79, 0.81];

const B: [f64; 10] = [0.83, 0.84, 0.80, 0.85, 0.84, 0.80, 0.81, 0.88, 0.83, 0.82];

const SCORES_A: [f64; 10] = [0.9, 0.8, 0.7, 0.6, 0.3, 0.65, 0.4, 0.2, 0.1, 0.35];

const SCORES_B: [f64; 10] = [0.8, 0.4, 0.9, 0.3, 0.6, 0.7, 0.5, 0.2, 0.6, 0.1];

/// Runs the command with `--json` and reads what it wrote.
fn compared(folder: &Path, args: &[&str]) -> Value {
    let mut all = vec!["compare"];
    all.extend(args);
    all.extend(["--json", "out.json", "--html", "out.html"]);
    let output = midfuse(folder, &all).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    let page = fs::read_to_string(folder.join("out.html")).unwrap();
    assert!(page.ends_with("</html>\n") && page.contains("<svg"));
    serde_json::from_slice(&fs::read(folder.join("out.json")).unwrap()).unwrap()
}

fn near(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap();
    assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
}

fn warns(comparison: &Value, kind: &str) -> bool {
    let warnings = comparison["warnings"].as_array().unwrap();
    warnings.iter().any(|warning| warning["kind"] == kind)
}

fn folds(more: &str) -> String {
    let mut csv = String::from("model,fold,score\n");
    for fold in 0..10 {
        writeln!(csv, "A,{fold},{}\nB,{fold},{}", A[fold], B[fold]).unwrap();
    }
    csv + more
}

/// The rows of the DeLong vector, with a group each where given.
fn predictions(groups: Option<[usize; 10]>) -> String {
    let group = if groups.is_some() { ",group" } else { "" };
    let mut csv = format!("model,row,target,score_0,score_1{group}\n");
    for (model, scores) in [("a", SCORES_A), ("b", SCORES_B)] {
        for row in 0..10 {
            let (target, p) = (usize::from(row < 5), scores[row]);
            write!(csv, "{model},r{row},{target},{},{p}", 1.0 - p).unwrap();
            if let Some(groups) = groups {
                write!(csv, ",g{}", groups[row]).unwrap();
            }
            csv.push('\n');
        }
    }
    csv
}

#[test]
fn fold_scores_by_the_corrected_t() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("f.csv"), folds("")).unwrap();
    let found = compared(folder.path(), &["f.csv", "--metric", "accuracy"]);
    let pair = &found["pairs"][0];
    assert_eq!(
        (&pair["model"], &pair["reference"]),
        (&"B".into(), &"A".into())
    );
    near(&pair["test"]["statistic"], 3.742_661_993_4);
    near(&pair["test"]["p_value"], 0.004_606_529_4);
    near(&pair["test"]["interval"]["low"], 0.009_098_233_066);
    near(&pair["test"]["interval"]["high"], 0.036_901_766_934);
    near(&pair["p_holm"], 0.004_606_529_4);
    near(&found["models"][0]["mean_rank"], 1.0);
    assert!(warns(&found, "folds-overlap") && warns(&found, "assumed"));
    let summary = found["summary"].as_str().unwrap();
    assert!(
        summary.contains("B is better than A by 0.0230"),
        "{summary}"
    );

    // Smaller is better turns everything round.
    let found = compared(folder.path(), &["f.csv", "--lower-is-better"]);
    assert_eq!(found["pairs"][0]["model"], "A");
    near(&found["pairs"][0]["test"]["statistic"], 3.742_661_993_4);
}

#[test]
fn sizes_and_repeats_set_the_correction() {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = String::from("model,repeat,fold,score,n_train,n_test\n");
    for at in 0..10 {
        for (model, scores) in [("A", A), ("B", B)] {
            let (repeat, fold) = (at / 5, at % 5);
            writeln!(csv, "{model},{repeat},{fold},{},80,20", scores[at]).unwrap();
        }
    }
    fs::write(folder.path().join("f.csv"), &csv).unwrap();
    let found = compared(folder.path(), &["f.csv", "--metric", "accuracy"]);
    near(&found["pairs"][0]["test"]["statistic"], 2.906_712_849_9);
    near(&found["pairs"][0]["test"]["p_value"], 0.017_404_123_9);
    assert!(!warns(&found, "assumed") && warns(&found, "folds-overlap"));
}

#[test]
fn holm_over_the_pairs_that_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let mut more = String::new();
    for (fold, score) in A.iter().enumerate() {
        writeln!(more, "C,{fold},{}", score + 0.001 * (fold % 3) as f64).unwrap();
    }
    fs::write(folder.path().join("f.csv"), folds(&more)).unwrap();
    let all = compared(folder.path(), &["f.csv", "--metric", "accuracy"]);
    assert_eq!(all["pairs"].as_array().unwrap().len(), 3);
    let one = compared(
        folder.path(),
        &["f.csv", "--metric", "accuracy", "--reference", "A"],
    );
    let pairs = one["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 2);
    assert!(pairs.iter().all(|pair| pair["reference"] == "A"));
    near(&pairs[0]["p_holm"], 2.0 * 0.004_606_529_4);
}

#[test]
fn different_folds_and_rows_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("f.csv"), folds("A,10,0.5\n")).unwrap();
    let found = compared(folder.path(), &["f.csv", "--metric", "accuracy"]);
    assert!(warns(&found, "different-rows"));
    assert_eq!(found["models"][1]["dropped"], 1);
    assert_eq!(found["design"]["folds"], 10);

    let csv = predictions(None) + "a,r10,1,0.5,0.5\na,r11,0,0.5,0.5\n";
    fs::write(folder.path().join("p.csv"), csv).unwrap();
    let found = compared(folder.path(), &["p.csv"]);
    assert!(warns(&found, "different-rows"));
    assert_eq!(found["models"][0]["dropped"], 2);
    near(
        &found["pairs"][0]["test"]["statistic"],
        std::f64::consts::FRAC_1_SQRT_2,
    );
}

#[test]
fn rows_by_delong_and_groups_by_its_clustered_form() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), predictions(None)).unwrap();
    let found = compared(folder.path(), &["p.csv"]);
    let test = &found["pairs"][0]["test"];
    assert_eq!(test["method"], "DeLong, paired");
    near(&test["statistic"], std::f64::consts::FRAC_1_SQRT_2);
    near(&test["p_value"], 0.479_500_122_2);

    let groups = [0, 0, 1, 2, 3, 1, 2, 3, 4, 4];
    fs::write(folder.path().join("g.csv"), predictions(Some(groups))).unwrap();
    let found = compared(folder.path(), &["g.csv"]);
    let test = &found["pairs"][0]["test"];
    assert_eq!(test["method"], "DeLong, clustered");
    near(&test["statistic"], 0.825_416_603_6);
    near(&test["p_value"], 0.409_135_111_7);
    assert!(warns(&found, "rows-are-not-the-unit") && warns(&found, "few-units"));
    assert!(found["summary"].as_str().unwrap().contains("no conclusion"));

    // One target per group: the group is scored, so 5 units are left.
    let groups = [0, 0, 1, 1, 1, 2, 2, 3, 3, 4];
    fs::write(folder.path().join("g.csv"), predictions(Some(groups))).unwrap();
    let found = compared(folder.path(), &["g.csv"]);
    assert_eq!(found["design"]["units"], 5);
    assert_eq!(
        found["pairs"][0]["test"]["method"],
        "DeLong, paired, over groups"
    );
}

#[test]
fn accuracy_by_mcnemar_and_losses_by_the_jackknife() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), predictions(None)).unwrap();
    // a is wrong on rows 4 and 5, b on 1, 3, 5 and 8 (0.5 of row 6 goes to the first class).
    let found = compared(folder.path(), &["p.csv", "--metric", "accuracy"]);
    let test = &found["pairs"][0]["test"];
    assert_eq!(test["method"], "McNemar, exact");
    near(&test["effect"], 0.2);
    near(&test["p_value"], 0.625);
    let found = compared(folder.path(), &["p.csv", "--metric", "brier"]);
    assert_eq!(found["pairs"][0]["test"]["method"], "cluster jackknife t");
    near(&found["models"][0]["score"], 0.1545);

    // Losses of groups, from the reference vector of the cluster jackknife: squared error of a
    // model that is right against one that is off by the root of the difference, or the reverse.
    let d: [f64; 10] = [0.10, 0.20, -0.05, 0.30, 0.0, 0.15, 0.05, -0.10, 0.25, 0.40];
    let mut csv = String::from("model,row,target,score\n");
    for (row, d) in d.iter().enumerate() {
        writeln!(csv, "a,{row},0,{}", d.min(0.0).abs().sqrt()).unwrap();
        writeln!(csv, "b,{row},0,{}", d.max(0.0).sqrt()).unwrap();
    }
    fs::write(folder.path().join("v.csv"), csv).unwrap();
    let found = compared(folder.path(), &["v.csv"]);
    let test = &found["pairs"][0]["test"];
    // Ten units of one row: the jackknife is the paired t; mean .13, sd .155991...
    near(&test["effect"], 0.13);
    let mean = d.iter().sum::<f64>() / 10.0;
    let variance = d.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / 9.0;
    near(&test["statistic"], mean / (variance / 10.0).sqrt());
}

#[test]
fn many_rows_by_the_paired_bootstrap_with_one_seed() {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = String::from("model,row,target,score\n");
    for row in 0..60 {
        let y = f64::from(row).sin();
        writeln!(csv, "good,{row},{y},{}", y + 0.1 * f64::from(row * 7).cos()).unwrap();
        writeln!(csv, "bad,{row},{y},{}", y + 0.9 * f64::from(row * 5).cos()).unwrap();
    }
    fs::write(folder.path().join("v.csv"), csv).unwrap();
    let found = compared(folder.path(), &["v.csv", "--metric", "rmse"]);
    let pair = &found["pairs"][0];
    assert_eq!(pair["model"], "good");
    assert_eq!(pair["test"]["method"], "paired bootstrap, percentile");
    assert!(pair["improvement"].as_f64().unwrap() > 0.0);
    assert!(pair["test"]["interval"]["low"].as_f64().unwrap() > 0.0);
    assert_eq!(
        found,
        compared(folder.path(), &["v.csv", "--metric", "rmse"])
    );
}

#[test]
fn one_file_a_model_and_a_positive_class() {
    let folder = tempfile::tempdir().unwrap();
    for (model, scores) in [("a", SCORES_A), ("b", SCORES_B)] {
        let mut csv = String::from("id,target,score\n");
        for (row, score) in scores.iter().enumerate() {
            let target = if row < 5 { "ill" } else { "well" };
            writeln!(csv, "{row},{target},{score}").unwrap();
        }
        fs::write(folder.path().join(format!("{model}.csv")), csv).unwrap();
    }
    let found = compared(folder.path(), &["a.csv", "b.csv", "--positive", "ill"]);
    assert_eq!(found["pairs"][0]["model"], "a");
    near(
        &found["pairs"][0]["test"]["statistic"],
        std::f64::consts::FRAC_1_SQRT_2,
    );
}

#[test]
fn predictions_of_other_splits_are_pooled() {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = String::from("model,row,fold,target,score_0,score_1\n");
    for (shift, model, scores) in [(0, "a", SCORES_A), (1, "b", SCORES_B)] {
        for (row, p) in scores.iter().enumerate() {
            let (fold, target) = ((row + shift) % 2, usize::from(row < 5));
            writeln!(csv, "{model},{row},{fold},{target},{},{p}", 1.0 - p).unwrap();
        }
    }
    fs::write(folder.path().join("p.csv"), csv).unwrap();
    let found = compared(folder.path(), &["p.csv"]);
    assert!(warns(&found, "different-splits"));
    assert_eq!(found["design"]["kind"], "units");
}

#[test]
fn a_group_on_both_sides_of_a_split_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (file, shift, told) in [("apart.csv", 0, false), ("astride.csv", 1, true)] {
        let mut csv = String::from("model,row,fold,group,target,score\n");
        for (model, wave) in [("a", 3.0), ("b", 5.0)] {
            for row in 0..12 {
                let (group, fold) = (row / 2, ((row + shift) >> 1) % 3);
                let y = f64::from(row).cos();
                let error = (wave * f64::from(row)).sin();
                writeln!(csv, "{model},{row},{fold},{group},{y},{}", y + error).unwrap();
            }
        }
        fs::write(folder.path().join(file), csv).unwrap();
        let found = compared(folder.path(), &[file]);
        assert_eq!(found["design"]["kind"], "folds");
        let warnings = found["warnings"].to_string();
        assert_eq!(warnings.contains("both sides"), told, "{warnings}");
    }
}

#[test]
fn a_study_agrees_with_itself() {
    let folder = tempfile::tempdir().unwrap();
    small_study(folder.path(), "lr = 0.1");
    let study = ["study", "study.toml", "--out", "out", "--worker", "WORKER"];
    let output = midfuse(folder.path(), &study).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let found = compared(
        folder.path(),
        &["out/predictions.parquet", "--metric", "log-loss"],
    );
    let results = fs::read(folder.path().join("out/results.json")).unwrap();
    let results: Value = serde_json::from_slice(&results).unwrap();
    assert_eq!(found["design"]["folds"], 3);
    for model in found["models"].as_array().unwrap() {
        let arms = results["arms"].as_array().unwrap();
        let arm = arms
            .iter()
            .find(|arm| arm["name"] == model["model"])
            .unwrap();
        let score = &arm["scores"]["log-loss"];
        near(&model["score"], score["mean"].as_f64().unwrap());
        near(&model["interval"]["low"], score["lower"].as_f64().unwrap());
    }
}
