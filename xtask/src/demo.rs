//! The comparison study on the bundled data set.

use std::num::NonZero;
use std::process::Command;
use std::thread::available_parallelism;

use crate::run::{cargo, root, run};
use crate::{Outcome, libtorch};

/// Sets up, builds in release, runs the study; the study prints its table and the report's path.
pub(crate) fn demo() -> Outcome {
    libtorch::setup()?;
    run(cargo()
        .args(["build", "--release", "--package", "midfuse-cli"])
        .args(["--package", "midfuse-worker", "--bins"]))?;
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |dir| root().join(dir));
    run(Command::new(target.join("release/midfuse"))
        .current_dir(root())
        .args(["study", "examples/digits.toml", "--out", "out/digits"]))
}
