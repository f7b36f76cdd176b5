//! Readers of the evaluation: split files, ledgers, the lines of the worker protocol, stored
//! transforms.

use std::fmt::{Debug, Display};

use midfuse_eval::ledger::{Entry, Ledger, Plan};
use midfuse_eval::rows::RowHash;
use midfuse_eval::split::split_file::SplitFileError;
use midfuse_eval::split::{AnySplitter, Predefined};
use midfuse_eval::transform::step::{AnyStep, Columns, Pipeline, PipelineConfig};
use midfuse_eval::transform::{Imputer, OneHotEncoder, OrdinalEncoder, Standardiser, Vocabulary};
use midfuse_eval::view::FitRows;
use midfuse_wire::{ContentHash, Cost, JobSpec, Outcome, Reply, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::scratch::folder;
use crate::target::Target;

/// The targets of this module.
pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "split-file-csv",
        covers: &["Predefined::read_csv"],
        run: |bytes| {
            if let Some(folds) = read(Predefined::read_csv(bytes)) {
                let mut written = Vec::new();
                folds
                    .write_csv(&mut written)
                    .expect("memory can be written");
                assert_eq!(
                    read(Predefined::read_csv(&written[..])).as_ref(),
                    Some(&folds)
                );
            }
        },
        seeds: || vec![b"fold,side,row\n0,train,a\n0,test,b\n1,train,b\n1,test,a\n".to_vec()],
    },
    Target {
        name: "split-file-json",
        covers: &["Predefined::read_json"],
        run: |bytes| {
            if let Some(folds) = read(Predefined::read_json(bytes)) {
                let mut written = Vec::new();
                folds
                    .write_json(&mut written)
                    .expect("memory can be written");
                assert_eq!(
                    read(Predefined::read_json(&written[..])).as_ref(),
                    Some(&folds)
                );
            }
        },
        seeds: || {
            vec![
                br#"{"folds": [{"train": ["a"], "test": ["b"]}, {"train": ["b"], "test": ["a"]}]}"#
                    .to_vec(),
            ]
        },
    },
    Target {
        name: "ledger",
        covers: &["Ledger::open", "Entry", "Plan", "RowHash"],
        run: ledger,
        seeds: || vec![LEDGER.to_vec(), b"\n".to_vec()],
    },
    Target {
        name: "worker-protocol",
        covers: &[
            "Request",
            "Reply",
            "JobSpec",
            "Outcome",
            "Cost",
            "ContentHash",
        ],
        run: |bytes| {
            json::<Request>(bytes);
            json::<Reply>(bytes);
            json::<Outcome>(bytes);
            json::<Cost>(bytes);
            json::<ContentHash>(bytes);
            if let Some(spec) = json::<JobSpec>(bytes) {
                spec.id().expect("what was JSON is JSON");
                FitRows::of(&spec);
            }
        },
        seeds: || {
            PROTOCOL
                .iter()
                .map(|text| text.as_bytes().to_vec())
                .collect()
        },
    },
    Target {
        name: "stored-transforms",
        covers: &[
            "Imputer",
            "Standardiser",
            "Vocabulary",
            "OrdinalEncoder",
            "OneHotEncoder",
            "AnyStep",
            "Pipeline",
        ],
        run: transforms,
        seeds: || {
            TRANSFORMS
                .iter()
                .map(|text| text.as_bytes().to_vec())
                .collect()
        },
    },
    Target {
        name: "splitter-by-name",
        covers: &["AnySplitter"],
        run: |bytes| {
            if let Ok(splitter) = serde_json::from_slice::<AnySplitter>(bytes) {
                let text = serde_json::to_vec(&splitter);
                // A fraction that is not a number is written as null.
                if let Ok(Ok(again)) = text.map(|text| serde_json::from_slice::<AnySplitter>(&text))
                {
                    assert_eq!(again.type_name(), splitter.type_name());
                }
            }
        },
        seeds: || {
            SPLITTERS
                .iter()
                .map(|text| text.as_bytes().to_vec())
                .collect()
        },
    },
];

const LEDGER: &[u8] = br#"{"line":1,"time":0,"previous":"","event":{"event":"opened","rows":["00000000000000000000000000000000"]},"hash":""}
"#;

const PROTOCOL: [&str; 7] = [
    r#"{"request":"hello","protocol":2}"#,
    r#"{"request":"open","data":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}"#,
    r#"{"reply":"failed","kind":"missing","message":"m"}"#,
    r#"{"request":"run","spec":{"task":{"kind":"classification","classes":["a","b"]},"data":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","model":{},"seed":1,"fit":["r"],"targets":{"kind":"class","values":[0]},"stop":[0],"predict":["s"],"threads":1,"predict_batch":2,"device":"cpu","keep_model":true}}"#,
    r#"{"task":{"kind":"regression"},"data":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","model":null,"seed":1,"fit":["r","s"],"targets":{"kind":"value","values":[0.5,1]},"stop":[1],"predict":[],"threads":1,"predict_batch":2,"device":"cpu","keep_model":false}"#,
    r#"{"reply":"done","outcome":{"scores":[[-0.1,-2.3]],"epochs":[{"train_loss":0.5,"stop_loss":null}],"best_epoch":0,"stopped":"early","n_parameters":3,"flops_per_row":4,"model_sha256":"00"},"cost":{"seconds":0.5,"peak_rss_bytes":7},"files":null}"#,
    r#"{"scores":[[1.5]],"epochs":[],"best_epoch":0,"stopped":"epoch-limit","n_parameters":3,"flops_per_row":4,"model_sha256":""}"#,
];

