//! Every command with wrong, missing, truncated, empty, huge and hostile input: one line that says
//! what and where, the right exit code, and nothing left behind.
#![cfg(test)]

mod cohorts;
mod commands;
mod study_files;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::path::Path;

use support::{midfuse, small_study};

/// What is done to a good folder, the command, the exit code, and what the message says.
struct Case {
    name: &'static str,
    spoil: fn(&Path),
    args: &'static [&'static str],
    code: i32,
    says: &'static [&'static str],
}

fn put(folder: &Path, file: &str, content: impl AsRef<[u8]>) {
    fs::write(folder.join(file), content).unwrap();
}

fn change(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} holds {from}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

const STUDY: &[&str] = &["study", "study.toml", "--out", "out", "--worker", "WORKER"];
const CHECK: &[&str] = &["cohort", "check", "cohort"];
const IMPORT: &[&str] = &[
    "cohort",
    "import",
    "table.csv",
    "--target",
    "y",
    "--out",
    "out",
];
const PREDICT: &[&str] = &[
    "predict", "model", "cohort", "--out", "out.csv", "--worker", "WORKER",
];

fn cases() -> impl Iterator<Item = &'static Case> {
    [commands::CASES, study_files::CASES, cohorts::CASES]
        .into_iter()
        .flatten()
}

#[test]
fn every_defect_is_named_and_leaves_nothing_behind() {
    let mut wrong = Vec::new();
    for case in cases() {
        let folder = tempfile::tempdir().unwrap();
        small_study(folder.path(), "");
        (case.spoil)(folder.path());
        let before = list(folder.path());
        let output = midfuse(folder.path(), case.args).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        let name = case.name;
        if output.status.code() != Some(case.code) {
            wrong.push(format!(
                "{name}: exit code {:?}, expected {}: {message}",
                output.status.code(),
                case.code
            ));
        }
        for part in case.says {
            if !message.contains(part) {
                wrong.push(format!("{name}: no {part:?} in: {message}"));
            }
        }
        // clap explains usage in several lines; everything else is one.
        if !message.contains("Usage")
            && !message.starts_with("error:")
            && message.trim_end().lines().count() != 1
        {
            wrong.push(format!("{name}: more than one line: {message}"));
        }
        let after: Vec<String> = list(folder.path())
            .into_iter()
            .filter(|file| !file.contains("ledger.jsonl"))
            .collect();
        if after != before {
            wrong.push(format!("{name}: left behind: {after:?}, was {before:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn list(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    walk(folder, &mut files);
    files.sort();
    files
}

fn walk(folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        files.push(path.display().to_string());
        if path.is_dir() {
            walk(&path, files);
        }
    }
}
