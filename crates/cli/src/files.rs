//! The files that a command was asked to write.

use std::fmt::Display;
use std::path::Path;

use midfuse_base::StagedFile;

use crate::failure::Failure;

/// Writes every file; where one cannot be written, none is.
pub(crate) fn write_all(files: &[(&Path, String)]) -> Result<(), Failure> {
    let staged = files
        .iter()
        .map(|(file, text)| Ok((stage(file, text.as_bytes())?, *file)))
        .collect::<Result<Vec<_>, Failure>>()?;
    for (staged, file) in staged {
        staged.publish().map_err(|error| refused(file, error))?;
    }
    Ok(())
}

fn stage(file: &Path, bytes: &[u8]) -> Result<StagedFile, Failure> {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    if file.is_dir() {
        return Err(refused(file, "is a folder; name a file"));
    }
    if !folder.is_dir() {
        return Err(refused(file, "its folder does not exist; make it first"));
    }
    StagedFile::write(file, bytes).map_err(|error| refused(file, error))
}

fn refused(file: &Path, error: impl Display) -> Failure {
    Failure::data(format_args!("{}: {error}", file.display()))
}
