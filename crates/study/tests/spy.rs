//! I9: a worker learns neither targets nor names of what it is scored on, nor of sealed rows.
#![cfg(test)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use midfuse_base::Targets;
use midfuse_data::Cohort;
use midfuse_study::study;
use midfuse_wire::Request;
use support::{Kind, options, study_file};

#[test]
fn a_spy_finds_no_target_that_it_is_scored_on_and_no_name() {
    spy_on(Kind::Numbers, 12);
}

#[test]
fn nor_does_it_where_rows_are_split_in_time() {
    spy_on(Kind::TimedNumbers, 48);
}

fn spy_on(kind: Kind, sealed: usize) {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), kind, "");
    let spy = folder.path().join("spy");
    fs::create_dir(&spy).unwrap();
    let mut options = options(&folder.path().join("out"));
    options.worker = options.worker.with_env("MIDFUSE_SPY", &spy);
    study(&file, &options).unwrap();

    let cohort = Cohort::open(folder.path().join("cohort")).unwrap();
    let Targets::Value(targets) = &cohort.target("outcome").unwrap().targets else {
        panic!("numbers")
    };
    let sights: Vec<Vec<u8>> = files(&spy, "sight").into_values().collect();
    let requests = files(&spy, "request");
    assert!(
        sights.len() > 45 && requests.len() > 45,
        "the spy looked before every job"
    );

    for id in cohort.ids() {
        for seen in sights.iter().chain(requests.values()) {
            assert!(
                !holds(seen, id.as_bytes()),
                "the name {id} says the target, and a worker saw it"
            );
        }
    }
    for target in targets {
        for needle in needles(*target) {
            assert!(
                sights.iter().all(|seen| !holds(seen, &needle)),
                "the target {target} lies within sight"
            );
        }
    }
    // Where a request leads a worker, the spy has looked: it names no folder.
    let at = folder.path().to_string_lossy().into_owned().into_bytes();
    for line in requests.values() {
        assert!(!holds(line, &at), "a request names a local path");
    }
    // Requests hold targets of rows to fit on, and of no others: the rest is unaccounted for.
    let mut jobs = 0;
    for line in requests.values() {
        let Request::Run { spec, .. } = serde_json::from_slice(line).unwrap() else {
            continue;
        };
        jobs += 1;
        let Targets::Value(given) = &spec.targets else {
            panic!("numbers")
        };
        let given: BTreeSet<u64> = given.iter().map(|value| value.to_bits()).collect();
        assert_eq!(given.len(), spec.fit.len());
        let hidden: Vec<f64> = targets
            .iter()
            .copied()
            .filter(|t| !given.contains(&t.to_bits()))
            .collect();
        assert!(
            hidden.len() >= spec.predict.len() + sealed,
            "scored and sealed rows keep their targets"
        );
        for target in hidden {
            assert!(
                needles(target).iter().all(|needle| !holds(line, needle)),
                "the job names the target {target}"
            );
        }
        assert!(
            spec.predict.is_sorted() && spec.fit.is_sorted(),
            "the order says nothing"
        );
    }
    assert_eq!(jobs, 45);
}

fn files(folder: &std::path::Path, extension: &str) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| (path.display().to_string(), fs::read(&path).unwrap()))
        .collect()
}

/// The target as text, and as it lies in binary files.
fn needles(target: f64) -> Vec<Vec<u8>> {
    vec![
        target.to_string().into_bytes(),
        target.to_le_bytes().to_vec(),
        (target as f32).to_le_bytes().to_vec(),
    ]
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(bytes, needle).is_some()
}
