//! Saved models: the program predicts from them what the job predicted, to the bit.
#![cfg(test)]

mod support;

use std::fs;
use std::path::Path;

use midfuse_data::{Cohort, CohortWriter, ModalityData, RowTable, Targets, TextData};
use midfuse_wire::{Outcome, Stopped};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use serde_json::{Value, json};
use support::{GROUPED, Program, REGRESSION, predict, skipped, spec_of};

const STRATEGIES: [&str; 5] = ["early", "early-raw", "concat", "attention", "late"];

fn grouped(strategy: &str) -> Value {
    json!({
        "modalities": [
            {"name": "scan", "encoder": {"name": "conv-net", "widths": [8, 8]}},
            {"name": "monitor", "encoder": {"name": "lstm", "d_hidden": 8}},
            {"name": "clinic", "encoder": {"name": "ft-transformer", "d_block": 16, "n_blocks": 1, "attention_n_heads": 2}},
        ],
        "strategy": {"name": strategy},
        "training": {"epochs": 4, "batch_size": 8},
    })
}

fn regression(strategy: &str) -> Value {
    json!({
        "modalities": [
            {"name": "curve", "encoder": {"name": "sequence-transformer", "d_model": 16, "n_layers": 1}},
            {"name": "recipe", "encoder": {"name": "mlp", "d_block": 32}},
        ],
        "strategy": {"name": strategy},
        "head": {"d_hidden": [8]},
        "training": {"epochs": 15, "batch_size": 8, "lr": 0.01},
    })
}

/// The rows that a job predicts, as the coordinator would strip them.
fn stripped(folder: &str, spec: &Value, to: &Path) {
    let cohort = Cohort::open(folder).unwrap();
    let ids = spec["predict"].as_array().unwrap();
    let rows: Vec<usize> = ids
        .iter()
        .map(|id| cohort.position(id.as_str().unwrap()).unwrap())
        .collect();
    cohort.write_stripped(to, &rows, str::to_owned).unwrap();
}

/// Columns of numbers behind `id` (and the name of the class), by row.
fn read_csv(path: &Path, skip: usize) -> Vec<Vec<f64>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows = reader.records().map(|row| {
        row.unwrap()
            .iter()
            .skip(skip)
            .map(|cell| cell.parse().unwrap())
            .collect()
    });
    rows.collect()
}

fn assert_predicts_what_the_job_did(folder: &str, target: &str, model: Value) -> Outcome {
    let places = tempfile::tempdir().unwrap();
    let (out, cohort) = (places.path().join("model"), places.path().join("cohort"));
    fs::create_dir(&out).unwrap();
    let spec = spec_of(folder, target, model);
    let name = spec["model"]["strategy"]["name"].clone();
    let mut worker = Program::start();
    worker.open(folder);
    let (outcome, _) = worker.run(&spec, &out);
    let saved = fs::read_dir(&out).unwrap().count();
    assert_eq!(saved, 2, "{name}: model.json and what was fitted");
    stripped(folder, &spec, &cohort);
    let table = places.path().join("p.csv");
    let (code, said) = predict(&out, &cohort, &table);
    assert_eq!((code, said.as_str()), (0, ""), "{name}");
    let is_regression = spec["task"]["kind"] == "regression";
    let expected: Vec<Vec<f64>> = if is_regression {
        outcome.scores.clone()
    } else {
        let probabilities = |row: &Vec<f64>| row.iter().map(|score| score.exp()).collect();
        outcome.scores.iter().map(probabilities).collect()
    };
    let skip = if is_regression { 1 } else { 2 };
    assert_eq!(read_csv(&table, skip), expected, "{name}");
    let table = places.path().join("p.parquet");
    assert_eq!(predict(&out, &cohort, &table).0, 0, "{name}");
    let reader = SerializedFileReader::new(fs::File::open(&table).unwrap()).unwrap();
    let last: Vec<f64> = reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| {
            let row = row.unwrap();
            row.get_double(row.len() - 1).unwrap()
        })
        .collect();
    let expected: Vec<f64> = expected.iter().map(|row| *row.last().unwrap()).collect();
    assert_eq!(last, expected, "{name}");
    outcome
}

/// The model section of a baseline: neither head nor training.
fn baseline(mut section: Value, name: &str) -> Value {
    let fields = section.as_object_mut().unwrap();
    fields.remove("head");
    fields.remove("training");
    section["strategy"] = json!({ "name": name });
    section
}

