//! Running a study, asking how far it is, or asking what it would take.

mod assemble;
mod blind;
mod chosen;
mod cohort;
mod compare;
mod conclude;
mod context;
mod dry;
mod environment;
mod execute;
mod fold;
mod open;
mod options;
mod outer;
mod prior;
mod publish;
mod sealing;
mod splits;
mod status;
mod study;
mod time_blocks;
mod verdict;
mod workers;

pub use conclude::conclude;
pub use dry::{DryRun, dry_run};
pub use open::BEST_SINGLE;
pub use options::Options;
pub(crate) use splits::{Outer, Splits};
pub use status::{Status, status};
pub use study::{Finished, study};
