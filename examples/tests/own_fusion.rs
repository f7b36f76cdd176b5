//! The fusion of the example keeps the contract of fusions, and a study compares it with the
//! built-in ones through a worker of its own.
#![cfg(test)]

use std::fs;
use std::path::Path;

use midfuse_examples::GatedSumConfig;
use midfuse_study::{Options, WorkerCommand, study};
use midfuse_testing::{Contract, ErrorKind, check_fusion, fusion_inputs};

fn config(d_in: &[i64], d_out: i64) -> GatedSumConfig {
    let d_in = d_in.to_vec();
    GatedSumConfig { d_in, d_out }
}

#[test]
fn contract() {
    let three = (fusion_inputs(&[5, 3, 4]).batch)(2, midfuse::prelude::Seed(1));
    let contract = Contract::new("GatedSum", config(&[5, 3], 8), 8, fusion_inputs(&[5, 3]))
        .rejects("three parts", three, ErrorKind::Input)
        .rejects_config("d_out", config(&[5, 3], 0))
        .rejects_config("d_in", config(&[5, 0], 8))
        .overfits_with(3e-2, 300);
    check_fusion(&contract);
}

/// The study file of the example with one epoch and one setting, beside a copy of its cohort: a
/// study keeps its ledger with the cohort.
fn small_study(folder: &Path) -> std::path::PathBuf {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::create_dir(folder.join("digits")).unwrap();
    for file in fs::read_dir(examples.join("data/digits")).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_name().unwrap();
        if file.is_file() {
            fs::copy(&file, folder.join("digits").join(name)).unwrap();
        }
    }
    let mut text = fs::read_to_string(examples.join("studies/own-fusion.toml")).unwrap();
    for (from, to) in [
        ("../data/digits", "digits"),
        ("outer_folds = 5", "outer_folds = 2"),
        ("trials = 3", "trials = 1"),
        ("epochs = 20", "epochs = 1"),
    ] {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let path = folder.join("own-fusion.toml");
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn study_with_an_own_worker() {
    let folder = tempfile::tempdir().unwrap();
    let file = small_study(folder.path());
    let worker = WorkerCommand::new(env!("CARGO_BIN_EXE_own_fusion_worker"));
    let finished = study(&file, &Options::new(folder.path().join("out"), worker)).unwrap();
    let arms: Vec<&str> = finished
        .results
        .arms
        .iter()
        .map(|arm| arm.name.as_str())
        .collect();
    for name in ["concat", "attention", "gated-sum"] {
        assert!(arms.contains(&name), "{name} is not in {arms:?}");
    }
    assert_eq!(finished.results.failed_arms().count(), 0);
    let compared = finished.results.comparisons.iter();
    assert!(compared.count() >= 3, "each fusion against the best single");
    let report = fs::read_to_string(&finished.report).unwrap();
    assert!(report.contains("gated-sum"));
}
