//! How often each test rejects a null hypothesis that is true, and how often intervals cover.
//!
//! `cargo run -p midfuse-eval --example type_one_error [REPEATS]` prints one table per scenario
//! (1000 repeats by default; a few minutes) and fails if a test breaks its bound.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a program that prints tables; indices and values come from sizes set here"
)]

mod cross_validation;
mod data_sets;
mod groups;
mod held_out;
mod in_time;
mod intervals;
mod labels;
mod logistic;
mod table;
mod world;

use std::process::ExitCode;

use table::Table;

fn main() -> ExitCode {
    let repeats = match std::env::args().nth(1).map(|text| text.parse::<usize>()) {
        None => 1000,
        Some(Ok(repeats)) if repeats >= 100 => repeats,
        Some(_) => {
            eprintln!("REPEATS has to be a whole number of at least 100");
            return ExitCode::from(2);
        }
    };
    let mut broken = Vec::new();
    for scenario in [
        cross_validation::run as fn(usize) -> Table,
        in_time::run,
        held_out::run,
        groups::run,
        labels::run,
        data_sets::run,
        intervals::run,
    ] {
        let table = scenario(repeats);
        println!("{table}");
        broken.extend(table.broken());
    }
    for line in &broken {
        eprintln!("out of bounds: {line}");
    }
    if broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
