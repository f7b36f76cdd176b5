//! Running a study, asking how far it is, or asking what it would take.

mod blind;
mod checked;
mod cohort;
mod conclude;
mod context;
mod dry;
mod environment;
mod execute;
mod fold;
mod memory;
mod nested;
mod options;
mod preview;
mod prior;
mod results;
mod splits;
mod status;
mod study;
mod verdict;
mod workers;

pub use checked::BEST_SINGLE;
pub use conclude::conclude;
pub use dry::{DryRun, dry_run};
pub use memory::Share;
pub use options::Options;
pub(crate) use splits::{FoldSource, Splits};
pub use status::{Status, status};
pub use study::{Finished, study};
