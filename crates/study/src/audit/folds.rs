//! The folds of a split file, by position in the cohort.

use std::path::Path;

use midfuse_data::Cohort;
use midfuse_eval::audit::Folds;

use crate::error::{Error, Result};
use crate::split_file;

/// The folds, and how many there are.
pub(super) fn read_folds(file: &Path, cohort: &Cohort) -> Result<(Folds, usize)> {
    let predefined = split_file::read(file)?;
    let find = |ids: &[String]| -> Result<Vec<usize>> {
        ids.iter()
            .map(|id| {
                cohort.position(id).ok_or_else(|| {
                    Error::Usage(format!(
                        "{}: names row {id:?}, which the data lacks; for a table, name its id column with --id",
                        file.display()
                    ))
                })
            })
            .collect()
    };
    let folds = predefined
        .folds
        .iter()
        .map(|fold| Ok((find(&fold.train)?, find(&fold.test)?)))
        .collect::<Result<Vec<_>>>()?;
    Ok((Folds::new(cohort.len(), &folds), folds.len()))
}
