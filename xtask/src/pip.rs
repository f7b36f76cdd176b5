//! Wheels, by the ordinary pip client: what it needs, and fetching what is pinned.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::run::{exists, root, run};

/// The Python that is asked: `PYTHON`, else `python3`.
pub(crate) fn python() -> String {
    env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

pub(crate) fn pip() -> Command {
    let mut command = Command::new(python());
    command.args(["-m", "pip"]);
    command
}

/// The wheels are for one platform, and pip must be there; `otherwise` says how to do without.
pub(crate) fn check(what: &str, otherwise: &str) -> Result<(), String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(format!(
            "{what} can be set up by itself on Linux x86-64 only; this is {} {}.\n{otherwise}",
            env::consts::OS,
            env::consts::ARCH
        ));
    }
    if !exists(&python(), &["-m", "pip", "--version"]) {
        return Err(format!(
            "Python 3 with pip is needed; on Debian: apt-get install python3 python3-pip.\n{otherwise}"
        ));
    }
    Ok(())
}

/// Fetches the wheels of a file of requirements with hashes into a folder; those that lie there
/// already are kept.
pub(crate) fn download(requirements: &str, wheels: &Path, scratch: &Path) -> Result<(), String> {
    run(pip()
        .args([
            "download",
            "--no-deps",
            "--no-cache-dir",
            "--only-binary=:all:",
        ])
        .args(["--python-version", "3.12", "--require-hashes", "--dest"])
        .arg(wheels)
        .arg("--find-links")
        .arg(wheels)
        .arg("--requirement")
        .arg(root().join(requirements))
        .env("TMPDIR", scratch))
}
