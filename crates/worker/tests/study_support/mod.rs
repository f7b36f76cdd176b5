//! Whole studies with the real worker: copies of the bundled cohorts, study files, fingerprints.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::fs;
use std::path::{Path, PathBuf};

use midfuse_data::ndarray::Axis;
use midfuse_data::{
    Cohort, CohortWriter, ImageData, ModalityData, RowTable, TargetColumn, Targets, Task,
};
use midfuse_study::{Options, WorkerCommand};

/// A bundled cohort.
pub(crate) fn bundled(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/data")
        .join(name)
}

/// Rows `p0`, `p1`, .. of the classes `no` (0) and `yes` (1) of one target.
pub(crate) fn no_and_yes(target: &str, labels: &[usize]) -> RowTable {
    RowTable {
        ids: (0..labels.len()).map(|row| format!("p{row}")).collect(),
        targets: vec![TargetColumn {
            name: target.to_owned(),
            task: Task::Classification {
                classes: vec!["no".to_owned(), "yes".to_owned()],
            },
            targets: Targets::Class(labels.to_vec()),
        }],
        ..RowTable::default()
    }
}

/// Copies a cohort, so that the ledger of a test lies with the copy.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else if !name.to_string_lossy().starts_with("ledger") {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

/// The first `n` of the digits 0 to 3 as a cohort of their own; every seventh row lacks its image if
/// `absent`.
pub(crate) fn few_digits(to: &Path, n: usize, absent: bool) {
    const CLASSES: usize = 4;
    let digits = Cohort::open(bundled("digits")).unwrap();
    let digit = digits.target("digit").unwrap();
    let (classes, Targets::Class(labels)) = (digit.task.classes(), &digit.targets) else {
        panic!("digits are classes")
    };
    let keep: Vec<usize> = (0..digits.len())
        .filter(|&row| labels[row] < CLASSES)
        .take(n)
        .collect();
    let task = Task::Classification {
        classes: classes[..CLASSES].to_vec(),
    };
    let targets = Targets::Class(keep.iter().map(|&row| labels[row]).collect());
    let rows = RowTable {
        ids: keep.iter().map(|&row| digits.ids()[row].clone()).collect(),
        targets: vec![TargetColumn {
            name: "digit".to_owned(),
            task,
            targets,
        }],
        ..RowTable::default()
    };
    let mut writer = CohortWriter::create(to, rows).unwrap();
    for modality in digits.modalities() {
        let mut data = digits.load(&modality.name, &keep).unwrap();
        if let (true, ModalityData::Image(ImageData { pixels, present })) = (absent, &mut data) {
            for row in (0..n).step_by(7) {
                present[row] = false;
                pixels.index_axis_mut(Axis(0), row).fill(0.0);
            }
        }
        writer.modality(&modality.name, &data).unwrap();
    }
    writer.finish().unwrap();
}

pub(crate) fn options(out: &Path) -> Options {
    Options::new(
        out,
        WorkerCommand::new(env!("CARGO_BIN_EXE_midfuse-worker")),
    )
}

/// Every strategy over some modalities, in a few short trainings; with early stopping, and dropout
/// where an encoder has it.
pub(crate) fn study_file(
    folder: &Path,
    target: &str,
    modalities: &[(&str, &str, &str)],
    more: &str,
) -> PathBuf {
    let mut text = format!(
        r#"
name = "test"
cohort = "cohort"
target = "{target}"
[protocol]
outer_folds = 2
inner_folds = 2
seed = 11
[budget]
trials = 2
epochs = 4
[training]
batch_size = 16
patience = 1
[search]
"training.lr" = [1e-3, 5e-3]
{more}
"#
    );
    for (name, encoder, config) in modalities {
        let section = format!(
            "[[modalities]]\nname = \"{name}\"\nencoder = \"{encoder}\"\nconfig = {{ {config} }}\n"
        );
        text.push_str(&section);
    }
    for fusion in ["single", "early", "concat", "attention", "late"] {
        let section = format!("[[strategies]]\nfusion = \"{fusion}\"\n");
        text.push_str(&section);
    }
    let path = folder.join("study.toml");
    fs::write(&path, text).unwrap();
    path
}

/// Files that must be the same whatever happened on the way.
pub(crate) fn fingerprint(out: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![out.join("results.json"), out.join("predictions.parquet")];
    collect(&out.join("models"), &mut files);
    files.sort();
    assert!(
        files
            .iter()
            .any(|file| file.ends_with("weights.safetensors")),
        "models are kept"
    );
    files
        .into_iter()
        .map(|file| {
            (
                file.strip_prefix(out).unwrap().display().to_string(),
                fs::read(&file).unwrap(),
            )
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
