//! A column of a cohort by its name, wherever it is.

use crate::Cohort;
use crate::error::Result;

/// A column of the row table or of the table of a modality, an input or not, as text, `[N]`; `None` if
/// there is none of this name.
///
/// # Errors
/// A defect of the row table or of the modality.
pub fn column(cohort: &Cohort, name: &str) -> Result<Option<Vec<Option<String>>>> {
    match cohort.row_column(name)? {
        Some(values) => Ok(Some(values)),
        None => modality_column(cohort, name),
    }
}

/// A column of the first modality that has it, as text, `[N]`: of its inputs, or else of what its table
/// has besides; `None` if there is none.
///
/// # Errors
/// A defect of the modality.
pub fn modality_column(cohort: &Cohort, name: &str) -> Result<Option<Vec<Option<String>>>> {
    let mut modalities = cohort.modalities().iter();
    match modalities.find(|schema| schema.kind.columns().contains(&name)) {
        Some(schema) => Ok(cohort.load_all(&schema.name)?.column(name)),
        None => cohort.other_column(name),
    }
}

/// Names of all columns that `column` finds beside those of the row table, for messages.
pub fn names(cohort: &Cohort) -> Vec<String> {
    let targets = cohort.targets().iter().map(|target| target.name.as_str());
    targets
        .chain(modality_columns(cohort))
        .map(str::to_owned)
        .collect()
}

/// Names of the columns of all modalities that have columns, inputs or not.
pub fn modality_columns(cohort: &Cohort) -> impl Iterator<Item = &str> {
    let modalities = cohort.modalities().iter();
    modalities
        .flat_map(|schema| schema.kind.columns())
        .chain(cohort.other_columns())
}
