//! Split files on disk: CSV, or JSON where the name ends in `.json`.

use std::path::Path;

use midfuse_eval::split::Predefined;
use midfuse_eval::split::split_file::SplitFileError;

use crate::error::{Error, Result};

fn is_json(file: &Path) -> bool {
    file.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

/// Reads a split file.
///
/// # Errors
/// [`Error::Io`]; [`Error::Usage`] if it is no split file.
pub(crate) fn read(file: &Path) -> Result<Predefined> {
    let reader = std::io::BufReader::new(std::fs::File::open(file).map_err(Error::io(file))?);
    let read = if is_json(file) {
        Predefined::read_json(reader)
    } else {
        Predefined::read_csv(reader)
    };
    read.map_err(|error| Error::Usage(format!("{}: {error}", file.display())))
}

/// The bytes of a split file of this name.
///
/// # Errors
/// [`Error::Corrupt`] if it cannot be put into words, which no folds do.
pub(crate) fn bytes(file: &Path, folds: &Predefined) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let written: std::result::Result<(), SplitFileError> = if is_json(file) {
        folds.write_json(&mut bytes)
    } else {
        folds.write_csv(&mut bytes)
    };
    written.map_err(|error| Error::Corrupt(format!("{}: {error}", file.display())))?;
    Ok(bytes)
}
