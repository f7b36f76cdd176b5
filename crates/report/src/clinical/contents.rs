//! What each row of a cohort has: read once, kept as counts.

use midfuse_data::Cohort;

use crate::Result;

/// One modality, row by row.
#[derive(Debug, Clone)]
pub(super) struct Content {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) shape: String,
    pub(super) present: Vec<bool>,
    /// Cells of a row that has it; 0 for a kind without cells.
    pub(super) cells: usize,
    /// Empty cells of each row; none for a kind without cells.
    pub(super) missing: Vec<usize>,
}

/// Reads these modalities.
///
/// # Errors
/// [`crate::Error::Data`] for a defect of a modality.
pub(super) fn contents(cohort: &Cohort, modalities: &[String]) -> Result<Vec<Content>> {
    modalities
        .iter()
        .map(|name| {
            let schema = cohort.modality(name)?;
            let data = cohort.load_all(name)?;
            let cells = data.cells();
            Ok(Content {
                name: name.clone(),
                kind: schema.kind.name(),
                shape: schema.kind.describe(),
                present: data.present(),
                cells: cells.as_ref().map_or(0, |cells| cells.per_row),
                missing: cells.map_or_else(Vec::new, |cells| cells.missing),
            })
        })
        .collect()
}
