//! What the rows of a job take, and which fields of a section make them smaller.

use midfuse_wire::Smaller;
use serde_json::Value;

use crate::Result;
use crate::cohort::OpenCohort;
use crate::modality::Sizes;
use crate::model::ModelSection;
use crate::registry::Registry;

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

/// The fields of a section that make a job of it smaller: of the strategy, then of each modality.
pub(crate) fn smaller(
    registry: &Registry,
    section: &ModelSection,
    sizes: &[Sizes],
) -> Vec<Smaller> {
    let name = &section.strategy.name;
    let config = Value::Object(section.strategy.config.clone());
    let strategy = registry.strategy(name).ok();
    let of_strategy = strategy.and_then(|known| known.smaller(&config));
    let of_strategy = of_strategy.map(|(field, values)| Smaller {
        table: "/strategy".to_owned(),
        field: field.to_owned(),
        place: format!("the config of strategy `{name}`"),
        values,
    });
    let modalities = section.modalities.iter().zip(sizes).enumerate();
    let of_modalities = modalities.filter_map(|(i, (modality, sizes))| {
        let (field, values) = sizes.smaller()?;
        Some(Smaller {
            table: format!("/modalities/{i}/encoder"),
            field: field.to_owned(),
            place: format!("the config of modality `{}`", modality.name),
            values,
        })
    });
    let all = of_strategy.into_iter().chain(of_modalities);
    all.filter(|smaller| !smaller.values.is_empty()).collect()
}
