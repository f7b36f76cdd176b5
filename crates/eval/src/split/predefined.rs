//! Folds that come from a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Structure;

use super::{Partition, SplitError, Splitter};

/// One fold of a split file, by row id.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileFold {
    /// Ids of the rows to fit on.
    pub train: Vec<String>,
    /// Ids of the rows to score.
    pub test: Vec<String>,
}

/// Folds that are given, so that several tools share them; see
/// [`split_file`](crate::split::split_file) for the formats.
///
/// Given for any structure, since every partition is checked: a patient on both sides is an error.
/// Rows that a fold does not name are dropped. Rows of the cohort that are not among those to split
/// (sealed ones, in an inner loop those of other folds) are passed over; a name that the cohort
/// lacks is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predefined {
    /// The folds, at least one.
    pub folds: Vec<FileFold>,
}

impl Predefined {
    /// These folds.
    pub fn new(folds: Vec<FileFold>) -> Self {
        Self { folds }
    }
}

impl<S: Structure> Splitter<S> for Predefined {
    fn split(&self, rows: &RowSet<'_, S>) -> Result<Vec<Partition>, SplitError> {
        if self.folds.is_empty() {
            let mend = "the file holds no fold";
            return Err(SplitError::NoFold {
                splitter: "Predefined",
                mend,
            });
        }
        let position: BTreeMap<&str, usize> = rows
            .ids()
            .enumerate()
            .map(|(position, id)| (id, position))
            .collect();
        let find = |fold: usize, ids: &[String]| -> Result<Vec<usize>, SplitError> {
            if let Some(id) = ids.iter().find(|id| !rows.cohort_has(id)) {
                return Err(SplitError::UnknownRow {
                    id: id.clone(),
                    fold,
                });
            }
            Ok(ids
                .iter()
                .filter_map(|id| position.get(id.as_str()).copied())
                .collect())
        };
        let part = |(index, fold): (usize, &FileFold)| {
            Ok(Partition::new(
                find(index, &fold.train)?,
                find(index, &fold.test)?,
            ))
        };
        self.folds.iter().enumerate().map(part).collect()
    }
}
