//! What a study takes of memory is known before it runs: images of 224 x 224 pixels with what
//! `midfuse init` writes, and settings that no machine can hold.
#![cfg(test)]

mod study_support;
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use midfuse_data::ndarray::{Array2, Array4};
use midfuse_data::{Cohort, CohortWriter, ImageData, TabularData};
use midfuse_plan::file::template;
use midfuse_study::{dry_run, study};
use midfuse_wire::{Memory, Reply};
use serde_json::{Value, json};
use study_support::{no_and_yes, options};
use support::Program;

const N: usize = 24;
const SIDE: usize = 224;
const GIB: u64 = 1 << 30;

/// X-rays of two classes, the second with a bright spot, and a table of seven columns.
fn xrays(to: &Path) {
    let noise = |i: usize| ((i * 7919 + 13) % 1009) as f32 / 1009.0;
    let labels: Vec<usize> = (0..N).map(|row| row % 2).collect();
    let rows = no_and_yes("finding", &labels);
    let pixels = Array4::from_shape_fn((N, 1, SIDE, SIDE), |(row, _, y, x)| {
        let spot = labels[row] == 1 && (y / 16, x / 16) == (row % 14, 5);
        noise(row * 31 + y * SIDE + x) + if spot { 2.0 } else { 0.0 }
    });
    let numeric = Array2::from_shape_fn((N, 7), |(row, j)| noise(row * 7 + j));
    let mut writer = CohortWriter::create(to, rows).unwrap();
    let image = ImageData {
        pixels,
        present: vec![true; N],
    };
    writer.modality("xray", &image.into()).unwrap();
    let labs = TabularData {
        numeric,
        numeric_names: (0..7).map(|j| format!("lab{j}")).collect(),
        categorical: vec![Vec::new(); N],
        categorical_names: Vec::new(),
        present: vec![true; N],
    };
    writer.modality("labs", &labs.into()).unwrap();
    writer.finish().unwrap();
}

/// What `midfuse init` writes for them, with fewer folds and settings and without baselines.
fn study_file(folder: &Path) -> PathBuf {
    xrays(&folder.join("cohort"));
    let cohort = Cohort::open(folder.join("cohort")).unwrap();
    let text = template(Some((&cohort, "cohort")), false);
    let kept = text
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("baselines"));
    let mut written: String = kept.collect();
    for (from, to) in [
        ("outer_folds = 5", "outer_folds = 2"),
        ("trials = 6", "trials = 1"),
        ("epochs = 60", "epochs = 3"),
    ] {
        assert!(written.contains(from), "{written}");
        written = written.replace(from, to);
    }
    let path = folder.join("study.toml");
    fs::write(&path, written).unwrap();
    path
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from} is in {text}");
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn what_init_writes_fits() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path());
    let dry = dry_run(&file, &options(&folder.path().join("out"))).unwrap();
    assert_eq!(dry.arms.len(), 6);
    for ((name, ..), memory) in dry.arms.iter().zip(&dry.memory) {
        let memory = memory.unwrap();
        assert!(memory > GIB / 20 && memory < 2 * GIB, "{name}: {memory}");
    }
    assert!(dry.share.unwrap().bytes() > GIB);
}

#[test]
fn what_cannot_fit_is_refused_with_the_key_that_makes_it_fit() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path());
    let early = "fusion = \"early\"";
    edit(
        &file,
        early,
        &format!("{early}\nconfig = {{ max_tokens = 60000 }}"),
    );
    let whole =
        "encoder = \"conv-net\"\nconfig = { widths = [4, 8], stem_stride = 1, n_pools = 0 }";
    edit(&file, "encoder = \"conv-net\"", whole);
    let out = folder.path().join("out");
    let key = "`max_tokens = 256` in the config of strategy `early`";
    for message in [
        dry_run(&file, &options(&out)).unwrap_err().to_string(),
        study(&file, &options(&out)).unwrap_err().to_string(),
    ] {
        assert!(
            message.contains("strategy `early`: a job takes"),
            "{message}"
        );
        assert!(message.contains("--workers 1"), "{message}");
        assert!(message.contains(key), "{message}");
    }
    assert!(!out.exists(), "refused before anything runs");
    // A thousand workers have some twenty megabytes each, and libtorch alone takes more.
    edit(&file, "60000", "64");
    let many = options(&out).with_workers(1000);
    let message = dry_run(&file, &many).unwrap_err().to_string();
    assert!(message.contains("; give --workers "), "{message}");
}

