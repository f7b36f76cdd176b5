//! Tests and benchmarks of the workspace.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io, thread};

use crate::run::{cargo, root, run, run_apart};
use crate::{Outcome, libtorch, lightgbm};

/// Folders of the packages whose tests start programs and train: as long as all others together.
const SLOW: [&str; 2] = ["crates/worker", "examples"];

/// All tests. A test that cannot run on this machine appends a line to the file that
/// `MIDFUSE_SKIPPED` names; the lines are printed at the end, so that nothing is skipped silently.
pub(crate) fn test() -> Outcome {
    libtorch::setup()?;
    if let Err(message) = lightgbm::setup() {
        println!("{message}\nThe tests of boosted trees are skipped.");
    }
    let log = root().join("target/skipped-tests.txt");
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::write(&log, "").map_err(|error| format!("{}: {error}", log.display()))?;
    // The end-to-end tests start the two programs. With the examples the features of dependencies are
    // those of the tests, or half of the workspace would be compiled twice.
    run(cargo().args(["build", "--workspace", "--bins", "--examples"]))?;
    run(cargo().args(["test", "--workspace", "--no-run"]))?;
    let outcome = side_by_side(&log);
    let skipped = fs::read_to_string(&log).unwrap_or_default();
    let skipped: BTreeSet<&str> = skipped.lines().collect();
    println!("\nskipped tests: {}", skipped.len());
    for line in &skipped {
        println!("  {line}");
    }
    outcome
}

/// Runs the tests that start programs and train, and all others beside them: cargo runs one test program
/// at a time, and half of these keep one core busy and wait for it.
fn side_by_side(log: &Path) -> Outcome {
    let (slow, others) = integration_tests()?;
    let test = |what: &[&str], names: &BTreeSet<String>| {
        let mut command = cargo();
        command.args(["test", "--workspace", "--no-fail-fast"]);
        command.args(what);
        for name in names {
            command.args(["--test", name]);
        }
        command
            .env("MIDFUSE_SKIPPED", log)
            .env("OMP_NUM_THREADS", "1");
        command
    };
    let all_others = || -> Outcome {
        let units = run_apart(&mut test(&["--lib", "--bins", "--examples"], &others));
        let docs = run_apart(&mut test(&["--doc"], &BTreeSet::new()));
        units.and(docs)
    };
    let (beside, programs) = thread::scope(|scope| {
        let beside = scope.spawn(all_others);
        let programs = run(&mut test(&[], &slow));
        let beside = beside.join();
        (
            beside.unwrap_or_else(|_| Err("a thread panicked".to_owned())),
            programs,
        )
    });
    programs.and(beside)
}

/// Names of the test programs in the folders that start programs and train, and of all others. A name in
/// both is among the former.
fn integration_tests() -> Result<(BTreeSet<String>, BTreeSet<String>), String> {
    let mut slow = BTreeSet::new();
    let mut others = BTreeSet::new();
    let crates = entries(&root().join("crates"))?;
    let top = ["examples", "benches", "xtask"].map(|name| root().join(name));
    for package in crates.into_iter().chain(top) {
        let tests = package.join("tests");
        if !tests.is_dir() {
            continue;
        }
        let of = if SLOW.iter().any(|slow| package.ends_with(slow)) {
            &mut slow
        } else {
            &mut others
        };
        for entry in entries(&tests)? {
            let is_program =
                entry.extension().is_some_and(|ext| ext == "rs") || entry.join("main.rs").is_file();
            let name = entry
                .file_stem()
                .map(|name| name.to_string_lossy().into_owned());
            of.extend(name.filter(|_| is_program));
        }
    }
    let others = others.difference(&slow).cloned().collect();
    Ok((slow, others))
}

/// What lies in a folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let wrong = |error: io::Error| format!("{}: {error}", folder.display());
    let read = fs::read_dir(folder).map_err(wrong)?;
    read.map(|entry| Ok(entry.map_err(wrong)?.path())).collect()
}

/// The criterion benchmarks; `args` go to criterion.
pub(crate) fn bench(args: &[&str]) -> Outcome {
    libtorch::setup()?;
    run(cargo()
        .args(["bench", "--package", "midfuse-benches", "--"])
        .args(args))
}
