//! `midfuse init`.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use midfuse_data::Cohort;
use midfuse_lightgbm::Library;
use midfuse_plan::file::template;

use crate::args::InitArgs;
use crate::failure::Failure;
use crate::print;

pub(crate) fn run(args: &InitArgs) -> Result<u8, Failure> {
    let cohort = match &args.cohort {
        None => None,
        Some(dir) => Some((Cohort::open(dir)?, relative(dir, &args.file)?)),
    };
    let text = template(
        cohort
            .as_ref()
            .map(|(cohort, path)| (cohort, path.as_str())),
        Library::find().is_ok(),
    );
    let wrong = |error: std::io::Error| {
        Failure::usage(format_args!(
            "{}: {error}; name a file that does not exist, in a folder that does",
            args.file.display()
        ))
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&args.file)
        .map_err(wrong)?;
    file.write_all(text.as_bytes()).map_err(wrong)?;
    print::line(format_args!(
        "{}: next: midfuse study {} --dry-run",
        args.file.display(),
        args.file.display()
    ));
    Ok(0)
}

/// The cohort as the study file will find it: relative to the file's folder where that is simple,
/// else absolute.
fn relative(dir: &Path, file: &Path) -> Result<String, Failure> {
    let absolute = |path: &Path| {
        std::path::absolute(path)
            .map_err(|error| Failure::data(format_args!("{}: {error}", path.display())))
    };
    let dir = absolute(dir)?;
    let folder = absolute(file)?
        .parent()
        .map_or_else(PathBuf::new, Path::to_path_buf);
    let path = dir
        .strip_prefix(&folder)
        .map_or_else(|_| dir.clone(), Path::to_path_buf);
    path.to_str().map(str::to_owned).ok_or_else(|| {
        Failure::usage(format_args!(
            "--cohort {}: the path is not UTF-8",
            path.display()
        ))
    })
}
