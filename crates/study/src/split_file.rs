//! Split files of a study, with their path in every message.

use std::path::Path;

use midfuse_eval::split::Predefined;

use crate::error::{CorruptError, Result, UsageError};

/// Reads a split file.
///
/// # Errors
/// [`UsageError::SplitFile`] if it cannot be read or is no split file.
pub(crate) fn read(file: &Path) -> Result<Predefined> {
    Predefined::read(file).map_err(|source| {
        let file = file.to_path_buf();
        UsageError::SplitFile { file, source }.into()
    })
}

/// The bytes of a split file of this name.
///
/// # Errors
/// [`CorruptError::SplitFile`] if it cannot be put into words, which no folds do.
pub(crate) fn bytes(file: &Path, folds: &Predefined) -> Result<Vec<u8>> {
    folds.bytes(file).map_err(|source| {
        let file = file.to_path_buf();
        CorruptError::SplitFile { file, source }.into()
    })
}