#[test]
fn baselines_of_classes_and_numbers() {
    let catalogue = Program::start().catalogue();
    for known in &catalogue.baselines {
        let name = known.entry.name.as_str();
        if known.unavailable.is_some() {
            skipped(&format!("predict: {name} cannot be used here"));
            continue;
        }
        for (folder, target, section) in [
            (GROUPED, "outcome", grouped("concat")),
            (REGRESSION, "strength", regression("concat")),
        ] {
            let section = baseline(section, name);
            let outcome = assert_predicts_what_the_job_did(folder, target, section);
            assert!(outcome.epochs.is_empty(), "{name}");
            assert_eq!(outcome.stopped, Stopped::Solved, "{name}");
            assert!(outcome.n_parameters > 0, "{name}");
        }
    }
}

#[test]
fn absent_modalities_missing_cells_and_categories() {
    for strategy in STRATEGIES {
        let outcome = assert_predicts_what_the_job_did(GROUPED, "outcome", grouped(strategy));
        let finite = outcome
            .scores
            .iter()
            .flatten()
            .all(|score| score.is_finite());
        assert!(finite, "{strategy}");
    }
    let mut together = grouped("concat");
    together["training"]["refits"] = json!(2);
    assert_predicts_what_the_job_did(GROUPED, "outcome", together);
}

#[test]
fn a_rare_modality_in_batches_of_two_ends_no_job() {
    let mut model = grouped("concat");
    model["training"]["batch_size"] = json!(2);
    model["training"]["epochs"] = json!(1);
    assert_predicts_what_the_job_did(GROUPED, "outcome", model);
}

#[test]
fn regression_comes_back_in_its_own_unit() {
    let cohort = Cohort::open(REGRESSION).unwrap();
    let Targets::Value(truth) = &cohort.target("strength").unwrap().targets else {
        panic!("a regression")
    };
    let truth: Vec<f64> = (0..cohort.len())
        .filter(|row| row % 4 == 3)
        .map(|row| truth[row])
        .collect();
    let mean = truth.iter().sum::<f64>() / truth.len() as f64;
    let squares = |f: &dyn Fn(usize) -> f64| -> f64 {
        truth
            .iter()
            .enumerate()
            .map(|(i, y)| (y - f(i)).powi(2))
            .sum()
    };
    let total = squares(&|_| mean);
    for strategy in STRATEGIES {
        let outcome =
            assert_predicts_what_the_job_did(REGRESSION, "strength", regression(strategy));
        let left = squares(&|i| outcome.scores[i][0]);
        let r2 = 1.0 - left / total;
        assert!(r2 > 0.3, "{strategy}: R2 {r2}");
    }
}

/// Texts of which the word `good` or `bad` tells the class; one is absent, one empty.
fn write_texts(to: &Path) -> Vec<usize> {
    let n = 80;
    let labels: Vec<usize> = (0..n).map(|i| (i * 7 % 10) / 5).collect();
    let texts = labels.iter().enumerate().map(|(i, label)| match i {
        5 => None,
        6 => Some(String::new()),
        _ => {
            let word = ["bad", "good"][*label];
            let filler = ["a day", "one more day", "that day it was"][i % 3];
            Some(format!("{filler} {word} n{i}"))
        }
    });
    let texts = ModalityData::Text(TextData {
        texts: texts.collect(),
    });
    let ids = (0..n).map(|i| format!("t{i:02}")).collect();
    let rows = RowTable {
        ids,
        ..RowTable::default()
    };
    let mut writer = CohortWriter::create(to, rows).unwrap();
    writer.modality("note", &texts).unwrap();
    writer.finish().unwrap();
    labels
}

#[test]
fn texts_are_read_by_their_vocabulary() {
    let places = tempfile::tempdir().unwrap();
    let folder = places.path().join("texts");
    let labels = write_texts(&folder);
    let mut worker = Program::start();
    worker.open(&folder);
    for (encoder, strategy) in [
        ("gru", "single"),
        ("sequence-transformer", "single"),
        ("gru", "early-raw"),
    ] {
        let out = places.path().join(format!("{encoder}-{strategy}"));
        fs::create_dir(&out).unwrap();
        let options = json!({
            "name": encoder,
            "vocabulary": {"tokeniser": "words", "min_count": 2},
            "max_len": 12,
        });
        let fit: Vec<String> = (0..60).map(|i| format!("t{i:02}")).collect();
        let predicted: Vec<String> = (60..80).map(|i| format!("t{i:02}")).collect();
        let spec = json!({
            "task": {"kind": "classification", "classes": ["bad", "good"]},
            "model": {
                "modalities": [{"name": "note", "encoder": options}],
                "strategy": {"name": strategy},
                "training": {"epochs": 40, "batch_size": 10, "lr": 0.01},
            },
            "seed": 5,
            "fit": fit,
            "targets": {"kind": "class", "values": labels[..60]},
            "stop": [],
            "predict": predicted,
            "threads": 1,
            "predict_batch": 16,
            "device": "cpu",
            "keep_model": true,
        });
        let (outcome, _) = worker.run(&spec, &out);
        let wrong = outcome
            .scores
            .iter()
            .zip(&labels[60..])
            .filter(|(s, label)| (s[1] > s[0]) != (**label == 1));
        let wrong = wrong.count();
        assert!(wrong <= 1, "{encoder}, {strategy}: {wrong} of 20 wrong");
        let description = fs::read_to_string(out.join("model.json")).unwrap();
        assert!(
            description.contains("\"good\"") && !description.contains("\"n7\""),
            "vocabulary"
        );
        let table = places.path().join("p.csv");
        assert_eq!(predict(&out, &folder, &table), (0, String::new()));
    }
    let mut spec = spec_with(&labels);
    spec["model"]["modalities"][0]["encoder"]["vocabulary"] = json!({"tokeniser": "sentences"});
    let message = worker.failure(&worker.job(&spec));
    assert!(
        message.starts_with("modalities.note.encoder.vocabulary: "),
        "{message}"
    );
}

