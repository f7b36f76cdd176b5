//! Everything that is checked without running the product.

use crate::run::{cargo, exists, read, run};
use crate::{Outcome, edges, libtorch};

/// Cheapest first.
pub(crate) fn lint() -> Outcome {
    run(cargo().args(["fmt", "--all", "--check"]))?;
    edges::check()?;
    deny()?;
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
        // With the examples, so that dependencies have the features that clippy has compiled.
        .args(["doc", "--workspace", "--no-deps", "--lib", "--examples"])
        .env("RUSTDOCFLAGS", "-D warnings"))
}

/// Licences, sources and advisories of the dependencies, as far as this machine can know them.
fn deny() -> Outcome {
    if !exists("cargo", &["deny", "--version"]) {
        println!("cargo-deny is not installed: licences and advisories are not checked here");
        return Ok(());
    }
    run(cargo().args(["deny", "check", "bans", "licenses", "sources"]))?;
    match read(cargo().args(["deny", "check", "advisories"])) {
        Err(error) if error.contains("failed to fetch advisory database") => {
            println!("the advisory database cannot be fetched: advisories are not checked here");
            Ok(())
        }
        other => other.map(|_| ()),
    }
}
