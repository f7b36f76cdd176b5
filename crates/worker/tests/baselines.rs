//! Baselines with the real worker: a job is `midfuse-linear` called directly, a study has them from
//! end to end, and what they cannot predict is refused before anything runs.
#![cfg(test)]

mod study_support;
mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use midfuse_base::{Seed, SurvivalTask, TaskKind};
use midfuse_data::ndarray::{Array2, Axis};
use midfuse_data::{CohortWriter, RowTable, TabularData, TargetColumn, Targets, Task};
use midfuse_linear::LogisticConfig;
use midfuse_study::study;
use midfuse_wire::Stopped;
use serde_json::json;
use study_support::options;
use support::{Program, skipped};

const ROWS: usize = 120;

/// A number in (-1, 1) that depends on row and name alone.
fn number(row: usize, name: &str) -> f64 {
    let Seed(bits) = Seed(0).derive(&format!("{name}/{row}"));
    (bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// What the target follows: a term of each of two modalities.
fn signal(row: usize) -> f64 {
    number(row, "a0") + number(row, "b0") + 0.2 * number(row, "noise")
}

fn table(name: &str) -> TabularData {
    TabularData {
        numeric: Array2::from_shape_fn((ROWS, 3), |(row, column)| {
            // Units differ, as they do.
            (number(row, &format!("{name}{column}")) * [1.0, 100.0, 0.01][column]) as f32
        }),
        numeric_names: (0..3).map(|column| format!("{name}{column}")).collect(),
        categorical: vec![Vec::new(); ROWS],
        categorical_names: Vec::new(),
        present: vec![true; ROWS],
    }
}

fn labels() -> Vec<usize> {
    (0..ROWS)
        .map(|row| usize::from(signal(row) > 0.0))
        .collect()
}

/// Two tables, and a target of each kind.
fn cohort(dir: &Path) {
    let column = |name: &str, task, targets| TargetColumn {
        name: name.to_owned(),
        task,
        targets,
    };
    let time = |row| ((1.0 - signal(row)).exp() * 10.0).ceil() / 10.0;
    let survival = Targets::Survival {
        time: (0..ROWS).map(time).collect(),
        event: (0..ROWS).map(|row| row % 4 != 0).collect(),
    };
    let numbers = Targets::Value((0..ROWS).map(|row| 50.0 + 7.0 * signal(row)).collect());
    let rows = RowTable {
        ids: (0..ROWS).map(|row| format!("r{row:03}")).collect(),
        targets: vec![
            column("class", Task::of_classes(2), Targets::Class(labels())),
            column("number", Task::Regression, numbers),
            column("death", Task::Survival(SurvivalTask::default()), survival),
        ],
        ..RowTable::default()
    };
    let mut writer = CohortWriter::create(dir, rows).unwrap();
    for name in ["a", "b"] {
        writer.modality(name, &table(name).into()).unwrap();
    }
    writer.finish().unwrap();
}

fn study_file(folder: &Path, target: &str, baselines: &str) -> PathBuf {
    let path = folder.join("study.toml");
    let mut text = format!(
        "name = \"s\"\ncohort = \"cohort\"\ntarget = \"{target}\"\nbaselines = {baselines}\n\
         [protocol]\nouter_folds = 3\ninner_folds = 2\nseed = 5\n\
         [budget]\ntrials = 1\nepochs = 3\n"
    );
    for name in ["a", "b"] {
        let _ = write!(
            text,
            "[[modalities]]\nname = \"{name}\"\nencoder = \"mlp\"\nconfig = {{ d_block = 8 }}\n"
        );
    }
    for fusion in ["single", "concat"] {
        let _ = write!(text, "[[strategies]]\nfusion = \"{fusion}\"\n");
    }
    fs::write(&path, text).unwrap();
    path
}

fn has_trees() -> bool {
    let catalogue = Program::start().catalogue();
    let there = catalogue.baseline("trees").unwrap().unavailable.is_none();
    if !there {
        skipped("baselines: no LightGBM; `cargo xtask setup` installs it");
    }
    there
}

#[test]
fn a_job_is_the_linear_model_itself() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("cohort");
    cohort(&dir);
    let (fit, predict) = (0..90, 90..ROWS);
    let ids = |rows: std::ops::Range<usize>| -> Vec<String> {
        rows.map(|row| format!("r{row:03}")).collect()
    };
    let y = labels()[..90].to_vec();
    let encoder = json!({"name": "mlp", "preprocess": ["standard"]});
    let modality = |name: &str| json!({"name": name, "encoder": encoder});
    let mut spec = json!({
        "task": {"kind": "classification", "classes": ["0", "1"]},
        "model": {
            "modalities": [modality("a"), modality("b")],
            "strategy": {"name": "linear", "penalty": 0.1},
        },
        "seed": 5, "fit": ids(fit), "targets": {"kind": "class", "values": y}, "stop": [],
        "predict": ids(predict), "threads": 1, "predict_batch": 16, "device": "cpu",
        "keep_model": false,
    });
    let mut worker = Program::start();
    worker.open(&dir);
    let out = tempfile::tempdir().unwrap();
    let (outcome, _) = worker.run(&spec, out.path());

    let (a, b) = (table("a").numeric, table("b").numeric);
    let x = midfuse_data::ndarray::concatenate(Axis(1), &[a.view(), b.view()]).unwrap();
    let x = x.mapv(f64::from);
    let (train, rest) = x.view().split_at(Axis(0), 90);
    let (mean, scale) = (
        train.mean_axis(Axis(0)).unwrap(),
        train.std_axis(Axis(0), 0.0),
    );
    let standard = |x: &midfuse_data::ndarray::ArrayView2<'_, f64>| (x - &mean) / &scale;
    let model = LogisticConfig::new(0.1)
        .fit(&standard(&train).view(), &y, 2, None)
        .unwrap();
    let expected = model.predict(&standard(&rest).view()).unwrap();
    for (row, scores) in expected.rows().into_iter().zip(&outcome.scores) {
        for (p, score) in row.iter().zip(scores) {
            // The worker's columns go through 32 bits.
            assert!((p.ln() - score).abs() < 1e-5, "{} {score}", p.ln());
        }
    }
    // Six columns, two presence flags that are constant, and the intercept.
    assert_eq!((outcome.n_parameters, outcome.flops_per_row), (9, 18));
    assert_eq!(outcome.stopped, Stopped::Solved);

    // Rows that would decide when to stop are rows to fit.
    spec["stop"] = json!([0, 1, 2]);
    let (stopping, _) = worker.run(&spec, out.path());
    assert_eq!(stopping, outcome);

    spec["model"]["training"] = json!({"lr": 0.1});
    let request = worker.job(&spec);
    assert_eq!(
        worker.failure(&request),
        "training: `linear` has none; remove it"
    );
    spec["model"] =
        json!({"modalities": [modality("a")], "strategy": {"name": "linear", "penalty": -1}});
    let request = worker.job(&spec);
    let said = worker.failure(&request);
    assert!(
        said.starts_with("strategy: baseline `linear`.penalty: expected"),
        "{said}"
    );
}

#[test]
fn a_study_has_its_baselines_from_end_to_end() {
    let folder = tempfile::tempdir().unwrap();
    cohort(&folder.path().join("cohort"));
    let trees = has_trees();
    for (target, words) in [
        ("class", ["linear", "trees"].as_slice()),
        ("number", &["linear", "trees"]),
        ("death", &["linear"]),
    ] {
        let words: Vec<&str> = words
            .iter()
            .copied()
            .filter(|&w| trees || w != "trees")
            .collect();
        let file = study_file(folder.path(), target, &format!("{words:?}"));
        let out = folder.path().join(target);
        let results = study(&file, &options(&out)).unwrap().results;
        assert_eq!(results.failed_arms().next(), None, "{target}");
        let mean = |name: &str| {
            let arm = results.arms.iter().find(|arm| arm.name == name).unwrap();
            arm.scores[&results.study.metric].mean
        };
        let sign = if target == "death" { 1.0 } else { -1.0 };
        // The target follows both modalities, and is linear in them.
        for alone in ["linear-a", "linear-b"] {
            assert!(
                sign * (mean("linear") - mean(alone)) > 0.0,
                "{target} {alone}"
            );
        }
        for word in words {
            let arm = results.arms.iter().find(|arm| arm.name == word).unwrap();
            assert!(arm.baseline && arm.n_parameters > 0);
            let grid = if word == "linear" { 12 } else { 8 };
            assert_eq!(arm.trials.len(), grid, "{word}: every point of its grid");
            let resolved = &arm.trials[0].resolved;
            assert!(resolved.get("training").is_none(), "{resolved}");
            let model = out.join(&arm.folds[0].model);
            let kept = [("linear", "linear.json"), ("trees", "trees.txt")];
            let (_, kept) = kept.iter().find(|(name, _)| *name == word).unwrap();
            assert!(model.join(kept).is_file() && model.join("model.json").is_file());
        }
        assert!(!results.verdict.baselines.is_empty(), "{target}");
        // Three epochs learn nothing: no fusion of them is said to beat the truth.
        assert!(
            results.verdict.baselines.iter().all(|one| one.gain < 0.0),
            "{target}: {:?}",
            results.verdict.baselines
        );
    }
}

#[test]
fn what_a_baseline_cannot_predict_is_refused_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("cohort");
    cohort(&dir);
    let out = folder.path().join("out");
    if has_trees() {
        let file = study_file(folder.path(), "death", "[\"linear\", \"trees\"]");
        let error = study(&file, &options(&out)).unwrap_err().to_string();
        assert!(
            error.ends_with(
                "baselines: `trees` predicts classes or numbers, and the target has times and events; remove `trees`"
            ),
            "{error}"
        );
    }
    let mut without = options(&out);
    without
        .worker
        .env
        .push(("MIDFUSE_LIGHTGBM".into(), "/nowhere/lib_lightgbm.so".into()));
    let file = study_file(folder.path(), "class", "[\"trees\"]");
    let error = study(&file, &without).unwrap_err().to_string();
    assert!(
        error.contains("baselines: `trees` cannot be used here: LightGBM is not installed (MIDFUSE_LIGHTGBM is /nowhere/lib_lightgbm.so, which is no file): run `cargo xtask setup`"),
        "{error}"
    );
    assert!(!error.contains('\n') && !out.exists());
    // The worker itself, where a coordinator did not ask.
    let mut program = Program::start();
    program.open(&dir);
    let said = program.failure(&json!({
        "request": "validate",
        "task": {"kind": "survival", "horizons": [1.0], "times": [1.0]},
        "model": {
            "modalities": [{"name": "a", "encoder": {"name": "mlp"}}],
            "strategy": {"name": "trees"},
        },
    }));
    assert!(
        said.starts_with("strategy: `trees` predicts classes or numbers"),
        "{said}"
    );
    let linear = Program::start().catalogue();
    let linear = linear.baseline("linear").unwrap();
    assert_eq!(linear.tasks, TaskKind::ALL);
}
