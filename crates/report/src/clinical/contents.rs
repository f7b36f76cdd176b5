//! What each row of a cohort has: read once, kept as counts.

use midfuse_data::{Cohort, ModalityData};

use crate::Result;

/// One modality, row by row.
#[derive(Debug, Clone)]
pub(super) struct Content {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) shape: String,
    pub(super) present: Vec<bool>,
    /// Cells of a row that has it; 0 unless tabular.
    pub(super) cells: usize,
    /// Empty cells of each row; empty unless tabular.
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
            let (cells, missing) = cells(&data);
            Ok(Content {
                name: name.clone(),
                kind: schema.kind.name(),
                shape: schema.kind.describe(),
                present: data.present(),
                cells,
                missing,
            })
        })
        .collect()
}

fn cells(data: &ModalityData) -> (usize, Vec<usize>) {
    let ModalityData::Tabular {
        numeric,
        numeric_names,
        categorical,
        categorical_names,
        ..
    } = data
    else {
        return (0, Vec::new());
    };
    let missing = numeric
        .outer_iter()
        .zip(categorical)
        .map(|(numbers, labels)| {
            numbers.iter().filter(|value| value.is_nan()).count()
                + labels.iter().filter(|label| label.is_none()).count()
        })
        .collect();
    (numeric_names.len() + categorical_names.len(), missing)
}
