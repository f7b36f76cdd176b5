//! What each command does.

pub(crate) mod audit;
pub(crate) mod cohort;
pub(crate) mod compare;
pub(crate) mod conclude;
pub(crate) mod init;
pub(crate) mod models;
pub(crate) mod predict;
pub(crate) mod reading;
pub(crate) mod source;
pub(crate) mod split;
pub(crate) mod study;

use std::path::Path;

use midfuse_plan::file::StudyFile;
use midfuse_study::{Options, find_worker};

use crate::args::RunArgs;
use crate::failure::Failure;
use crate::{interrupt, progress};

/// The options of a run, with the folder of the results after the name of the study.
fn options(file: &Path, args: &RunArgs) -> Result<Options, Failure> {
    let name = StudyFile::read(file)?.name;
    let worker = find_worker(args.worker.as_deref())?;
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| format!("{name}-results").into());
    if out.exists() && !out.is_dir() {
        return Err(Failure::usage(format_args!(
            "--out {}: is a file; name a folder",
            out.display()
        )));
    }
    let mut options = Options::new(out, worker);
    options.workers = args.workers.into();
    options.store.clone_from(&args.store);
    options.device.clone_from(&args.device);
    options.stop = interrupt::stop();
    options.watch = progress::listener();
    Ok(options)
}
