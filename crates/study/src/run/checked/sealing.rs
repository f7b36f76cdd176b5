//! Which rows are sealed: a share of all, or those that a split file leaves out.

use std::collections::BTreeSet;
use std::path::Path;

use midfuse_eval::split::{FileFold, Predefined};
use sha2::{Digest, Sha256};

use crate::run::cohort::StudyCohort;
use crate::{Error, Result, split_file};
use midfuse_base::{Problem, hex};
use midfuse_plan::file::StudyFile;

/// Share that is sealed where the study file says nothing.
const SHARE: f64 = 0.2;

/// Which rows are sealed.
#[derive(Debug)]
pub(crate) enum Sealing {
    /// A share of the rows or groups; with times the latest.
    Share(f64),
    /// The rows that a split file names in no fold, as the test side of this one fold.
    Unnamed(Predefined),
    /// None: the split file names every row.
    Nothing,
}

/// The folds of a split file.
#[derive(Debug)]
pub(crate) struct FoldsFile {
    pub(crate) folds: Predefined,
    /// SHA-256 of the file.
    pub(crate) sha256: String,
}

impl FoldsFile {
    /// Reads the split file of a study, if it names one.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Usage`] if it is no split file.
    pub(crate) fn of(file: &StudyFile, study: &Path) -> Result<Option<Self>> {
        let Some(splits) = &file.protocol.splits else {
            return Ok(None);
        };
        let path = study.parent().unwrap_or(Path::new("")).join(splits);
        let bytes = std::fs::read(&path).map_err(Error::io(&path))?;
        Ok(Some(Self {
            folds: split_file::read(&path)?,
            sha256: hex(&Sha256::digest(bytes)),
        }))
    }
}

/// What a study seals.
///
/// # Errors
/// [`Error::StudyFile`] for rows in time of which the split file leaves out others than the latest.
pub(crate) fn sealing(
    file: &StudyFile,
    cohort: &StudyCohort,
    folds: Option<&FoldsFile>,
) -> Result<Sealing> {
    let (Some(folds), None) = (folds, file.protocol.test_fraction) else {
        return Ok(Sealing::Share(file.protocol.test_fraction.unwrap_or(SHARE)));
    };
    let named: BTreeSet<&str> = folds
        .folds
        .folds
        .iter()
        .flat_map(|fold| fold.train.iter().chain(&fold.test))
        .map(String::as_str)
        .collect();
    let ids = cohort.cohort.ids();
    let (train, test): (Vec<String>, Vec<String>) = ids
        .iter()
        .cloned()
        .partition(|id| named.contains(id.as_str()));
    if test.is_empty() {
        return Ok(Sealing::Nothing);
    }
    if cohort.structure.has_times() {
        check_latest(cohort, &train, &test)?;
    }
    Ok(Sealing::Unnamed(Predefined::new(vec![FileFold {
        train,
        test,
    }])))
}

/// That every row of `sealed` begins after every row of `named` has ended.
fn check_latest(cohort: &StudyCohort, named: &[String], sealed: &[String]) -> Result<()> {
    let time = |id: &String| {
        let row = cohort.cohort.position(id)?;
        cohort.cohort.times()?.get(row)
    };
    let last = named
        .iter()
        .filter_map(|id| time(id).map(|time| time.end))
        .fold(f64::NEG_INFINITY, f64::max);
    let early = |id: &&String| time(id).is_some_and(|time| time.start <= last);
    match sealed.iter().find(early) {
        None => Ok(()),
        Some(id) => {
            let reason = format!(
                "no fold names row {id:?}, and rows that no fold names are sealed; it begins before the last of the others has ended, and rows in time are sealed from the end"
            );
            let mend = "set protocol.test_fraction to seal that share of the latest rows, or remove the row from the cohort";
            Err(Error::key(
                Problem::conflict(reason, mend).of("protocol.splits"),
            ))
        }
    }
}
