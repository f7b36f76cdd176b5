//! Names of series in ids and file names that tell the target.

use super::column::{Column, groups_of, judged};
use super::finding::{Finding, Severity};
use super::folds::Folds;
use super::target::Target;
use super::target_column::undeclared_group;
use crate::detector::Detector;

/// Parts of ids and file names against the target and the split.
pub(crate) const DETECTOR: Detector = |evidence| match &evidence.units {
    Some(units) => series_columns(&units.series, &units.target(), evidence.folds_of_units()),
    None => Vec::new(),
};

/// Judges columns that were read off ids and names of files, such as the name of a series:
/// [`Code::UndeclaredGroup`](super::Code::UndeclaredGroup) where one tells the target as in [`target_columns`](super::target_columns) and looks like the id
/// of groups; a warning, because a name may hold the target itself.
pub fn series_columns(
    columns: &[Column],
    target: &Target<'_>,
    folds: Option<&Folds>,
) -> Vec<Finding> {
    judged(columns, target)
        .into_iter()
        .filter(|(_, found, p)| found.names_target(*p))
        .filter_map(|(column, found, p)| {
            let groups = groups_of(column, target)?;
            Some(Finding {
                severity: Severity::Warning,
                mend: format!(
                    "if rows of one {} belong together, declare a group column and split by it; else give neutral names",
                    column.name
                ),
                ..undeclared_group(&column.name, groups, found, p, folds)
            })
        })
        .collect()
}
