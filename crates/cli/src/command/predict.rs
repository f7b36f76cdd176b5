//! `midfuse predict`: starts the worker program, which knows the models.

use std::path::Path;
use std::process::{Command, Stdio};

use midfuse_base::write_atomic;
use midfuse_data::Cohort;
use midfuse_study::find_worker;

use crate::args::PredictArgs;
use crate::failure::Failure;
use crate::print;

pub(crate) fn run(args: &PredictArgs) -> Result<u8, Failure> {
    let extension = args
        .out
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    if !["csv", "parquet"].contains(&extension) {
        return Err(Failure::usage(format_args!(
            "--out {}: expected a name that ends in .csv or .parquet",
            args.out.display()
        )));
    }
    if !args.model.join("model.json").is_file() {
        return Err(Failure::usage(format_args!(
            "{}: is not a saved model (no model.json in it); name a folder such as RESULTS/models/STRATEGY/repeat-1-fold-1",
            args.model.display()
        )));
    }
    let n_rows = Cohort::open(&args.cohort)?.ids().len();
    let worker = find_worker(args.worker.as_deref())?;
    // A worker of one's own may write as it likes: what it leaves of a prediction that fails goes with
    // this folder.
    let place = args
        .out
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let folder = tempfile::Builder::new()
        .prefix(".midfuse-")
        .tempdir_in(place)
        .map_err(|error| Failure::usage(format_args!("--out {}: {error}", args.out.display())))?;
    let written = folder.path().join("predictions").with_extension(extension);
    let status = Command::new(&worker.program)
        .args(&worker.args)
        .arg("predict")
        .args(["--model".as_ref(), args.model.as_os_str()])
        .args(["--cohort".as_ref(), args.cohort.as_os_str()])
        .args(["--out".as_ref(), written.as_os_str()])
        .args(["--device", &args.device])
        // It would name the folder that the file is about to leave.
        .stdout(Stdio::null())
        .status()
        .map_err(|error| {
            Failure::usage(format_args!(
                "{}: cannot be started ({error})",
                worker.program.display()
            ))
        })?;
    if !status.success() {
        // The worker said why on standard error.
        return Ok(status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .unwrap_or(1));
    }
    std::fs::read(&written)
        .and_then(|bytes| write_atomic(&args.out, &bytes))
        .map_err(|error| Failure::data(format_args!("{}: {error}", args.out.display())))?;
    print::line(format_args!(
        "{n_rows} rows predicted: {}",
        args.out.display()
    ));
    Ok(0)
}
