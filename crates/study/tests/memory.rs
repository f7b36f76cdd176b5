//! What does not fit into memory is refused before it runs, and what a worker says at length goes into
//! a file.
#![cfg(test)]

mod support;

use std::fs;

use midfuse_study::{dry_run, study};
use support::{Kind, options, study_file};

/// Jobs of 1,000 bytes, and 10 more for each of 30 rows.
const MEMORY: &str = "memory = { available = AVAILABLE, process = 0, parameters = 1000, data = 0, reading = 0, step = { rows = 30, fixed = 0, of_row = 10 }, predict = { rows = 30, fixed = 0, of_row = 0 } }";

#[test]
fn a_dry_run_tells_memory_and_a_study_that_does_not_fit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let of = |available: &str| {
        let training = MEMORY.replace("AVAILABLE", available);
        support::write_file(folder.path(), &training)
    };
    study_file(folder.path(), Kind::Classes, "");
    let two = options(&out).with_workers(2);
    let dry = dry_run(&of("2600"), &two).unwrap();
    assert_eq!(dry.memory, [Some(1300); 3]);
    assert_eq!(dry.share.unwrap().bytes(), 1300);
    for message in [
        dry_run(&of("2599"), &two).unwrap_err().to_string(),
        study(&of("2599"), &two).unwrap_err().to_string(),
    ] {
        assert!(
            message.ends_with("strategy `single-a`: a job takes 1.3 KiB of memory, and a worker has 1.3 KiB (2.5 KiB available on its machine, --workers 2); set `training.batch_size = 16` (now 30)"),
            "{message}"
        );
    }
    let message = dry_run(&of("1400"), &two).unwrap_err().to_string();
    assert!(message.ends_with("; give --workers 1"), "{message}");
    let message = dry_run(&of("900"), &two).unwrap_err().to_string();
    assert!(message.contains("no key alone makes it fit"), "{message}");
    // What another machine has is not known here.
    assert!(dry_run(&of("900"), &two.clone().with_device("cuda:0")).is_ok());
    assert!(!out.exists());
}

#[test]
fn what_a_worker_says_at_length_is_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let training = "fail = \"too large\\nframe #0: f\"";
    let file = study_file(folder.path(), Kind::Classes, training);
    let out = folder.path().join("out");
    let said = "too large; the worker's whole message is in worker-errors/";
    let message = dry_run(&file, &options(&out)).unwrap_err().to_string();
    assert!(
        message.contains(said) && !message.contains("frame"),
        "{message}"
    );
    let finished = study(&file, &options(&out)).unwrap();
    let failures = finished.results.arms.iter().flat_map(|arm| &arm.failures);
    let messages = failures.map(|failed| failed.message.as_str());
    let (refits, messages): (Vec<&str>, Vec<&str>) =
        messages.partition(|message| message.starts_with("not run: "));
    assert!(!refits.is_empty() && messages.len() > 1, "{messages:?}");
    assert!(messages.iter().all(|&one| one == messages[0]));
    assert!(messages[0].starts_with(said), "{}", messages[0]);
    let files: Vec<_> = fs::read_dir(out.join("worker-errors"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1);
    assert_eq!(
        fs::read_to_string(&files[0]).unwrap(),
        "too large\nframe #0: f"
    );
}
