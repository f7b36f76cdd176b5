//! The comparison study on the bundled data set.

use std::num::NonZero;
use std::process::Command;
use std::thread::available_parallelism;

use crate::run::{cargo, root, run};
use crate::{Outcome, libtorch};

/// Sets up, builds in release, runs the study; the study prints its table and the report's path.
pub(crate) fn demo() -> Outcome {
    libtorch::setup()?;
    let packages = ["--package", "midfuse-cli", "--package", "midfuse-worker"];
    run(cargo()
        .args(["build", "--release", "--bins"])
        .args(packages))?;
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |dir| root().join(dir));
    let workers = available_parallelism().map_or(1, NonZero::get).to_string();
    run(Command::new(target.join("release/midfuse"))
        .current_dir(root())
        .args([
            "study",
            "examples/digits.toml",
            "--out",
            "out/digits",
            "--workers",
        ])
        .arg(workers))
}
