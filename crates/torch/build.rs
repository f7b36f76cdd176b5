//! Compiles the C++ shim and puts libtorch on the path of everything that cargo runs.
#![allow(
    clippy::print_stdout,
    reason = "a build script speaks to cargo on its standard output"
)]

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=shim");
    println!("cargo::rerun-if-env-changed=LIBTORCH_CXX11_ABI");
    let lib = PathBuf::from(env::var("DEP_MIDFUSE_LIBTORCH_LIB")?);
    // Clippy links nothing, and its build scripts keep to themselves: a minute saved.
    if env::var_os("CLIPPY_ARGS").is_none() {
        compile_shim()?;
    }
    on_the_path_of_what_cargo_runs(&lib)?;
    Ok(())
}

fn compile_shim() -> Result<(), Box<dyn std::error::Error>> {
    let include = env::var("DEP_MIDFUSE_LIBTORCH_INCLUDE")?;
    let abi = env::var("LIBTORCH_CXX11_ABI").unwrap_or_else(|_| "1".to_owned());
    cc::Build::new()
        .cpp(true)
        .std("c++17")
        .opt_level(2)
        // That of libtorch's headers is most of what the compiler would write.
        .debug(false)
        // libtorch is built with it, and `at::RecordFunction` has another layout without.
        .define("NDEBUG", None)
        .define("AT_PER_OPERATOR_HEADERS", None)
        .define("_GLIBCXX_USE_CXX11_ABI", abi.as_str())
        .flag_if_supported("-fvisibility=hidden")
        .flag_if_supported("-fvisibility-inlines-hidden")
        // libtorch's own headers warn; ours is the shim only.
        .warnings(false)
        .includes(env::split_paths(&include))
        .file("shim/shim.cpp")
        .try_compile("midfuse_shim")?;
    Ok(())
}

/// Cargo gives a folder to what it runs (tests, doctests, examples) only if it is named as a link
/// search path and lies in the target folder: so a symbolic link to libtorch lies there.
fn on_the_path_of_what_cargo_runs(lib: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let link = PathBuf::from(env::var("OUT_DIR")?).join("lib");
    match fs::remove_file(&link) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    std::os::unix::fs::symlink(lib, &link)?;
    println!("cargo::rustc-link-search=native={}", link.display());
    Ok(())
}
