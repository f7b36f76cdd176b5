//! What a person or CI runs: `cargo xtask setup|demo|test|lint|fuzz|bench`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that talks to a person"
)]

mod demo;
mod edges;
mod folder;
mod fuzz;
mod libtorch;
mod lightgbm;
mod lint;
mod pip;
mod run;
mod test;

use std::process::ExitCode;

const HELP: &str = "\
midfuse: tasks of the workspace

Usage: cargo xtask <task>

Tasks:
  setup [--cuda]  install libtorch 2.11 under .libtorch (0.5 GB to fetch) and LightGBM 4.7 under
                  .lightgbm (3.5 MB); --cuda also installs the CUDA libraries under .libtorch-cuda
                  (about 5 GB)
  demo            set up, build in release, run three studies on the bundled digits: a complementary, a
                  redundant and a harmful pair of modalities
  test            set up, run every test of the workspace, list the skipped ones
  lint            rustfmt, clippy, rustdoc, cargo-deny where it is installed, dependency edges
  fuzz [--seconds 60] [--jobs 1] [TARGET...]
                  every reader and splitter under libFuzzer, a minute each; needs a C++ compiler
  bench [ARGS]    set up, run the criterion benchmarks; ARGS go to criterion

A libtorch of your own wins: set LIBTORCH to its folder, or LIBTORCH_USE_PYTORCH=1.
A LightGBM of your own wins: set MIDFUSE_LIGHTGBM to the path of its lib_lightgbm.so.";

/// Why a task ended early: one or more lines for the person.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["setup"] => setup(),
        ["setup", "--cuda"] => setup().and_then(|()| libtorch::setup_cuda()),
        ["demo"] => demo::demo(),
        ["test"] => test::test(),
        ["lint"] => lint::lint(),
        ["fuzz", rest @ ..] => fuzz::fuzz(rest),
        ["bench", rest @ ..] => test::bench(rest),
        ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn setup() -> Outcome {
    libtorch::setup()?;
    lightgbm::setup()
}
