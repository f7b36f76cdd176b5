//! A worker that runs elsewhere: in another folder, with the store of content moved.
#![cfg(test)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use midfuse_data::Cohort;
use midfuse_wire::{ContentHash, ContentStore, FailureKind, Outcome, Reply};
use serde_json::json;
use support::{DIGITS, Program, digits_spec, section};

/// The stripped digits in a new store; its name.
fn digits(store: &Path) -> ContentHash {
    let cohort = Cohort::open(DIGITS).unwrap();
    let rows: Vec<usize> = (0..cohort.len()).collect();
    let store = ContentStore::create(store).unwrap();
    let staged = store.stage().unwrap();
    cohort
        .write_stripped(staged.folder(), &rows, str::to_owned)
        .unwrap();
    staged.commit().unwrap()
}

/// Outcome and saved files of a job that keeps its model.
fn run(
    program: &mut Program,
    data: ContentHash,
    out: PathBuf,
) -> (Outcome, BTreeMap<String, Vec<u8>>) {
    program.open_data(data);
    let mut spec = digits_spec(section("concat"));
    spec["keep_model"] = json!(true);
    fs::create_dir(&out).unwrap();
    let outcome = program.run(&spec, &out).0;
    let files = fs::read_dir(&out).unwrap().map(|entry| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap())
    });
    (outcome, files.collect())
}

#[test]
fn the_same_bits_from_another_folder_with_the_store_moved() {
    let places = tempfile::tempdir().unwrap();
    let at = |name: &str| places.path().join(name);
    let (here, elsewhere) = (at("here"), at("mnt/elsewhere"));
    let data = digits(&here);
    let mut worker = Program::start_at(&here, &at("."));
    let expected = run(&mut worker, data, at("first"));
    assert_eq!(expected.1.len(), 2, "model.json and weights.safetensors");
    assert!(worker.end().success());

    fs::create_dir_all(at("mnt")).unwrap();
    fs::create_dir(at("cwd")).unwrap();
    fs::rename(&here, &elsewhere).unwrap();
    let mut worker = Program::start_at(&elsewhere, &at("cwd"));
    let got = run(&mut worker, data, at("second"));
    assert!(worker.end().success());
    assert!(got == expected, "another outcome or another model");
    assert_eq!(fs::read_dir(at("cwd")).unwrap().count(), 0);
    let left = fs::read_dir(&elsewhere).unwrap().count();
    assert_eq!(left, 2, "the mark and the cohort: files were taken out");
}

#[test]
fn content_that_is_missing_or_differs_is_refused_by_kind() {
    let places = tempfile::tempdir().unwrap();
    let root = places.path().join("store");
    let data = digits(&root);
    let mut worker = Program::start_at(&root, places.path());
    let mut refused =
        |data: ContentHash| match worker.ask(&json!({"request": "open", "data": data})) {
            Reply::Failed { kind, message, .. } => (kind, message),
            reply => panic!("{reply:?}"),
        };
    assert_eq!(refused(ContentHash::of(b"")).0, FailureKind::Missing);
    let file = root.join(data.to_string()).join("files/rows.csv");
    let rows = fs::read_to_string(&file).unwrap();
    fs::write(&file, rows.replacen('\n', "\nanother\n", 1)).unwrap();
    let (kind, message) = refused(data);
    assert_eq!(kind, FailureKind::Differs);
    assert!(message.contains("rows.csv"), "{message}");
    fs::write(&file, rows).unwrap();
    worker.open_data(data);
}
