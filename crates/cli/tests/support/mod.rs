//! The program, a small study, and the scripted worker.

#![allow(dead_code, reason = "every test file needs a part of it")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The scripted worker, an example of this package, which `cargo test` builds.
pub(crate) fn worker() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_midfuse"))
        .parent()
        .unwrap()
        .join("examples/scripted_worker_of_cli");
    assert!(
        program.is_file(),
        "build it with `cargo build -p midfuse-cli --examples`"
    );
    program
}

/// The program in a folder; the argument `WORKER` becomes the scripted worker.
pub(crate) fn midfuse(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_midfuse"));
    command.current_dir(folder).stdin(Stdio::null());
    for &arg in args {
        if arg == "WORKER" {
            command.arg(worker());
        } else {
            command.arg(arg);
        }
    }
    command
}

/// A cohort of 48 rows in two tables, and a study file of 3 outer folds beside it.
pub(crate) fn small_study(folder: &Path, training: &str) {
    let cohort = folder.join("cohort");
    fs::create_dir(&cohort).unwrap();
    let (mut rows, mut a, mut b) = (
        String::from("id,y\n"),
        String::from("id,p,q\n"),
        String::from("id,r\n"),
    );
    for i in 0..48 {
        let class = i % 2;
        let wave = f64::from(i) * 0.7;
        writeln!(rows, "row{i:02},{}", ["no", "yes"][class as usize]).unwrap();
        writeln!(
            a,
            "row{i:02},{},{}",
            f64::from(class) + 0.8 * wave.sin(),
            wave.cos()
        )
        .unwrap();
        writeln!(
            b,
            "row{i:02},{}",
            0.3 * f64::from(class) + (2.0 * wave).sin()
        )
        .unwrap();
    }
    fs::write(cohort.join("rows.csv"), rows).unwrap();
    fs::write(cohort.join("a.csv"), a).unwrap();
    fs::write(cohort.join("b.csv"), b).unwrap();
    let manifest = r#"
format = 1
[rows]
file = "rows.csv"
[[targets]]
name = "y"
kind = "classification"
[[modalities]]
name = "a"
kind = "tabular"
table = "a.csv"
[[modalities]]
name = "b"
kind = "tabular"
table = "b.csv"
"#;
    fs::write(cohort.join("cohort.toml"), manifest).unwrap();
    let study = format!(
        r#"name = "small"
cohort = "cohort"
target = "y"

[protocol]
outer_folds = 3
seed = 2

[budget]
trials = 2
epochs = 8

[training]
{training}

[search]
"training.lr" = [0.05, 0.2]

[[modalities]]
name = "a"
encoder = "linear"

[[modalities]]
name = "b"
encoder = "linear"

[[strategies]]
fusion = "single"

[[strategies]]
fusion = "concat"
"#
    );
    fs::write(folder.join("study.toml"), study).unwrap();
}