const TRANSFORMS: [&str; 8] = [
    r#"{"fill":[0.5,1.0],"indicated":[1]}"#,
    r#"{"mean":[0.5],"scale":[2.0]}"#,
    r#"{"tokeniser":{"k-mers":{"k":3,"stride":1}},"tokens":["abc","bcd"]}"#,
    r#"{"tokeniser":"words","tokens":["a"]}"#,
    r#"{"categories":[["a","b"],[]]}"#,
    r#"{"name":"pca","k":2}"#,
    r#"["log1p","standard"]"#,
    r#"{"columns":2,"steps":[{"name":"standard","mean":[0.5,1.0],"scale":[2.0,1.0]},{"name":"pca","mean":[0.0,0.0],"components":[[0.6,0.8]]}]}"#,
];

const SPLITTERS: [&str; 4] = [
    r#"{"name":"k-fold","k":3,"seed":1}"#,
    r#"{"name":"repeated","repeats":2,"by":{"name":"group-k-fold","k":3,"seed":0}}"#,
    r#"{"name":"rolling-window","folds":2,"train":{"rows":5},"test":{"time":86400},"gap":{"rows":1}}"#,
    r#"{"name":"predefined","folds":[{"train":["a"],"test":["b"]}]}"#,
];

fn read(outcome: Result<Predefined, SplitFileError>) -> Option<Predefined> {
    outcome.map_err(|error| one_line(&error)).ok()
}

fn one_line(error: &impl Display) {
    let message = error.to_string();
    assert!(
        !message.is_empty() && message.lines().count() == 1,
        "{message:?}"
    );
}

/// What is read is written and read again as the same value.
fn json<T>(bytes: &[u8]) -> Option<T>
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let value: T = serde_json::from_slice(bytes).ok()?;
    let text = serde_json::to_vec(&value).expect("what was JSON is JSON");
    let again: T = serde_json::from_slice(&text).expect("what is written is read");
    assert_eq!(again, value);
    Some(value)
}

fn transforms(bytes: &[u8]) {
    if let Some(imputer) = json::<Imputer>(bytes) {
        let row = vec![f64::NAN; imputer.fill.len()];
        let filled = imputer.apply(&row).expect("as many values as fills");
        assert!(filled.len() == imputer.n_columns() && filled.iter().all(|x| x.is_finite()));
    }
    if let Some(standardiser) = json::<Standardiser>(bytes) {
        let mut row = vec![1.0_f32; standardiser.mean.len()];
        standardiser
            .apply(&mut row)
            .expect("as many values as means");
        standardiser
            .invert(&mut row)
            .expect("as many values as means");
    }
    if let Some(vocabulary) = json::<Vocabulary>(bytes) {
        let text = vocabulary.tokens().concat();
        assert!(
            vocabulary
                .encode(&text)
                .iter()
                .all(|id| (0..vocabulary.size()).contains(id))
        );
    }
    if let Some(encoder) = json::<OneHotEncoder>(bytes) {
        let row = vec![None; encoder.categories().len()];
        let zeros: Vec<f32> = encoder.apply(&row).expect("as many values as columns");
        assert!(zeros.len() == encoder.n_columns() && zeros.iter().all(|x| x.abs() < 0.5));
    }
    json::<OrdinalEncoder>(bytes);
    if let Some(step) = json::<AnyStep>(bytes) {
        let _ = step.check().map_err(|error| one_line(&error));
    }
    if let Some(PipelineConfig(steps)) = json::<PipelineConfig>(bytes) {
        assert_eq!(PipelineConfig(steps.clone()).most(Columns::of(0)), 0);
    }
    if let Some(pipeline) = json::<Pipeline>(bytes) {
        for value in [0.5, f64::NAN] {
            if let Ok(row) = pipeline.apply(vec![value; pipeline.d_in()]) {
                assert_eq!(row.len(), pipeline.d_out());
            }
        }
    }
}

/// A ledger file and, as a variant, the same bytes as its head file.
fn ledger(bytes: &[u8]) {
    json::<Entry>(bytes);
    json::<Plan>(bytes);
    json::<RowHash>(bytes);
    for files in [
        &[("ledger.jsonl", bytes)][..],
        &[
            ("ledger.jsonl", b"".as_slice()),
            ("ledger.jsonl.head", bytes),
        ][..],
    ] {
        folder(files, |dir| match Ledger::open(dir.join("ledger.jsonl")) {
            Ok(ledger) => {
                let entries = ledger.entries().expect("it was verified");
                // A line that is not whole is cut off; what stays is what was there.
                let text = std::fs::read(dir.join("ledger.jsonl")).expect("it was opened");
                assert!(bytes.starts_with(&text));
                assert_eq!(
                    entries.len(),
                    text.split_inclusive(|&byte| byte == b'\n').count()
                );
                ledger.disclosures().expect("it was verified");
                ledger.seals().expect("it was verified");
            }
            Err(error) => one_line(&error),
        });
    }
}
