//! The `midfuse` program: studies, cohorts, predictions. Links no libtorch, so it starts at once;
//! the worker program that it starts does the rest.
//!
//! Exit codes: 0 done; 1 the data, or a file, is wrong; 2 the command or the study file is wrong;
//! 3 the study is done, but jobs failed, or an audit found a blocking leak; 130 stopped by Ctrl-C.
#![deny(missing_docs)]

mod args;
mod command;
mod failure;
mod files;
mod interrupt;
mod print;
mod progress;
mod table;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};
use failure::Failure;

/// Runs the program with these arguments, the first being its name, and gives its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // Help and version are not mistakes, and go to standard output. A closed pipe is nobody's.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let done = match args.command {
        Command::Study(args) => command::study::run(&args),
        Command::Conclude(args) => command::conclude::run(&args),
        Command::Predict(args) => command::predict::run(&args),
        Command::Cohort(args) => command::cohort::run(&args),
        Command::Split(args) => command::split::run(&args),
        Command::Audit(args) => command::audit::run(&args),
        Command::Compare(args) => command::compare::run(&args),
        Command::Init(args) => command::init::run(&args),
        Command::Models(args) => command::models::run(&args),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(Failure { message, code }) => {
            print::error(&message);
            ExitCode::from(code)
        }
    }
}
