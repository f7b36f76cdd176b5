//! Everything that is checked without running the product.

use crate::run::{cargo, exists, run};
use crate::{Outcome, edges, libtorch};

/// Cheapest first.
pub(crate) fn lint() -> Outcome {
    run(cargo().args(["fmt", "--all", "--check"]))?;
    edges::check()?;
    if exists("cargo", &["deny", "--version"]) {
        run(cargo().args(["deny", "check"]))?;
    } else {
        println!("cargo-deny is not installed: licences and advisories are not checked here");
    }
    libtorch::setup()?;
    run(cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;
    run(cargo()
        .args([
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ])
        .env("RUSTDOCFLAGS", "-D warnings"))
}
