//! A worker without libtorch: it speaks the protocol in one file, and the tests of this crate run
//! studies with it. Its one model is softmax (or linear) regression on all numbers of a row.
//!
//! `training` may ask it to misbehave: `fail = "why"` answers with a failure, `crash_once = "FILE"`
//! dies the first time, `sleep_ms` takes its time. With `MIDFUSE_SPY=FOLDER` it writes down all that
//! it can see: its environment, every line that it is sent, every file in its store of content and in
//! its working folder.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test program: whatever goes wrong ends it with a message"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use midfuse_base::catalogue::{
    BaselineEntry, Catalogue, Entry, KindEntry, Needs, OptionEntry, StrategyEntry,
};
use midfuse_base::{Targets, Task, TaskKind, hex};
use midfuse_data::ndarray::ArrayD;
use midfuse_data::{Cohort, View};
use midfuse_wire::{
    ContentStore, Cost, Epoch, FailureKind, JobSpec, Outcome, PROTOCOL_VERSION, Reply, Request,
    Stopped, Traced,
};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    modalities: Vec<Modality>,
    /// Every strategy is the same model here; `descent` is it, too, as a baseline.
    strategy: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    training: Option<Training>,
}

impl Model {
    fn training(&self) -> Training {
        let lr = self.strategy.get("lr").and_then(serde_json::Value::as_f64);
        let of_baseline = || Training {
            epochs: 30,
            lr: lr.unwrap_or_else(one_tenth),
            fail: None,
            crash_once: None,
            sleep_ms: None,
        };
        self.training.clone().unwrap_or_else(of_baseline)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Modality {
    name: String,
    encoder: Encoder,
}

#[derive(Deserialize)]
#[serde(tag = "name", rename_all = "kebab-case", deny_unknown_fields)]
enum Encoder {
    Linear,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Training {
    epochs: usize,
    #[serde(default = "one_tenth")]
    lr: f64,
    fail: Option<String>,
    crash_once: Option<PathBuf>,
    sleep_ms: Option<u64>,
}

fn one_tenth() -> f64 {
    0.1
}

fn main() {
    let mut cohort = None;
    let args: Vec<String> = std::env::args().collect();
    let store = args.iter().position(|arg| arg == "--store").unwrap();
    let store = ContentStore::open(Path::new(&args[store + 1])).unwrap();
    let spy = std::env::var_os("MIDFUSE_SPY").map(PathBuf::from);
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        if let Some(folder) = &spy {
            look_around(folder, &line, &store);
        }
        let reply = match serde_json::from_str(&line).unwrap() {
            Request::Hello { .. } => Reply::Hello {
                protocol: PROTOCOL_VERSION,
                version: "scripted".to_owned(),
                libtorch: "none".to_owned(),
            },
            Request::Describe => Reply::Described {
                catalogue: Box::new(catalogue()),
            },
            Request::Open { data } => {
                let opened = Cohort::open(store.tree(data).unwrap()).unwrap();
                let rows = opened.len();
                cohort = Some(opened);
                Reply::Opened { rows }
            }
            Request::Validate { model, .. } => match serde_json::from_value::<Model>(model.clone())
            {
                Ok(_) => Reply::Valid {
                    n_parameters: 0,
                    resolved: model,
                },
                Err(error) => Reply::Failed {
                    kind: FailureKind::Job,
                    message: error.to_string(),
                },
            },
            Request::Run { spec } => run(cohort.as_ref().unwrap(), &store, &spec),
        };
        println!("{}", serde_json::to_string(&reply).unwrap());
        std::io::stdout().flush().unwrap();
    }
}

/// Every kind of modality that it finds numbers in, every strategy the same model.
fn catalogue() -> Catalogue {
    let entry = |name: &str| Entry {
        name: name.to_owned(),
        ..Entry::default()
    };
    let encoders = ["tabular", "image", "sequence"].map(|kind| KindEntry {
        kind: kind.to_owned(),
        encoders: vec![entry("linear")],
    });
    let strategy = |name, summary: &str, needs| StrategyEntry {
        entry: Entry {
            summary: summary.to_owned(),
            ..entry(name)
        },
        needs,
    };
    let lr = OptionEntry {
        meaning: "step of the descent".to_owned(),
        ..OptionEntry::of_default("lr", &one_tenth().into())
    };
    let mut training = vec![lr];
    training.extend(
        ["fail", "crash_once", "sleep_ms"]
            .map(|name| OptionEntry::of_default(name, &serde_json::Value::Null)),
    );
    Catalogue {
        encoders: encoders.to_vec(),
        strategies: vec![
            strategy("single", "each modality alone", Needs::each_modality()),
            strategy("concat", "the same model", Needs::fusion()),
            strategy("late", "the same model", Needs::fusion()),
        ],
        baselines: vec![BaselineEntry {
            entry: Entry {
                options: vec![OptionEntry::of_default("lr", &one_tenth().into())],
                ..entry("descent")
            },
            tasks: TaskKind::ALL.to_vec(),
            grid: BTreeMap::from([("lr".to_owned(), vec![0.02.into(), 0.1.into(), 0.5.into()])]),
            unavailable: None,
        }],
        training,
        ..Catalogue::default()
    }
}

fn run(cohort: &Cohort, store: &ContentStore, spec: &JobSpec) -> Reply {
    let start = Instant::now();
    let model: Model = serde_json::from_value(spec.model.clone()).unwrap();
    let training = model.training();
    if let Some(message) = training.fail {
        let kind = FailureKind::Job;
        return Reply::Failed { kind, message };
    }
    if let Some(marker) = &training.crash_once
        && fs::File::create_new(marker).is_ok()
    {
        eprintln!("crashing once, as asked");
        std::process::abort();
    }
    std::thread::sleep(Duration::from_millis(training.sleep_ms.unwrap_or(0)));
    let outcome = train(cohort, spec, &model);
    let files = spec.keep_model.then(|| {
        let staged = store.stage().unwrap();
        fs::write(staged.folder().join("weights.txt"), &outcome.model_sha256).unwrap();
        staged.commit().unwrap()
    });
    let cost = Cost {
        seconds: start.elapsed().as_secs_f64(),
        peak_rss_bytes: 1_000_000,
    };
    Reply::Done {
        outcome: Box::new(outcome),
        cost,
        files,
    }
}

/// Full-batch gradient descent from weights that the seed draws.
fn train(cohort: &Cohort, spec: &JobSpec, model: &Model) -> Outcome {
    let names: Vec<&str> = model
        .modalities
        .iter()
        .map(|modality| match modality.encoder {
            Encoder::Linear => modality.name.as_str(),
        })
        .collect();
    let fit = features(cohort, &names, &spec.fit);
    let width = fit[0].len();
    let k = spec.task.n_scores();
    let mut weights: Vec<f64> = (0..k * width)
        .map(|i| (spec.seed.hash(&i.to_le_bytes()) % 1000) as f64 / 1e5)
        .collect();
    let learn: Vec<usize> = (0..fit.len()).filter(|i| !spec.stop.contains(i)).collect();
    let mut best = (f64::INFINITY, 0, weights.clone());
    let mut epochs = Vec::new();
    let predicted = features(cohort, &names, &spec.predict);
    let predict = |weights: &[f64]| -> Vec<Vec<f64>> {
        let rows = predicted.iter().map(|x| scores(&spec.task, weights, x));
        match &spec.recalibration {
            Some(by) if !spec.task.classes().is_empty() => {
                rows.map(|row| by.log_probabilities(&row)).collect()
            }
            Some(_) | None => rows.collect(),
        }
    };
    let training = model.training();
    let mut trace = Vec::new();
    let mut traced = |epochs: usize, weights: &[f64]| {
        if spec.trace && model.training.is_some() {
            let scores = predict(weights);
            trace.push(Traced { epochs, scores });
        }
    };
    traced(0, &weights);
    for epoch in 0..training.epochs {
        let mut gradient = vec![0.0; weights.len()];
        for &i in &learn {
            let x = &fit[i];
            let got = scores(&spec.task, &weights, x);
            let errors = errors(&spec.task, &spec.targets, i, &got);
            for (class, error) in errors.iter().enumerate() {
                for (j, x) in x.iter().enumerate() {
                    gradient[class * width + j] += error * x / learn.len() as f64;
                }
            }
        }
        for (weight, slope) in weights.iter_mut().zip(&gradient) {
            *weight -= training.lr * slope;
        }
        let mean = |rows: &[usize]| {
            rows.iter()
                .map(|&i| loss(&spec.targets, i, &scores(&spec.task, &weights, &fit[i])))
                .sum::<f64>()
                / rows.len() as f64
        };
        let stop_loss = (!spec.stop.is_empty()).then(|| mean(&spec.stop));
        epochs.push(Epoch {
            train_loss: mean(&learn),
            stop_loss,
        });
        traced(epoch + 1, &weights);
        let judged = stop_loss.unwrap_or(-(epoch as f64));
        if judged < best.0 {
            best = (judged, epoch, weights.clone());
        }
        if stop_loss.is_some() && epoch >= best.1 + 3 {
            break;
        }
    }
    let stopped = match &model.training {
        None => Stopped::Solved,
        Some(training) if epochs.len() == training.epochs => Stopped::EpochLimit,
        Some(_) => Stopped::Early,
    };
    if model.training.is_none() {
        epochs.clear();
        best.1 = 0;
    }
    let bytes: Vec<u8> = best
        .2
        .iter()
        .flat_map(|weight| weight.to_le_bytes())
        .collect();
    Outcome {
        scores: predict(&best.2),
        trace,
        epochs,
        best_epoch: best.1,
        stopped,
        n_parameters: best.2.len() as u64,
        flops_per_row: 2 * best.2.len() as u64,
        model_sha256: hex(&Sha256::digest(bytes)),
    }
}

/// Every number of the named modalities, and a constant; missing ones are 0.
fn features(cohort: &Cohort, names: &[&str], ids: &[String]) -> Vec<Vec<f64>> {
    let rows: Vec<usize> = ids.iter().map(|id| cohort.position(id).unwrap()).collect();
    let mut all = vec![vec![1.0]; rows.len()];
    for name in names {
        let data = cohort.load(name, &rows).unwrap();
        let numbers: ArrayD<f32> = match data.view() {
            View::Columns(table) => table.numeric.clone().into_dyn(),
            View::Images(pixels) => pixels.into_owned().into_dyn(),
            View::Steps(values, _) => values.into_owned().into_dyn(),
            View::Vectors(vectors) => vectors.into_owned().into_dyn(),
            View::Texts(_) => panic!("no numbers in {name}"),
        };
        let values = numbers.outer_iter();
        let values = values.map(|row| row.iter().copied().collect::<Vec<f32>>());
        for (row, values) in all.iter_mut().zip(values) {
            let or_zero = |value: &f32| f64::from(if value.is_nan() { 0.0 } else { *value });
            row.extend(values.iter().map(or_zero));
        }
    }
    all
}

/// Log-probabilities, or one value.
fn scores(task: &Task, weights: &[f64], x: &[f64]) -> Vec<f64> {
    let raw: Vec<f64> = weights
        .chunks(x.len())
        .map(|w| w.iter().zip(x).map(|(w, x)| w * x).sum())
        .collect();
    if *task == Task::Regression {
        return raw;
    }
    let top = raw.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let log_sum = top + raw.iter().map(|s| (s - top).exp()).sum::<f64>().ln();
    raw.iter().map(|s| s - log_sum).collect()
}

fn errors(task: &Task, targets: &Targets, i: usize, scores: &[f64]) -> Vec<f64> {
    match (task, targets) {
        (Task::Regression, Targets::Value(values)) => vec![scores[0] - values[i]],
        (_, Targets::Class(classes)) => scores
            .iter()
            .enumerate()
            .map(|(k, s)| s.exp() - f64::from(u8::from(k == classes[i])))
            .collect(),
        _ => panic!("targets that do not fit the task"),
    }
}

fn loss(targets: &Targets, i: usize, scores: &[f64]) -> f64 {
    match targets {
        Targets::Value(values) => (scores[0] - values[i]).powi(2),
        Targets::Class(classes) => -scores[classes[i]],
        Targets::Survival { .. } => panic!("this worker learns classes and numbers"),
    }
}

/// Writes down everything in sight, one file per request.
fn look_around(folder: &Path, line: &str, store: &ContentStore) {
    let mut seen = Vec::new();
    for (name, value) in std::env::vars_os().filter(|(name, _)| name != "MIDFUSE_SPY") {
        writeln!(seen, "{}={}", name.display(), value.display()).unwrap();
    }
    for arg in std::env::args_os() {
        writeln!(seen, "{}", arg.display()).unwrap();
    }
    read_all(store.root(), &mut seen);
    let here = std::env::current_dir().unwrap();
    if here != store.root() {
        read_all(&here, &mut seen);
    }
    let number = fs::read_dir(folder).unwrap().count();
    let stem = format!("{}-{number}", std::process::id());
    fs::write(folder.join(format!("{stem}.request")), line).unwrap();
    fs::write(folder.join(format!("{stem}.sight")), seen).unwrap();
}

fn read_all(folder: &Path, seen: &mut Vec<u8>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        seen.extend(path.to_string_lossy().as_bytes());
        seen.push(b'\n');
        if path.is_dir() {
            read_all(&path, seen);
        } else {
            seen.extend(fs::read(&path).unwrap());
            seen.push(b'\n');
        }
    }
}
