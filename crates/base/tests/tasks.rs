//! Every task has its file in every crate that owns a part of a task, and nothing else lists tasks.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use midfuse_base::TaskKind;

/// The parts of a task, and the folder that has a file per task.
const PARTS: [(&str, &str); 8] = [
    ("names, shape, strata, columns", "base/src/task"),
    ("target columns", "data/src/target"),
    (
        "metrics, prior, loss of a verdict, unit",
        "metrics/src/metric/task",
    ),
    ("head, loss, mean of predictions", "fusion/src/task"),
    (
        "targets of a job, scores, what a model keeps",
        "worker/src/job/target",
    ),
    ("figures and words of a report", "report/src/task"),
    ("row predictions of a comparison", "compare/src/task"),
    (
        "linear model beside a strategy",
        "study/src/run/nested/task",
    ),
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn every_task_has_every_part() {
    for &kind in TaskKind::ALL {
        for (part, folder) in PARTS {
            let file = crates().join(folder).join(format!("{kind}.rs"));
            assert!(file.is_file(), "{kind} lacks {part}: {}", file.display());
        }
    }
}

#[test]
fn every_part_is_reached_by_one_match() {
    for (part, folder) in PARTS {
        let file = crates().join(folder).join("mod.rs");
        let text = fs::read_to_string(&file).unwrap();
        for &kind in TaskKind::ALL {
            let listed = text.contains(&format!("mod {kind};"));
            assert!(listed, "{part}: {} does not list {kind}", file.display());
        }
        assert!(!text.contains("_ =>"), "{part}: a new task would hide");
    }
}

/// Rust files below a folder, without tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Path and text of the sources of all crates outside these folders.
fn sources_outside(homes: &[&str]) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(crates()).unwrap() {
        let src = entry.unwrap().path().join("src");
        if src.is_dir() {
            sources(&src, &mut files);
        }
    }
    assert!(files.len() > 200);
    let is_home = |file: &PathBuf| {
        homes
            .iter()
            .any(|home| file.starts_with(crates().join(home)))
    };
    files.retain(|file| !is_home(file));
    let text = |file: PathBuf| {
        let text = fs::read_to_string(&file).unwrap();
        (file, text)
    };
    files.into_iter().map(text).collect()
}

#[test]
fn nothing_else_lists_tasks() {
    let homes = PARTS.map(|(_, folder)| folder);
    for (file, text) in sources_outside(&homes) {
        for line in text.lines() {
            let line = line.trim_start();
            let (pattern, is_an_arm) = match line.split_once("=>") {
                Some((pattern, _)) => (pattern, true),
                None => (line, line.starts_with('|') || line.contains(" | Task")),
            };
            let names_a_task = ["Task::", "TaskKind::"]
                .iter()
                .any(|of| pattern.contains(of));
            let shown = file.display();
            assert!(
                !(names_a_task && is_an_arm),
                "{shown}: `{line}` has to be changed for a new task; ask the task's own part instead"
            );
        }
    }
}

#[test]
fn there_is_one_type_for_what_is_predicted() {
    for (file, text) in sources_outside(&["base/src/task"]) {
        for second in [
            "enum Task ",
            "enum TaskKind ",
            "enum TargetKind ",
            "enum TargetValues ",
            "is_class: bool",
            "n_classes: 0",
        ] {
            let shown = file.display();
            assert!(
                !text.contains(second),
                "{shown}: `{second}` is a second Task"
            );
        }
    }
}
