//! What the rows of a job take.

use crate::Result;
use crate::cohort::OpenCohort;
use crate::model::ModelSection;

/// Copies of a modality that live while it is read and transformed, beyond the one that stays.
const COPIES: u64 = 3;

/// Bytes of all rows of the cohort: as long as a job runs, and while they are read. `tensors`: bytes of
/// a transformed row of each modality.
pub(crate) fn of_rows(
    cohort: &OpenCohort,
    section: &ModelSection,
    tensors: &[u64],
) -> Result<(u64, u64)> {
    let n = cohort.cohort().len() as u64;
    let (mut stays, mut passes) = (0_u64, 0_u64);
    for (modality, tensor) in section.modalities.iter().zip(tensors) {
        let shape = &cohort.cohort().modality(&modality.name)?.kind;
        let raw = n.saturating_mul(shape.row_bytes() as u64);
        let tensor = n.saturating_mul(*tensor);
        stays = stays.saturating_add(tensor);
        if !cohort.is_large(&modality.name)? {
            stays = stays.saturating_add(raw);
        }
        passes = passes.max(raw.saturating_add(tensor.saturating_mul(COPIES)));
    }
    Ok((stays, stays.saturating_add(passes)))
}
