//! The folds of a split file, by position in the cohort.

use std::path::Path;

use midfuse_data::Cohort;
use midfuse_eval::split::Predefined;

use crate::check::Folds;

use crate::error::{Error, Result};

/// The folds, and how many there are.
pub(super) fn read_folds(file: &Path, cohort: &Cohort) -> Result<(Folds, usize)> {
    let predefined = Predefined::read(file).map_err(|source| {
        let file = file.to_path_buf();
        Error::SplitFile { file, source }
    })?;
    let find = |ids: &[String]| -> Result<Vec<usize>> {
        ids.iter()
            .map(|id| {
                cohort.position(id).ok_or_else(|| {
                    let (file, row) = (file.to_path_buf(), id.clone());
                    Error::UnknownRow { file, row }
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
