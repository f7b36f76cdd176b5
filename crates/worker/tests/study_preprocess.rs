//! Whole studies with steps of preprocessing: set, searched, saved with the model, and those of baselines.
#![cfg(test)]

mod study_support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use midfuse_data::ndarray::Array2;
use midfuse_data::{CohortWriter, TabularData};
use midfuse_study::study;
use serde_json::{Value, json};
use study_support::{fingerprint, no_and_yes, options, study_file};

const N: usize = 60;

/// Counts of 30 genes, two of which tell the classes, and 4 labs of which some are missing.
fn cohort(to: &Path) {
    let noise = |i: usize| (i * 7919 + i * i * 31 + 13) % 101;
    let labels: Vec<usize> = (0..N).map(|row| (row * 5 / 3) % 2).collect();
    let rows = no_and_yes("outcome", &labels);
    let table = |d: usize, value: &dyn Fn(usize, usize) -> f32| TabularData {
        numeric: Array2::from_shape_fn((N, d), |(row, j)| value(row, j)),
        numeric_names: (0..d).map(|j| format!("x{j}")).collect(),
        categorical: vec![Vec::new(); N],
        categorical_names: Vec::new(),
        present: vec![true; N],
    };
    let genes = table(30, &|row, j| {
        let more = if j < 2 { 150 * labels[row] } else { 0 };
        (noise(row * 30 + j) + more) as f32
    });
    let labs = table(4, &|row, j| match (row + j) % 9 {
        0 => f32::NAN,
        _ => noise(row * 4 + j) as f32 / 50.0 + labels[row] as f32,
    });
    let mut writer = CohortWriter::create(to, rows).unwrap();
    writer.modality("genes", &genes.into()).unwrap();
    writer.modality("labs", &labs.into()).unwrap();
    writer.finish().unwrap();
}

#[test]
fn steps_are_searched_and_saved_for_strategies_and_baselines() {
    let run = |workers: usize| {
        let folder = tempfile::tempdir().unwrap();
        cohort(&folder.path().join("cohort"));
        let pca =
            r#"["log1p", { name = "select-target", k = 5 }, "standard", { name = "pca", k = 3 }]"#;
        let search = format!(
            "\"modalities.genes.preprocess\" = [[\"clr\", \"quantile\"], {pca}]\n\"training.input_noise\" = [0.1]"
        );
        let modalities = [
            ("genes", "mlp", ""),
            (
                "labs",
                "linear",
                r#"preprocess = ["robust", "missing-indicators"]"#,
            ),
        ];
        let file = study_file(folder.path(), "outcome", &modalities, &search);
        let text = fs::read_to_string(&file).unwrap();
        let text = text
            .replace("trials = 2", "trials = 4")
            .replace("[1e-3, 5e-3]", "[1e-3, 2e-3, 3e-3, 5e-3]");
        let baseline = "baselines = [{ name = \"linear\", config = { penalty = 0.1 } }]\n";
        fs::write(&file, format!("{baseline}{text}")).unwrap();
        let out = folder.path().join("out");
        let mut options = options(&out);
        options.workers = workers;
        let finished = study(&file, &options).unwrap();
        for arm in &finished.results.arms {
            assert!(arm.is_complete(), "{}: {:?}", arm.name, arm.failures);
        }
        let arm = |name: &str| {
            let mut arms = finished.results.arms.iter();
            arms.find(|arm| arm.name == name).unwrap()
        };
        let single = arm("single-genes");
        let tried: BTreeSet<String> = single
            .trials
            .iter()
            .map(|trial| trial.values["modalities.genes.preprocess"].to_string())
            .collect();
        assert_eq!(tried.len(), 2);
        for fold in &single.folds {
            let model: Value = read(&out.join(&fold.model).join("model.json"));
            let steps = model["fitted"][0]["preprocess"]["steps"].clone();
            let names: Vec<&str> = steps
                .as_array()
                .unwrap()
                .iter()
                .map(|step| step["name"].as_str().unwrap())
                .collect();
            let chosen = &single.trials[fold.trial].values["modalities.genes.preprocess"];
            let last = chosen.as_array().unwrap().last().unwrap();
            let last = last
                .as_str()
                .unwrap_or_else(|| last["name"].as_str().unwrap());
            assert_eq!(
                names.last(),
                Some(&last),
                "the bundle has the steps that won"
            );
        }
        // 4 labs, their scale and 4 flags; a presence flag and an intercept behind.
        let linear = arm("linear-labs");
        let model: Value = read(&out.join(&linear.folds[0].model).join("model.json"));
        let steps = &model["fitted"][0]["preprocess"]["steps"];
        assert_eq!(steps[1]["name"], "missing-indicators");
        assert_eq!(steps[1]["of"], json!([0, 1, 2, 3]));
        assert_eq!(arm("linear-labs").trials.len(), 1);
        assert_eq!(
            arm("linear").trials.len(),
            2,
            "one penalty with either list of steps"
        );
        fingerprint(&out)
    };
    assert_eq!(run(1), run(2));
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn without_a_search_the_default_space_is_tried() {
    let folder = tempfile::tempdir().unwrap();
    cohort(&folder.path().join("cohort"));
    let modalities = [("genes", "mlp", ""), ("labs", "linear", "")];
    let file = study_file(folder.path(), "outcome", &modalities, "");
    let text = fs::read_to_string(&file).unwrap();
    let text = text.replace("[search]\n\"training.lr\" = [1e-3, 5e-3]", "");
    fs::write(
        &file,
        text.replace("trials = 2", "trials = 4\ndraw = \"halving\""),
    )
    .unwrap();
    let results = study(&file, &options(&folder.path().join("out")))
        .unwrap()
        .results;
    for arm in &results.arms {
        assert!(arm.is_complete(), "{}: {:?}", arm.name, arm.failures);
        assert_eq!(arm.trials.len(), 4);
        assert!(arm.trials[0].values.is_empty(), "as in the study file");
    }
    let mlp = &results.arms[0].trials[1].values;
    for key in [
        "training.lr",
        "training.weight_decay",
        "training.input_noise",
        "modalities.genes.d_block",
        "modalities.genes.dropout_p",
        "modalities.genes.n_blocks",
    ] {
        assert!(mlp.contains_key(key), "{key} is searched: {mlp:?}");
    }
    let decay = mlp["training.weight_decay"].as_f64().unwrap();
    assert!((1e-4..=10.0).contains(&decay), "{decay}");
}

#[test]
fn what_steps_refuse_is_said_in_the_words_of_the_study_file() {
    for (steps, said) in [
        (
            r#"["standart"]"#,
            "modalities.genes.encoder.preprocess: no step `standart`: did you mean `standard`?",
        ),
        (
            r#"[{ name = "pca", components = 3 }]"#,
            "unknown key `components`",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        cohort(&folder.path().join("cohort"));
        let config = format!("preprocess = {steps}");
        let modalities = [("genes", "mlp", config.as_str()), ("labs", "mlp", "")];
        let file = study_file(folder.path(), "outcome", &modalities, "");
        let error = study(&file, &options(&folder.path().join("out"))).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}
