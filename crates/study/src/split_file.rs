//! Split files of a study, with their path in every message.

use std::path::Path;

use midfuse_eval::split::Predefined;

use crate::error::{Error, Result};

/// Reads a split file.
///
/// # Errors
/// [`Error::Usage`] if it cannot be read or is no split file.
pub(crate) fn read(file: &Path) -> Result<Predefined> {
    Predefined::read(file).map_err(|error| Error::Usage(format!("{}: {error}", file.display())))
}

/// The bytes of a split file of this name.
///
/// # Errors
/// [`Error::Corrupt`] if it cannot be put into words, which no folds do.
pub(crate) fn bytes(file: &Path, folds: &Predefined) -> Result<Vec<u8>> {
    folds
        .bytes(file)
        .map_err(|error| Error::Corrupt(format!("{}: {error}", file.display())))
}
