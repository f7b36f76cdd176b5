//! The program as people use it: help at once, exit codes, kills of the coordinator.
#![cfg(test)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use support::{midfuse, small_study};

#[test]
fn help_comes_at_once_and_teaches() {
    let folder = tempfile::tempdir().unwrap();
    let times: Vec<Duration> = (0..10)
        .map(|_| {
            let start = Instant::now();
            let output = midfuse(folder.path(), &["--help"]).output().unwrap();
            assert!(output.status.success());
            start.elapsed()
        })
        .collect();
    // The fastest of ten: other tests share the machine.
    assert!(
        times.iter().min().unwrap() < &Duration::from_millis(30),
        "{times:?}"
    );
    for (args, parts) in [
        (
            vec!["--help"],
            vec![
                "midfuse cohort import",
                "--dry-run",
                "conclude",
                "Exit codes",
            ],
        ),
        (
            vec!["study", "--help"],
            vec!["report.html", "Examples", "docs/study-file.md"],
        ),
        (vec!["conclude", "--help"], vec!["once", "exploratory"]),
        (vec!["predict", "--help"], vec!["model.json", "Example"]),
        (
            vec!["cohort", "import", "--help"],
            vec!["--group", "Examples"],
        ),
    ] {
        let text =
            String::from_utf8(midfuse(folder.path(), &args).output().unwrap().stdout).unwrap();
        for part in parts {
            assert!(text.contains(part), "{args:?} says {part}: {text}");
        }
    }
}

#[test]
fn the_path_of_the_help_works_from_a_table_to_a_conclusion() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let mut table = String::from("id,x,z,y\n");
    for i in 0..80 {
        let (x, z) = (f64::from(i % 2) + f64::from(i % 7) / 5.0, i % 5);
        writeln!(table, "r{i},{x},{z},{}", ["no", "yes"][i as usize % 2]).unwrap();
    }
    fs::write(at.join("table.csv"), table).unwrap();
    let run = |args: &[&str]| {
        let output = midfuse(at, args).output().unwrap();
        let (out, err) = (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        );
        assert!(output.status.success(), "{args:?}: {out}{err}");
        out
    };
    run(&[
        "cohort",
        "import",
        "table.csv",
        "--target",
        "y",
        "--out",
        "mine",
    ]);
    assert!(run(&["cohort", "check", "mine"]).contains("80 rows"));
    // Forty rows of each class are enough for five inner folds, a few less are not.
    let rows = fs::read_to_string(at.join("mine/rows.csv")).unwrap();
    let folds = |written: &str| {
        fs::write(at.join("mine/rows.csv"), written).unwrap();
        run(&["init", "--cohort", "mine"]);
        let file = fs::read_to_string(at.join("study.toml")).unwrap();
        fs::remove_file(at.join("study.toml")).unwrap();
        file.contains("inner_folds = 5 ")
    };
    assert!(!folds(&rows.replacen(",yes", ",no", 1)));
    assert!(folds(&rows));
    run(&["init", "--cohort", "mine"]);
    let file = fs::read_to_string(at.join("study.toml")).unwrap();
    assert!(
        file.contains("cohort = \"mine\"") && file.contains("encoder = \"mlp\""),
        "{file}"
    );
    assert!(file.contains("baselines = [\"linear\""), "{file}");
    // The scripted worker knows one encoder, and fewer training settings than the real one.
    let mut lines: Vec<&str> = file.lines().collect();
    lines.retain(|line| !line.starts_with("baselines"));
    let file = lines
        .join("\n")
        .replace("\"mlp\"", "\"linear\"")
        .replace("batch_size = 32", "")
        .replace("epochs = 60", "epochs = 8")
        .replace("# [search]", "[search]")
        .replace("# \"training.lr\"", "\"training.lr\"");
    fs::write(at.join("study.toml"), file).unwrap();
    let with = |args: &[&str]| run(&[args, &["--worker", "WORKER", "--out", "out"]].concat());
    assert!(with(&["study", "study.toml", "--dry-run"]).contains("155 jobs"));
    assert!(with(&["study", "study.toml", "--status"]).starts_with("0 of 155"));
    let said = with(&["study", "study.toml", "--workers", "2"]);
    assert!(
        said.contains("single-table") && said.contains("report.html"),
        "{said}"
    );
    assert!(with(&["study", "study.toml", "--status"]).starts_with("155 of 155"));
    assert!(with(&["conclude", "study.toml", "--yes"]).contains("sealed rows, opened now"));
}

#[test]
fn failed_jobs_are_exit_code_three() {
    let folder = tempfile::tempdir().unwrap();
    small_study(folder.path(), "");
    let path = folder.path().join("study.toml");
    let text = fs::read_to_string(&path).unwrap();
    let failing = "\n[[strategies]]\nfusion = \"late\"\nsearch = { \"training.fail\" = [\"out of memory\", \"diverged\"] }\n";
    fs::write(&path, format!("{text}{failing}")).unwrap();
    let output = midfuse(
        folder.path(),
        &["study", "study.toml", "--out", "out", "--worker", "WORKER"],
    )
    .output()
    .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let (out, err) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert!(out.contains("failed 15 of 15 jobs"), "{out}");
    assert!(
        err.contains("late: failed 15 of 15 jobs, left out of the tests"),
        "{err}"
    );
    assert!(folder.path().join("out/report.html").is_file());
}

/// SIGKILL of the coordinator at several moments: the same command goes on to the same bits.
#[test]
fn a_killed_coordinator_goes_on_to_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    small_study(folder.path(), "sleep_ms = 25");
    let args = |out| {
        [
            "study",
            "study.toml",
            "--workers",
            "2",
            "--worker",
            "WORKER",
            "--out",
            out,
        ]
    };
    assert!(
        midfuse(folder.path(), &args("whole"))
            .output()
            .unwrap()
            .status
            .success()
    );
    let mut kills = 0;
    for wait in [250, 420, 610] {
        let mut child = midfuse(folder.path(), &args("killed"))
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        kills += usize::from(child.try_wait().unwrap().is_none());
        // SIGKILL on Unix.
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(kills > 0, "at least one kill hit a running study");
    let output = midfuse(folder.path(), &args("killed")).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for file in [
        "results.json",
        "predictions.parquet",
        "models/concat/repeat-1-fold-2/weights.txt",
    ] {
        assert_eq!(
            read(folder.path(), "killed", file),
            read(folder.path(), "whole", file),
            "{file}"
        );
    }
    let names: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        names
            .iter()
            .filter(|name| name.starts_with(".midfuse-"))
            .count()
            <= kills,
        "{names:?}"
    );
}

/// Ctrl-C: exit code 130, no results, a state that goes on.
#[test]
fn ctrl_c_leaves_a_state_that_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    small_study(folder.path(), "sleep_ms = 60");
    let args = ["study", "study.toml", "--worker", "WORKER", "--out", "out"];
    let child = midfuse(folder.path(), &args)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let jobs = folder.path().join("out/jobs");
    let deadline = Instant::now() + Duration::from_secs(20);
    while fs::read_dir(&jobs).map_or(0, Iterator::count) < 4 {
        assert!(Instant::now() < deadline, "the study does not start");
        std::thread::sleep(Duration::from_millis(10));
    }
    let sent = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&output.stderr).contains("run the same command again"));
    assert!(!folder.path().join("out/results.json").exists());
    assert!(
        midfuse(folder.path(), &args)
            .output()
            .unwrap()
            .status
            .success()
    );
}

fn read(folder: &Path, out: &str, file: &str) -> Vec<u8> {
    fs::read(folder.join(out).join(file)).unwrap()
}
