//! The same bits for any number of workers, any order of jobs, after stops and kills (I10).
#![cfg(test)]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use midfuse_base::Seed;
use midfuse_study::{Error, Event, Options, Stop, Watch, study};
use support::{Kind, fingerprint, options, study_file};

fn run(file: &Path, out: &Path, change: impl FnOnce(&mut Options)) {
    let mut options = options(out);
    change(&mut options);
    study(file, &options).unwrap();
}

#[test]
fn workers_and_order_change_no_bit() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Classes, "");
    let one = folder.path().join("one");
    run(&file, &one, |_| {});
    for (name, workers, shuffle) in [("two", 2, None), ("four", 4, Some(Seed(3)))] {
        let out = folder.path().join(name);
        run(&file, &out, |options| {
            (options.workers, options.shuffle) = (workers, shuffle);
        });
        assert_eq!(fingerprint(&out), fingerprint(&one), "{name}");
    }
}

/// Asks for a stop after some jobs.
#[derive(Debug)]
struct StopAfter(AtomicUsize, Stop);

impl Watch for StopAfter {
    fn event(&self, event: &Event<'_>) {
        if matches!(event, Event::Done { .. }) && self.0.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.1.ask();
        }
    }
}

#[test]
fn a_stopped_study_goes_on_to_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Classes, "");
    let whole = folder.path().join("whole");
    run(&file, &whole, |_| {});
    let parts = folder.path().join("parts");
    for jobs in [5, 9] {
        let mut options = options(&parts);
        options.workers = 2;
        options.watch = Arc::new(StopAfter(AtomicUsize::new(jobs), options.stop.clone()));
        assert!(matches!(study(&file, &options), Err(Error::Interrupted)));
        assert!(!parts.join("results.json").exists() && !parts.join("scratch").exists());
    }
    let finished = study(&file, &options(&parts)).unwrap();
    assert!(finished.timings.jobs_found >= 5, "{:?}", finished.timings);
    assert_eq!(fingerprint(&parts), fingerprint(&whole));
}

#[test]
fn killed_workers_are_replaced_and_change_no_bit() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Classes, "sleep_ms = 15");
    let quiet = folder.path().join("quiet");
    run(&file, &quiet, |options| options.workers = 2);
    let killed = folder.path().join("killed");
    let done = Stop::default();
    let kills = std::thread::scope(|scope| {
        let killer = scope.spawn(|| {
            let mut kills = 0;
            // Fewer than the attempts at a job, so that none can fail of it.
            while !done.is_asked() && kills < 4 {
                std::thread::sleep(Duration::from_millis(130));
                kills += kill_one_worker(&killed);
            }
            kills
        });
        run(&file, &killed, |options| options.workers = 2);
        done.ask();
        killer.join().unwrap()
    });
    assert!(kills > 0, "at least one worker was killed");
    assert_eq!(fingerprint(&killed), fingerprint(&quiet));
}

/// Kills the first process whose working folder lies below `out`: a worker of that study.
fn kill_one_worker(out: &Path) -> usize {
    for entry in std::fs::read_dir("/proc").unwrap() {
        let path = entry.unwrap().path();
        let inside = std::fs::read_link(path.join("cwd")).is_ok_and(|cwd| cwd.starts_with(out));
        if inside {
            let id = path.file_name().unwrap().to_str().unwrap().to_owned();
            let killed = std::process::Command::new("kill")
                .args(["-9", &id])
                .status()
                .unwrap();
            return usize::from(killed.success());
        }
    }
    0
}

#[test]
fn a_worker_that_crashes_once_is_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let marker = folder.path().join("crashed");
    let file = study_file(
        folder.path(),
        Kind::Classes,
        &format!("crash_once = {marker:?}"),
    );
    let finished = study(&file, &options(&folder.path().join("out"))).unwrap();
    assert!(marker.exists(), "it crashed");
    assert_eq!(finished.results.failed_arms().count(), 0);
}
