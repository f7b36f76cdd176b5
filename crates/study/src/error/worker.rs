//! What can go wrong with a worker program.

use std::path::PathBuf;

/// A worker program that cannot be found, started or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkerError {
    /// The program that was named is not there.
    #[error("--worker {}: no such program, neither as a path nor on PATH", program.display())]
    NoSuchProgram {
        /// The program.
        program: PathBuf,
    },
    /// No program was named, and none is where one is looked for.
    #[error(
        "no `{program}` beside this program nor on PATH; build it with `cargo build --release -p {program}`, or name one with --worker PROGRAM"
    )]
    NotFound {
        /// Name of the worker program.
        program: &'static str,
    },
    /// It died, or said something that no worker says.
    #[error("{message}")]
    Died {
        /// How it ended, with the last it wrote.
        message: String,
    },
    /// It answered something else than was asked.
    #[error("the worker answered out of turn: {answer}")]
    OutOfTurn {
        /// The answer.
        answer: String,
    },
    /// A training that has to succeed failed.
    #[error("{job}: {message}")]
    Training {
        /// The job, for a person.
        job: String,
        /// Why.
        message: String,
    },
}
