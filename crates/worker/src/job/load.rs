//! What a job reads: its rows, transformed by what was fitted on its fitting rows.

use midfuse_eval::view::FitRows;
use midfuse_wire::JobSpec;

use super::rows::JobRows;
use crate::Result;
use crate::cohort::OpenCohort;
use crate::modality::{AnyInput, Fitted, Sizes};
use crate::model::ModelSection;

/// The rows of a job, ready for a model.
pub(super) struct Loaded {
    pub(super) rows: JobRows,
    /// Fitted transforms, one per modality.
    pub(super) fitted: Vec<Fitted>,
    /// All rows of each modality, on the CPU.
    pub(super) inputs: Vec<AnyInput>,
    pub(super) sizes: Vec<Sizes>,
}

impl Loaded {
    /// Reads the rows, fits the transforms, and takes their keys out of the encoders' sections.
    pub(super) fn of(
        cohort: &OpenCohort,
        spec: &JobSpec,
        section: &mut ModelSection,
    ) -> Result<Self> {
        let rows = JobRows::of(spec, cohort.cohort())?;
        let fit_rows = FitRows::of(spec);
        let mut fitted = Vec::new();
        let mut inputs = Vec::new();
        for modality in &mut section.modalities {
            let data = cohort.load(&modality.name, &rows.positions)?;
            let (path, encoder) = (modality.path(), &mut modality.encoder.config);
            let of_modality =
                Fitted::fit(&data, &rows.ids, &fit_rows, &spec.targets, encoder, &path)?;
            inputs.push(of_modality.apply(&data, &modality.name)?);
            fitted.push(of_modality);
        }
        let sizes = fitted.iter().map(Fitted::sizes).collect();
        Ok(Self {
            rows,
            fitted,
            inputs,
            sizes,
        })
    }
}
