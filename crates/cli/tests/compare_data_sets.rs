//! `midfuse compare` over several data sets: Wilcoxon, Friedman, Nemenyi.
#![cfg(test)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::midfuse;

/// Scores of four models over 14 data sets: Demsar 2006, table 6, with one tie typed otherwise.
const SCORES: [[f64; 4]; 14] = [
    [0.763, 0.768, 0.771, 0.798],
    [0.599, 0.591, 0.590, 0.569],
    [0.954, 0.971, 0.968, 0.967],
    [0.628, 0.661, 0.654, 0.657],
    [0.882, 0.888, 0.886, 0.898],
    [0.936, 0.931, 0.916, 0.931],
    [0.661, 0.668, 0.609, 0.685],
    [0.583, 0.583, 0.563, 0.625],
    [0.775, 0.838, 0.866, 0.875],
    [1.0, 1.0, 1.0, 1.0],
    [0.940, 0.962, 0.965, 0.962],
    [0.619, 0.666, 0.614, 0.669],
    [0.972, 0.981, 0.975, 0.975],
    [0.957, 0.978, 0.946, 0.970],
];
const MODELS: [&str; 4] = ["C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf"];

/// One score per data set, or two folds around it.
fn csv(sets: usize, folds: bool) -> String {
    let mut csv = String::from(if folds {
        "Model,Dataset,Fold,Score\n"
    } else {
        "model,dataset,score\n"
    });
    for (set, scores) in SCORES.iter().take(sets).enumerate() {
        for (model, score) in MODELS.iter().zip(scores) {
            if folds {
                writeln!(
                    csv,
                    "{model},d{set},1,{}\n{model},d{set},2,{}",
                    score - 0.125,
                    score + 0.125
                )
                .unwrap();
            } else {
                writeln!(csv, "{model},d{set},{score}").unwrap();
            }
        }
    }
    csv
}

fn compared(folder: &Path, text: &str) -> (Value, String) {
    fs::write(folder.join("s.csv"), text).unwrap();
    let args = [
        "compare", "s.csv", "--metric", "auc", "--json", "o.json", "--html", "o.html",
    ];
    let output = midfuse(folder, &args).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    let json = fs::read(folder.join("o.json")).unwrap();
    let page = fs::read_to_string(folder.join("o.html")).unwrap();
    (serde_json::from_slice(&json).unwrap(), page)
}

fn near(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap();
    assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
}

#[test]
fn four_models_over_fourteen_data_sets() {
    let folder = tempfile::tempdir().unwrap();
    let (found, page) = compared(folder.path(), &csv(14, false));
    assert_eq!(found["design"]["kind"], "data-sets");
    assert_eq!(found["design"]["data_sets"], 14);
    // scipy 1.17.1; the critical difference is that of the paper.
    let omnibus = &found["omnibus"];
    near(&omnibus["critical_difference"], 1.253_559_147_1);
    near(&omnibus["chi_squared"], 9.857_142_857_142_8);
    near(&omnibus["f"], 3.986_666_666_666_6);
    near(&omnibus["p_value"], 0.014_352_446_216);
    let models = found["models"].as_array().unwrap();
    for (at, model) in models.iter().enumerate() {
        assert_eq!(model["mean_rank"], omnibus["mean_ranks"][at]);
    }
    let pairs = found["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 6);
    let pair = pairs
        .iter()
        .find(|pair| pair["model"] == "C4.5+m" && pair["reference"] == "C4.5");
    let test = &pair.unwrap()["test"];
    // scipy.stats.wilcoxon(zero_method="zsplit") over all patterns of signs
    near(&test["statistic"], 12.0);
    near(&test["p_value"], 0.007_812_5);
    assert!(test["method"].as_str().unwrap().contains("Wilcoxon"));
    let summary = found["summary"].as_str().unwrap();
    assert!(
        summary.contains("over 14 data sets") && summary.contains("Nemenyi"),
        "{summary}"
    );
    assert!(page.contains("critical difference 1.25") && page.contains("clique"));
    assert!(!found["warnings"].to_string().contains("folds-overlap"));
}

#[test]
fn folds_are_averaged_within_their_data_set() {
    let folder = tempfile::tempdir().unwrap();
    let (once, _) = compared(folder.path(), &csv(14, false));
    let (folds, _) = compared(folder.path(), &csv(14, true));
    assert_eq!(folds["design"]["folds"], 28);
    for (a, b) in once["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .zip(folds["pairs"].as_array().unwrap())
    {
        near(
            &b["test"]["p_value"],
            a["test"]["p_value"].as_f64().unwrap(),
        );
    }
    near(&folds["omnibus"]["f"], 3.986_666_666_666_6);

    // A fold and a data set that one model lacks.
    let text = csv(14, true);
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("C4.5,d0,1") && !line.starts_with("C4.5+m,d1,"))
        .collect();
    let (found, _) = compared(folder.path(), &(kept.join("\n") + "\n"));
    assert_eq!(found["design"]["data_sets"], 13);
    assert_eq!(found["design"]["folds"], 25);
    let warnings = found["warnings"].to_string();
    assert_eq!(warnings.matches("different-rows").count(), 2, "{warnings}");
}

#[test]
fn few_data_sets_allow_no_conclusion() {
    let folder = tempfile::tempdir().unwrap();
    let (found, _) = compared(folder.path(), &csv(5, false));
    assert!(found["warnings"].to_string().contains("few-units"));
    assert!(found["summary"].as_str().unwrap().contains("no conclusion"));
    // One data set is not a comparison over data sets.
    let (found, _) = compared(folder.path(), &csv(1, true));
    assert_eq!(found["design"]["kind"], "folds");
    assert!(found.get("omnibus").is_none());
}

#[test]
fn row_predictions_of_two_data_sets_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = "model,dataset,row,target,score\na,x,1,0.5,0.4\na,y,2,0.5,0.4\nb,x,1,0.5,0.4\n";
    fs::write(folder.path().join("p.csv"), text).unwrap();
    let output = midfuse(folder.path(), &["compare", "p.csv"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("line 3, column `dataset`"), "{error}");
}
