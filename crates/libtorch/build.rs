//! Stops the build with one clear message where there is no libtorch.
//!
//! This script has nothing to compile but itself, so it runs while torch-sys still waits for its
//! own build dependencies, long before a C++ compiler would complain of a missing header.
#![allow(
    clippy::print_stdout,
    reason = "a build script speaks to cargo on its standard output"
)]

#[path = "src/locate.rs"]
mod locate;

use std::path::Path;
use std::process::Command;

fn main() {
    for variable in locate::VARIABLES {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/locate.rs");
    let env = |name: &str| std::env::var(name).ok();
    match locate::locate(&env, &python, Path::new("/usr")) {
        Ok(found) => {
            // Dependents read DEP_MIDFUSE_LIBTORCH_LIB and DEP_MIDFUSE_LIBTORCH_INCLUDE.
            println!("cargo::metadata=LIB={}", found.lib.display());
            if let Ok(include) = std::env::join_paths(&found.include) {
                println!("cargo::metadata=INCLUDE={}", include.display());
            }
            println!(
                "cargo::rustc-env=MIDFUSE_LIBTORCH_VERSION={}",
                locate::VERSION
            );
            println!(
                "cargo::rustc-env=MIDFUSE_LIBTORCH_LIB={}",
                found.lib.display()
            );
            println!(
                "cargo::rerun-if-changed={}",
                found.lib.join("libtorch_cpu.so").display()
            );
        }
        Err(missing) => println!("cargo::error={missing}"),
    }
}

fn python() -> Result<String, String> {
    let program = if std::env::var_os("VIRTUAL_ENV").is_some() {
        "python"
    } else {
        "python3"
    };
    let output = Command::new(program).args(["-c", locate::PYTHON]).output();
    let output = output.map_err(|error| format!("{program} does not start: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = stderr.lines().last().unwrap_or_default();
    Err(format!("{program} cannot import torch ({last})"))
}
