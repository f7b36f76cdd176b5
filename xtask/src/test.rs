//! Tests and benchmarks of the workspace.

use std::collections::BTreeSet;
use std::fs;

use crate::run::{cargo, root, run};
use crate::{Outcome, libtorch, lightgbm};

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
    let outcome = run(cargo()
        .args(["test", "--workspace", "--no-fail-fast"])
        .env("MIDFUSE_SKIPPED", &log)
        .env("OMP_NUM_THREADS", "1"));
    let skipped = fs::read_to_string(&log).unwrap_or_default();
    let skipped: BTreeSet<&str> = skipped.lines().collect();
    println!("\nskipped tests: {}", skipped.len());
    for line in &skipped {
        println!("  {line}");
    }
    outcome
}

/// The criterion benchmarks; `args` go to criterion.
pub(crate) fn bench(args: &[&str]) -> Outcome {
    libtorch::setup()?;
    run(cargo()
        .args(["bench", "--package", "midfuse-benches", "--"])
        .args(args))
}
