//! The bundled digits as tensors, with transforms that are fitted on train rows.

use midfuse::base::Targets;
use midfuse::core::convert::to_tensor;
use midfuse::data::{Cohort, ImageData, ModalityData, SequenceData, TabularData};
use midfuse::eval::transform::Standardiser;
use midfuse::eval::view::FitRows;
use midfuse::prelude::*;
use midfuse::train::Source;
use midfuse::wire::JobSpec;

use crate::Fallible;
use crate::model::Batch;

/// All rows of the cohort; targets of the rows that are fitted on only.
#[derive(Debug)]
pub(crate) struct Digits {
    pixels: Tensor,
    profiles: Tensor,
    moments: Tensor,
    /// `[N]` i64; -1 where the job does not say.
    targets: Tensor,
}

impl Digits {
    /// Reads the cohort for one job. Nothing is fitted but on the rows that the job fits on.
    pub(crate) fn load(cohort: &Cohort, job: &JobSpec) -> Fallible<Self> {
        let (
            ModalityData::Image(ImageData { pixels, .. }),
            ModalityData::Sequence(SequenceData { values, .. }),
            ModalityData::Tabular(TabularData { numeric, .. }),
        ) = (
            cohort.load_all("pixels")?,
            cohort.load_all("profiles")?,
            cohort.load_all("zernike")?,
        )
        else {
            return Err("expected an image, a sequence and a table".into());
        };
        let profiles = to_tensor(&values, Device::Cpu)?;
        let flat = standardise(&profiles.flatten(1, 2), cohort.ids(), &FitRows::of(job))?;
        let moments = to_tensor(&numeric, Device::Cpu)?;
        Ok(Self {
            pixels: to_tensor(&pixels, Device::Cpu)? / 6.0,
            profiles: flat.view_as(&profiles),
            moments: standardise(&moments, cohort.ids(), &FitRows::of(job))?,
            targets: targets(cohort, job),
        })
    }
}

/// Columns of `x: [N, F]` with mean 0 and variance 1 on the rows of `fit`.
fn standardise(x: &Tensor, ids: &[String], fit: &FitRows<'_>) -> Fallible<Tensor> {
    let mut rows = Vec::<Vec<f32>>::try_from(x)?;
    let train = fit.take(ids, |row| rows.get(row).cloned().unwrap_or_default())?;
    let standardiser = Standardiser::fit(&train)?;
    for row in &mut rows {
        standardiser.apply(row)?;
    }
    Ok(Tensor::from_slice2(&rows))
}

fn targets(cohort: &Cohort, job: &JobSpec) -> Tensor {
    let mut of_row = vec![-1_i64; cohort.len()];
    if let Targets::Class(classes) = &job.targets {
        for (id, &class) in job.fit.iter().zip(classes) {
            let row = cohort.position(id);
            if let Some(target) = row.and_then(|row| of_row.get_mut(row)) {
                *target = class as i64;
            }
        }
    }
    Tensor::from_slice(&of_row)
}

impl Source for Digits {
    type Batch = Batch;

    fn n_rows(&self) -> i64 {
        self.targets.size1().unwrap_or_default()
    }

    fn device(&self) -> Device {
        self.targets.device()
    }

    fn batch(&self, rows: &Tensor) -> Result<Batch> {
        Ok(Batch {
            pixels: ImageInput::new(self.pixels.index_select(0, rows)),
            profiles: SequenceInput::new(Steps::Values(self.profiles.index_select(0, rows)), None)?,
            moments: TabularInput::numeric_only(self.moments.index_select(0, rows))?,
        })
    }

    fn loss(&self, output: &Output, rows: &Tensor) -> Result<Tensor> {
        loss::cross_entropy(&output.logits, &self.targets.index_select(0, rows), None)
    }
}
