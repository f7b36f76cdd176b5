//! Three studies on the bundled digits: a pair of modalities that completes one another, a pair that
//! is redundant, and one that harms.

use std::num::NonZero;
use std::process::Command;
use std::thread::available_parallelism;

use crate::run::{cargo, root, run};
use crate::{Outcome, libtorch};

/// Study files of `examples/demo`, in the order in which they are read best.
const STUDIES: [&str; 3] = ["complementary", "redundant", "harmful"];

/// Sets up, builds in release, runs the studies; each prints its table, its verdict and the report's path.
pub(crate) fn demo() -> Outcome {
    libtorch::setup()?;
    let packages = ["--package", "midfuse-cli", "--package", "midfuse-worker"];
    run(cargo()
        .args(["build", "--release", "--bins"])
        .args(packages))?;
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |dir| root().join(dir));
    let workers = available_parallelism().map_or(1, NonZero::get).to_string();
    STUDIES.iter().try_for_each(|name| {
        let (file, out) = (format!("examples/demo/{name}.toml"), format!("out/{name}"));
        println!("\n{file}");
        run(Command::new(target.join("release/midfuse"))
            .current_dir(root())
            .args(["study", &file, "--out", &out, "--workers", &workers]))
    })
}
