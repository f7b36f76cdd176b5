//! Every key of the study file and of the results is in the documentation.
#![cfg(test)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use midfuse_plan::file::StudyFile;
use serde_json::Value;
use support::{Kind, options, study_file};

fn docs(file: &str) -> String {
    std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../docs")
            .join(file),
    )
    .unwrap()
}

/// A study file in which every optional key has a value.
const FULL: &str = r#"
name = "full"
cohort = "c"
target = "y"
baselines = [{ name = "linear", config = { penalty = 1 } }]
[protocol]
structure = "timed"
splitter = "rolling-window"
train_size = { rows = 20 }
metric = "accuracy"
unit = "row"
[head]
d_hidden = [4]
[search]
"training.lr" = { min = 0.1, max = 0.2 }
[[modalities]]
name = "a"
encoder = "mlp"
[[modalities]]
name = "b"
encoder = "mlp"
[[strategies]]
fusion = "single"
[[strategies]]
fusion = "concat"
name = "mine"
modalities = ["a", "b"]
[conclude]
strategies = ["mine"]
[clinical]
positive = "yes"
prevalence = 0.1
site = "hospital"
baseline = ["age"]
"#;

#[test]
fn every_key_of_the_study_file_is_documented_and_every_documented_key_exists() {
    let file = serde_json::to_value(StudyFile::parse(FULL, "full").unwrap()).unwrap();
    let mut keys = BTreeSet::new();
    for (name, section) in file.as_object().unwrap() {
        match (name.as_str(), section) {
            ("training" | "head", _) => {
                keys.insert(name.clone());
            }
            ("search", space) => {
                keys.insert("search".to_owned());
                let interval = space.as_object().unwrap().values().next().unwrap();
                keys.extend(
                    interval
                        .as_object()
                        .unwrap()
                        .keys()
                        .map(|key| format!("search.{key}")),
                );
            }
            (_, Value::Object(inner)) => {
                keys.extend(inner.keys().map(|key| format!("{name}.{key}")));
            }
            (_, Value::Array(list)) => {
                let inner = list.last().unwrap().as_object().unwrap();
                keys.extend(inner.keys().map(|key| format!("{name}.{key}")));
            }
            _ => {
                keys.insert(name.clone());
            }
        }
    }
    let text = docs("study-file.md");
    // What models have for options is not a key of the file; a test of the worker compares it.
    let (before, models) = text.split_once("<!-- models: begin").unwrap();
    let (_, after) = models.split_once("<!-- models: end -->").unwrap();
    let text = format!("{before}{after}");
    let documented: BTreeSet<String> = text
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split('`').next()?.to_owned()))
        // The worker reads these: its own test holds them against what it knows.
        .filter(|key| !key.starts_with("training."))
        .collect();
    assert_eq!(keys, documented);
}

#[test]
fn every_metric_is_documented() {
    for page in ["study-file.md", "statistics.md"] {
        let text = docs(page);
        for metric in midfuse_metrics::metric::Metric::ALL {
            assert!(text.contains(&format!("`{metric}`")), "{page}: {metric}");
        }
    }
}

#[test]
fn the_page_of_the_checklist_is_the_checklist() {
    assert_eq!(
        docs("checklist.md"),
        midfuse_report::checklist::page(),
        "run `cargo run -p midfuse-report --example checklist_page > docs/checklist.md`"
    );
}

#[test]
fn every_key_of_the_results_is_documented() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Classes, "");
    let out = folder.path().join("out");
    let finished = midfuse_study::study(&file, &options(&out)).unwrap();
    let text = docs("results-schema.md");
    let mut keys = BTreeSet::new();
    let checklist = std::fs::read(out.join("checklist.json")).unwrap();
    collect(&serde_json::from_slice(&checklist).unwrap(), &mut keys);
    collect(&serde_json::to_value(&finished.results).unwrap(), &mut keys);
    collect(&serde_json::to_value(&finished.timings).unwrap(), &mut keys);
    for key in keys {
        let named = [
            format!("`{key}"),
            format!(".{key}"),
            format!("`{key}[]"),
            format!(".{key}[]"),
        ];
        assert!(
            named.iter().any(|name| text.contains(name.as_str())),
            "docs/results-schema.md lacks {key}"
        );
    }
}

/// Keys of the results' own objects; not those of study files, settings and metrics.
fn collect(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                keys.insert(key.clone());
                if ![
                    "protocol",
                    "budget",
                    "settings",
                    "values",
                    "resolved",
                    "scores",
                    "task",
                    "reference",
                ]
                .contains(&key.as_str())
                {
                    collect(inner, keys);
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| collect(inner, keys)),
        _ => {}
    }
}