fn section(strategy: &Value, encoder: &Value) -> Value {
    json!({
        "modalities": [
            {"name": "xray", "encoder": encoder},
            {"name": "labs", "encoder": {"name": "mlp"}},
        ],
        "strategy": strategy,
        "training": {"epochs": 2, "batch_size": 32},
    })
}

fn memory(worker: &mut Program, model: &Value) -> Memory {
    let task = json!({"kind": "classification", "classes": ["no", "yes"]});
    match worker.ask(&json!({"request": "validate", "task": task, "model": model})) {
        Reply::Valid {
            memory: Some(memory),
            ..
        } => *memory,
        reply => panic!("{reply:?}"),
    }
}

#[test]
fn memory_of_every_strategy_is_told_without_taking_it() {
    let folder = tempfile::tempdir().unwrap();
    xrays(&folder.path().join("cohort"));
    let mut worker = Program::start();
    worker.open(folder.path().join("cohort"));
    let plain = json!({"name": "conv-net"});
    for name in ["early", "early-raw", "concat", "attention", "late"] {
        let told = memory(&mut worker, &section(&json!({"name": name}), &plain));
        assert_eq!((told.step.rows, told.predict.rows), (24, 24), "{name}");
        let batches = (told.step.bytes(), told.predict.bytes());
        assert!(batches.0 > batches.1, "{name}: {told:?}");
        let rows = (N * SIDE * SIDE * 4) as u64;
        assert!(told.data >= rows && told.reading > told.data, "{told:?}");
    }
    // Every pixel a token: four heads compare 50,176 of them with each other, twice, forth and back.
    let every = json!({"name": "conv-net", "stem_stride": 1, "n_pools": 0});
    let all = json!({"name": "early", "max_tokens": 60_000});
    let told = memory(&mut worker, &section(&all, &every));
    let one: u64 = 4 * 50_176 * 50_176 * 4;
    assert!(told.step.of_row > 4 * one, "{}", told.step.of_row);
    assert!(told.step.of_row < 20 * one, "{}", told.step.of_row);
    assert_eq!(told.smaller[0].values, [json!(256), json!(64)]);
    assert!(worker.peak_bytes() < 2 * GIB, "{}", worker.peak_bytes());
}

#[test]
fn what_is_too_large_by_its_parameters_alone_is_refused_with_the_key() {
    let folder = tempfile::tempdir().unwrap();
    xrays(&folder.path().join("cohort"));
    let mut worker = Program::start();
    worker.open(folder.path().join("cohort"));
    let mut model = section(&json!({"name": "concat"}), &json!({"name": "conv-net"}));
    // Fourteen gigabytes for the second layer.
    model["modalities"][1]["encoder"] =
        json!({"name": "mlp", "d_block": 60_000, "n_blocks": 2, "dropout_p": 0.1});
    let task = json!({"kind": "classification", "classes": ["no", "yes"]});
    let reply = worker.ask(&json!({"request": "validate", "task": task, "model": model}));
    let Reply::Failed { message, .. } = reply else {
        panic!("{reply:?}");
    };
    assert!(
        message.contains("parameters alone take more than"),
        "{message}"
    );
    let key = "; set `d_block = 128` in the config of modality `labs`";
    assert!(message.contains(key), "{message}");
    assert!(worker.peak_bytes() < GIB, "{}", worker.peak_bytes());
}
