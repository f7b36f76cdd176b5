//! Small cohorts and study files, and the scripted worker that runs them.

#![allow(dead_code, reason = "every test file needs a part of it")]

use std::path::{Path, PathBuf};

use midfuse_base::Seed;
use midfuse_data::ndarray::Array2;
use midfuse_data::{
    CohortWriter, ModalityData, RowTable, Span, TabularData, TargetColumn, Targets, Task,
};
use midfuse_study::{Options, WorkerCommand};

/// The scripted worker, an example of this crate, which `cargo test` builds.
pub(crate) fn worker() -> WorkerCommand {
    let test = std::env::current_exe().unwrap();
    let program = test
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .join("examples/scripted_worker");
    assert!(
        program.is_file(),
        "build it with `cargo build -p midfuse-study --examples`"
    );
    WorkerCommand::new(program)
}

pub(crate) fn options(out: &Path) -> Options {
    Options::new(out, worker())
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Classes,
    Groups,
    Numbers,
    Timed,
    TimedNumbers,
    GroupedTimed,
}

impl Kind {
    fn has_times(self) -> bool {
        matches!(self, Self::Timed | Self::TimedNumbers | Self::GroupedTimed)
    }

    pub(crate) fn rows(self) -> usize {
        if self.has_times() { 240 } else { 60 }
    }
}

/// When a row of a cohort with times begins and when its target is known; groups are near in time.
pub(crate) fn time(row: usize) -> Span {
    let start = (row / 3 * 7 % 80 * 3 + row % 3 * 4) as f64;
    Span {
        start,
        end: start + 1.0,
    }
}

/// Rows of two tables, `a` (tells the target well) and `b` (a little). Ids sort by class and name
/// it, as they often do; numeric targets are unlike any other number.
pub(crate) fn cohort(dir: &Path, kind: Kind) {
    let n = kind.rows();
    let noise = |i: usize, what: &str| {
        (Seed(1).derive(what).hash(&i.to_le_bytes()) % 2001) as f64 / 1000.0 - 1.0
    };
    let labels: Vec<usize> = (0..n).map(|i| 2 * i / n).collect();
    // All their digits, so that none is the beginning of another.
    let digits =
        |i: usize| Seed(1).derive("digits").hash(&i.to_le_bytes()) as f64 / u64::MAX as f64;
    let numbers: Vec<f64> = (0..n)
        .map(|i| 1234.5 + labels[i] as f64 * 7.0 + digits(i))
        .collect();
    let table = |name: &str, strength: f64| {
        let numeric = Array2::from_shape_fn((n, 2), |(i, j)| {
            (strength * (labels[i] as f64 - 0.5) + noise(i, &format!("{name}{j}"))) as f32
        });
        ModalityData::Tabular(TabularData {
            numeric,
            numeric_names: vec![format!("{name}_x"), format!("{name}_y")],
            categorical: vec![Vec::new(); n],
            categorical_names: Vec::new(),
            present: vec![true; n],
        })
    };
    let (task, targets) = if matches!(kind, Kind::Numbers | Kind::TimedNumbers) {
        (Task::Regression, Targets::Value(numbers))
    } else {
        let classes = vec!["healthy".to_owned(), "ill".to_owned()];
        (
            Task::Classification { classes },
            Targets::Class(labels.clone()),
        )
    };
    let rows = RowTable {
        ids: (0..n)
            .map(|i| {
                format!(
                    "{}-case-{i:03}",
                    if labels[i] == 0 { "healthy" } else { "ill" }
                )
            })
            .collect(),
        targets: vec![TargetColumn {
            name: "outcome".to_owned(),
            task,
            targets,
        }],
        groups: matches!(kind, Kind::Groups | Kind::GroupedTimed)
            .then(|| (0..n).map(|i| format!("patient-{}", i / 3)).collect()),
        times: kind.has_times().then(|| (0..n).map(time).collect()),
        ..RowTable::default()
    };
    let mut writer = CohortWriter::create(dir, rows).unwrap();
    writer.modality("a", &table("a", 1.6)).unwrap();
    writer.modality("b", &table("b", 0.4)).unwrap();
    writer.finish().unwrap();
}

/// A study file beside its cohort; `more` is put into `[training]`.
pub(crate) fn study_file(folder: &Path, kind: Kind, training: &str) -> PathBuf {
    cohort(&folder.join("cohort"), kind);
    write_file(folder, training)
}

pub(crate) fn write_file(folder: &Path, training: &str) -> PathBuf {
    let path = folder.join("study.toml");
    let text = format!(
        r#"
name = "small"
cohort = "cohort"
target = "outcome"
[protocol]
outer_folds = 3
inner_folds = 2
seed = 5
[budget]
trials = 2
epochs = 12
[training]
{training}
[search]
"training.lr" = [0.05, 0.2]
[[modalities]]
name = "a"
encoder = "linear"
[[modalities]]
name = "b"
encoder = "linear"
[[strategies]]
fusion = "single"
[[strategies]]
fusion = "concat"
"#
    );
    std::fs::write(&path, text).unwrap();
    path
}

/// Changes the text of a study file.
pub(crate) fn edit(file: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from} is in the study file");
    std::fs::write(file, text.replacen(from, to, 1)).unwrap();
}

/// Files of a finished study that must be the same whatever happened on the way.
pub(crate) fn fingerprint(out: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<PathBuf> = ["results.json", "predictions.parquet", "folds.csv"]
        .map(|name| out.join(name))
        .to_vec();
    collect(&out.join("models"), &mut files);
    files.sort();
    files
        .into_iter()
        .map(|path| {
            (
                path.strip_prefix(out).unwrap().display().to_string(),
                std::fs::read(&path).unwrap(),
            )
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
