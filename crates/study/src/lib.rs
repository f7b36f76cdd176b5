//! Studies: from one file to jobs, worker processes, statistics and a report. Builds without
//! libtorch.
//!
//! [`study`] runs the whole experiment: the sealed test rows are split off first, inner folds choose
//! among the same number of settings per strategy, refits predict outer test rows, and worker
//! processes learn neither names nor targets of what they are scored on. [`conclude`] opens the
//! sealed rows, once.
//!
//! ```no_run
//! use midfuse_study::{Options, Share, find_worker, study};
//!
//! let options = Options::new("digits-results", find_worker(None)?);
//! let finished = study("examples/digits.toml".as_ref(), &options)?;
//! println!("{}", finished.results.verdict.headline());
//! println!("{}", finished.report.display());
//! # Ok::<(), midfuse_study::Error>(())
//! ```
#![deny(missing_docs)]

mod error;
mod outputs;
mod pool;
mod run;
pub mod split;
mod split_file;
mod store;
mod strata;
mod time_resolution;
mod watch;

pub use error::{
    CorruptError, Error, EvaluationError, Result, StudyFileError, UsageError, WorkerError,
};
pub use midfuse_plan::JobCount;
pub use pool::{Stop, WorkerCommand, describe, find_worker};
pub use run::{
    BEST_SINGLE, DryRun, Finished, Options, Share, Status, conclude, dry_run, status, study,
};
pub use time_resolution::TimeTooLarge;
pub use watch::{Event, Silent, Watch};