fn spec_with(labels: &[usize]) -> Value {
    json!({
        "task": {"kind": "classification", "classes": ["bad", "good"]},
        "model": {
            "modalities": [{"name": "note", "encoder": {"name": "gru"}}],
            "strategy": {"name": "single"},
        },
        "seed": 5,
        "fit": ["t00", "t01"],
        "targets": {"kind": "class", "values": labels[..2]},
        "stop": [],
        "predict": [],
        "threads": 1,
        "predict_batch": 16,
        "device": "cpu",
        "keep_model": false,
    })
}

#[test]
fn bad_bundles_and_cohorts_leave_no_output() {
    let places = tempfile::tempdir().unwrap();
    let model = places.path().join("model");
    fs::create_dir(&model).unwrap();
    let mut worker = Program::start();
    worker.open(REGRESSION);
    worker.run(
        &spec_of(REGRESSION, "strength", regression("concat")),
        &model,
    );
    let outputs = places.path().join("outputs");
    fs::create_dir(&outputs).unwrap();
    let (description, weights) = (model.join("model.json"), model.join("weights.safetensors"));
    let (json, bytes) = (fs::read(&description).unwrap(), fs::read(&weights).unwrap());
    let check = |what: &str, expected: &str, cohort: &str, out: &str| {
        let (code, said) = predict(&model, Path::new(cohort), &outputs.join(out));
        assert_eq!(code, 1, "{what}: {said}");
        assert!(said.contains(expected), "{what}: {said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{what}: {said}");
        assert_eq!(fs::read_dir(&outputs).unwrap().count(), 0, "{what}");
    };
    check("another cohort", "no modality `curve`", GROUPED, "p.csv");
    check("no cohort", "/nowhere", "/nowhere", "p.csv");
    check(
        "an unknown format",
        "ends in .csv or .parquet",
        REGRESSION,
        "p.xlsx",
    );
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(&weights, &damaged).unwrap();
    check(
        "a changed weight",
        "other weights than those",
        REGRESSION,
        "p.csv",
    );
    fs::write(&weights, &bytes[..bytes.len() / 2]).unwrap();
    check("half the weights", "truncated?", REGRESSION, "p.csv");
    fs::write(&weights, &bytes).unwrap();
    let text = String::from_utf8(json.clone()).unwrap();
    let edits = [
        ("\"format\": 1", "\"format\": 2", "expected format 1, got 2"),
        (
            "\"format\": 1",
            "\"fromat\": 1",
            "expected format 1, got none",
        ),
        (
            "\"d_block\": 32",
            "\"d_block\": 33",
            "do not fit one another",
        ),
        (
            "\"n_blocks\": 2",
            "\"n_blocks\": 3",
            "does not fit the model",
        ),
        ("\"threads\"", "\"treads\"", "unknown field `treads`"),
        ("}", "", "not JSON"),
    ];
    for (from, to, expected) in edits {
        fs::write(&description, text.replacen(from, to, 1)).unwrap();
        check(from, expected, REGRESSION, "p.csv");
    }
    fs::remove_file(&description).unwrap();
    check(
        "no description",
        "name the folder of a saved model",
        REGRESSION,
        "p.csv",
    );
    fs::write(&description, &json).unwrap();
    assert_eq!(
        predict(&model, Path::new(REGRESSION), &outputs.join("p.csv")).0,
        0
    );
}

#[test]
fn arguments_are_checked() {
    let run = |args: &[&str]| {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_midfuse-worker"))
            .args(args)
            .output()
            .unwrap();
        let text = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
        (done.status.code().unwrap(), text)
    };
    assert!(run(&["--help"]).1.contains("Usage:"));
    assert!(run(&["--version"]).1.contains("libtorch 2."));
    let (code, said) = run(&["predict", "--cohort", "x"]);
    assert_eq!(
        (code, said.as_str()),
        (
            2,
            "midfuse-worker: predict: --model is missing; see --help\n"
        )
    );
}
