//! Fuzz targets: one for every public reader and splitter of the crates that need no libtorch.
//!
//! A target is a function of bytes that panics when a promise is broken: a reader that panics,
//! hangs or takes too much memory, an error that is not one line, a split that leaks. `cargo xtask
//! fuzz` runs each under libFuzzer (`tools/fuzz`); `tests/smoke.rs` runs each on a few hundred
//! mutated seeds with every build, and `tests/enumeration.rs` fails where a reader or splitter has
//! no target.
#![deny(missing_docs)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_cmp,
    reason = "a target says that a promise is broken by a panic"
)]

mod cohort;
mod evaluation;
mod scratch;
mod split;
mod statistics;
mod study;
mod table;
mod target;
mod wire;

pub use target::Target;

/// Every target, in the order of the modules.
pub fn targets() -> Vec<Target> {
    let all = [
        cohort::TARGETS,
        evaluation::TARGETS,
        split::TARGETS,
        statistics::TARGETS,
        study::TARGETS,
        table::TARGETS,
        wire::TARGETS,
    ];
    all.concat()
}

/// The target of this name.
pub fn target(name: &str) -> Option<Target> {
    targets().into_iter().find(|target| target.name == name)
}
