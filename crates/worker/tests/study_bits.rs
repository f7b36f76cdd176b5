//! I10 with the real worker: the same bits for 1, 2 and 4 workers, any order of jobs, and after
//! SIGKILL of workers and of the coordinator; dropout, BatchNorm and early stopping are in play.
#![cfg(test)]

mod study_support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use midfuse_base::Seed;
use midfuse_study::{Stop, study};
use study_support::{few_digits, fingerprint, options, study_file};

/// Set in the process that plays the coordinator which is killed.
const COORDINATOR: &str = "MIDFUSE_TEST_COORDINATOR";

fn prepare(folder: &Path) -> PathBuf {
    few_digits(&folder.join("cohort"), 90, false);
    let modalities = [
        ("pixels", "conv-net", "dropout_p = 0.2"),
        ("zernike", "mlp", "dropout_p = 0.2"),
    ];
    study_file(folder, "digit", &modalities, "")
}

#[test]
fn workers_order_and_kills_change_no_bit() {
    let folder = tempfile::tempdir().unwrap();
    let file = prepare(folder.path());
    let (one, shuffled) = (folder.path().join("one"), folder.path().join("shuffled"));
    // Side by side: one worker alone would leave a core idle.
    std::thread::scope(|scope| {
        scope.spawn(|| study(&file, &options(&one)).unwrap());
        let mut options = options(&shuffled);
        (options.workers, options.shuffle) = (4, Some(Seed(8)));
        study(&file, &options).unwrap();
    });
    let expected = fingerprint(&one);
    assert_eq!(fingerprint(&shuffled), expected, "4 workers, shuffled jobs");

    let killed = folder.path().join("killed");
    let mut options = study_support::options(&killed);
    options.workers = 2;
    let done = Stop::default();
    let kills = std::thread::scope(|scope| {
        let killer = scope.spawn(|| {
            let mut kills = 0;
            // Fewer than the attempts at a job, so that none can fail of it.
            while !done.is_asked() && kills < 3 {
                std::thread::sleep(Duration::from_millis(700));
                kills += kill_one_worker(&killed);
            }
            kills
        });
        let ran = study(&file, &options);
        done.ask();
        ran.unwrap();
        killer.join().unwrap()
    });
    assert!(kills > 0, "at least one worker was killed");
    assert_eq!(fingerprint(&killed), expected, "2 workers, {kills} kills");

    let restarted = folder.path().join("restarted");
    let mut kills = 0;
    for jobs in [4, 12, 25] {
        let mut coordinator = Command::new(std::env::current_exe().unwrap())
            .args(["coordinator_process", "--exact", "--quiet"])
            .env(COORDINATOR, &restarted)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_mins(2);
        while std::fs::read_dir(restarted.join("jobs")).map_or(0, Iterator::count) < jobs {
            assert!(
                Instant::now() < deadline,
                "the coordinator makes no progress"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        kills += usize::from(coordinator.try_wait().unwrap().is_none());
        // SIGKILL on Unix.
        coordinator.kill().unwrap();
        coordinator.wait().unwrap();
    }
    assert!(kills > 0, "at least one kill hit a running coordinator");
    let mut options = study_support::options(&restarted);
    options.workers = 2;
    let finished = study(&file, &options).unwrap();
    assert!(
        finished.timings.jobs_found > 0,
        "the killed coordinators left results"
    );
    assert_eq!(
        fingerprint(&restarted),
        expected,
        "{kills} killed coordinators"
    );
}

/// The coordinator that the test above kills; in an ordinary run of the tests it has nothing to do.
#[test]
fn coordinator_process() {
    let Some(out) = std::env::var_os(COORDINATOR) else {
        return;
    };
    let out = PathBuf::from(out);
    let mut options = options(&out);
    options.workers = 2;
    study(&out.parent().unwrap().join("study.toml"), &options).unwrap();
}

/// Kills the first process whose working folder lies below `out`: a worker of that study.
fn kill_one_worker(out: &Path) -> usize {
    for entry in std::fs::read_dir("/proc").unwrap() {
        let path = entry.unwrap().path();
        if std::fs::read_link(path.join("cwd")).is_ok_and(|cwd| cwd.starts_with(out)) {
            let id = path.file_name().unwrap().to_str().unwrap().to_owned();
            return usize::from(
                Command::new("kill")
                    .args(["-9", &id])
                    .status()
                    .unwrap()
                    .success(),
            );
        }
    }
    0
}
