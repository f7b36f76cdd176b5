//! Workers that run elsewhere: in another folder, with the store of content under another name.
#![cfg(unix)]
#![cfg(test)]

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use midfuse_study::{Error, WorkerCommand, study};
use midfuse_wire::{ContentStore, PROTOCOL_VERSION};
use support::{Kind, fingerprint, options, study_file, worker};

/// A script in a file of its own.
fn script(folder: &Path, name: &str, text: &str) -> WorkerCommand {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    WorkerCommand::new(path)
}

/// Places that a test uses: the study file, and a folder to run in.
fn places(folder: &Path) -> (PathBuf, PathBuf) {
    let cwd = folder.join("far/away");
    fs::create_dir_all(&cwd).unwrap();
    (study_file(folder, Kind::Classes, ""), cwd)
}

#[test]
fn the_same_bits_from_another_folder_with_the_store_under_another_name() {
    let folder = tempfile::tempdir().unwrap();
    let (file, cwd) = places(folder.path());
    let near = folder.path().join("near");
    study(&file, &options(&near)).unwrap();

    // As on another machine: what the coordinator calls the store has no meaning to the worker, and
    // where it finds it is a name of its own.
    let store = folder.path().join("shared-store");
    ContentStore::create(&store).unwrap();
    symlink(&store, cwd.join("mounted")).unwrap();
    let program = worker().program;
    let text = format!(
        "cd {} && exec {} --store mounted",
        cwd.display(),
        program.display()
    );
    let far = folder.path().join("far-results");
    let mut options = options(&far);
    (options.workers, options.store) = (2, Some(store.clone()));
    options.worker = script(folder.path(), "there", &text);
    study(&file, &options).unwrap();
    assert_eq!(fingerprint(&far), fingerprint(&near));
    // The cohort stays for whoever comes next; models were taken out.
    assert_eq!(fs::read_dir(&store).unwrap().count(), 2);
    assert!(!far.join("scratch").exists());
}

#[test]
fn a_store_that_is_no_store_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (file, cwd) = places(folder.path());
    ContentStore::create(&cwd.join("another")).unwrap();
    let program = worker().program;
    let at = |name: &str| {
        let text = format!(
            "cd {} && exec {} --store {name}",
            cwd.display(),
            program.display()
        );
        let mut options = options(&folder.path().join("out"));
        options.worker = script(folder.path(), name, &text);
        study(&file, &options).unwrap_err().to_string()
    };
    let error = at("nothing");
    assert!(
        error.contains("NoStore") && error.contains("nothing"),
        "{error}"
    );
    let error = at("another");
    assert!(
        error.contains("Missing") && error.contains("another"),
        "{error}"
    );

    // A folder that holds something else is not opened to workers.
    let mut options = options(&folder.path().join("out"));
    options.store = Some(folder.path().to_path_buf());
    let error = study(&file, &options).unwrap_err();
    assert!(matches!(error, Error::Content(_)), "{error}");
    assert!(
        error.to_string().contains("name an empty folder"),
        "{error}"
    );
}

#[test]
fn a_worker_of_another_version_is_refused_with_both_versions_named() {
    let folder = tempfile::tempdir().unwrap();
    let (file, _) = places(folder.path());
    let refused = |name: &str, text: &str| {
        let mut options = options(&folder.path().join("out"));
        options.worker = script(folder.path(), name, text);
        study(&file, &options).unwrap_err().to_string()
    };
    let hello = r#"{"reply":"hello","protocol":1,"version":"0","libtorch":"2","encoders":[],"strategies":[]}"#;
    let error = refused("old", &format!("read line; echo '{hello}'; read line"));
    assert!(
        error.contains(&format!(
            "speaks protocol 1, this program {PROTOCOL_VERSION}"
        )),
        "{error}"
    );
    // As a worker of protocol 1 refuses: without a kind.
    let failed = r#"{"reply":"failed","message":"protocol: expected version 1, got 2"}"#;
    let error = refused(
        "refusing",
        &format!("read line; echo '{failed}'; read line"),
    );
    assert_eq!(error, "protocol: expected version 1, got 2");
    let error = refused("strict", "echo \"unknown argument $1\" >&2; exit 2");
    assert!(error.contains("unknown argument --store"), "{error}");
    assert!(
        error.contains(&format!(
            "a worker of protocol {PROTOCOL_VERSION} is started with `--store DIR`"
        )),
        "{error}"
    );
}
