//! The library, where it is installed.

use std::io::Write as _;
use std::path::Path;

use midfuse_lightgbm::{FILE, Library, VARIABLE};

/// The library; a line says so where there is none, and what is there must open.
pub(crate) fn library(test: &str) -> Option<Library> {
    let of_setup = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.lightgbm");
    let named = std::env::var_os(VARIABLE).is_some_and(|path| Path::new(&path).is_file());
    if named {
        return Some(Library::find().unwrap());
    }
    if of_setup.join(FILE).is_file() {
        return Some(Library::open(&of_setup.join(FILE)).unwrap());
    }
    if let Some(log) = std::env::var_os("MIDFUSE_SKIPPED") {
        let log = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(log);
        writeln!(
            log.unwrap(),
            "lightgbm, {test}: no LightGBM; `cargo xtask setup` installs it"
        )
        .unwrap();
    }
    None
}
