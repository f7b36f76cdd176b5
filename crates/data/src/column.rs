//! A column of a cohort by its name, wherever it is.

use crate::{Cohort, ModalityData, ModalityKind};

use crate::error::Result;

/// A column of the row table or of a tabular modality as text, `[N]`; `None` if there is none of
/// this name.
pub fn column(cohort: &Cohort, name: &str) -> Result<Option<Vec<Option<String>>>> {
    if let Some(values) = cohort.row_column(name)? {
        return Ok(Some(values));
    }
    for schema in cohort.modalities() {
        let ModalityKind::Tabular {
            numeric,
            categorical,
        } = &schema.kind
        else {
            continue;
        };
        if !numeric.iter().chain(categorical).any(|known| known == name) {
            continue;
        }
        let ModalityData::Tabular {
            numeric,
            numeric_names,
            categorical,
            categorical_names,
            ..
        } = cohort.load_all(&schema.name)?
        else {
            continue;
        };
        if let Some(at) = categorical_names.iter().position(|known| known == name) {
            let values = categorical
                .into_iter()
                .map(|row| row.into_iter().nth(at).flatten());
            return Ok(Some(values.collect()));
        }
        let at = numeric_names
            .iter()
            .position(|known| known == name)
            .unwrap_or(0);
        let values = numeric.rows().into_iter().map(|row| {
            row.get(at)
                .filter(|value| !value.is_nan())
                .map(ToString::to_string)
        });
        return Ok(Some(values.collect()));
    }
    Ok(None)
}

/// Names of all columns that [`column`] finds beside those of the row table, for messages.
pub fn names(cohort: &Cohort) -> Vec<String> {
    let of_modalities = cohort
        .modalities()
        .iter()
        .flat_map(|schema| match &schema.kind {
            ModalityKind::Tabular {
                numeric,
                categorical,
            } => numeric.iter().chain(categorical).cloned().collect(),
            _ => Vec::new(),
        });
    let targets = cohort.targets().iter().map(|target| target.name.clone());
    targets.chain(of_modalities).collect()
}
