//! Metadata of rows that tells the target: order, ids, lengths, headers and names of files.

use super::column::{Column, TELLS, Values, groups_of, judged};
use super::finding::{Code, Finding, Severity};
use super::target::Target;
use crate::detector::Detector;

/// Order, ids, lengths, headers and names of files against the target.
pub(crate) const DETECTOR: Detector = |evidence| match &evidence.units {
    Some(units) => metadata_columns(&units.metadata, &units.target()),
    None => Vec::new(),
};

/// Strength from which metadata of a row is worth a warning.
const METADATA: f64 = 0.9;

/// Judges what is known of a row besides its content: position in the file, number in its id, sizes,
/// lengths, words in its name. Holm p < 1e-5 and strength at least .9: [`Code::MetadataTellsTarget`], a
/// warning. Columns that look like ids of groups are left to [`series_columns`](super::series_columns).
pub fn metadata_columns(columns: &[Column], target: &Target<'_>) -> Vec<Finding> {
    judged(columns, target)
        .into_iter()
        .filter(|(_, found, p)| found.strength >= METADATA && *p < TELLS)
        .filter(|(column, ..)| {
            matches!(column.values, Values::Numbers(_)) || groups_of(column, target).is_none()
        })
        .map(|(column, found, p)| Finding {
            code: Code::MetadataTellsTarget,
            severity: Severity::Warning,
            subject: column.name.clone(),
            what: format!("the {} tells the target ({} {:.3})", column.name, found.measure, found.strength),
            rows: Vec::new(),
            measure: found.measure.to_owned(),
            strength: found.strength,
            p: Some(p),
            mend: "shuffle the rows, give neutral names, and store all rows alike, so that no model can use it; \
                   where a length or size is a fair input, say so"
                .to_owned(),
        })
        .collect()
}
