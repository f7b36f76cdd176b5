//! The rows of a job on the device, as training takes them.

use midfuse_base::{Seed, Task};
use midfuse_core::{Output, Result};
use midfuse_fusion::loss::ClassLoss;
use midfuse_fusion::{HeadTask, head_task};
use midfuse_train::Source;
use tch::{Device, Tensor};

use crate::modality::{AnyInput, Augmentation};

/// Inputs of all modalities, and targets where they are known.
#[derive(Debug)]
pub(crate) struct CohortSource {
    inputs: Vec<AnyInput>,
    /// What training rows go through, one per input; none where nothing is done to them.
    augmentations: Vec<Option<Box<dyn Augmentation>>>,
    n_rows: i64,
    device: Device,
    targets: Option<LossTargets>,
}

#[derive(Debug)]
struct LossTargets {
    /// `[N, ..]`, as the loss of the task takes them.
    values: Tensor,
    task: Box<dyn HeadTask>,
    of_classes: ClassLoss,
}

impl CohortSource {
    /// Rows that can be predicted.
    pub(crate) fn new(inputs: &[AnyInput], n_rows: usize, device: Device) -> Self {
        Self {
            inputs: inputs.iter().map(|input| input.to_device(device)).collect(),
            augmentations: Vec::new(),
            n_rows: n_rows as i64,
            device,
            targets: None,
        }
    }

    /// Adds what training rows go through, one per modality.
    pub(crate) fn with_augmentations(mut self, all: Vec<Option<Box<dyn Augmentation>>>) -> Self {
        self.augmentations = all;
        self
    }

    /// Adds targets `[N, ..]` as the loss of the task takes them, and how its classes count.
    pub(crate) fn with_targets(
        mut self,
        values: &Tensor,
        task: &Task,
        of_classes: &ClassLoss,
    ) -> Self {
        self.targets = Some(LossTargets {
            values: values.to_device(self.device),
            task: head_task(task),
            of_classes: of_classes.to_device(self.device),
        });
        self
    }
}

impl Source for CohortSource {
    type Batch = Vec<AnyInput>;

    fn n_rows(&self) -> i64 {
        self.n_rows
    }

    fn device(&self) -> Device {
        self.device
    }

    fn batch(&self, rows: &Tensor) -> Result<Vec<AnyInput>> {
        Ok(self.inputs.iter().map(|input| input.select(rows)).collect())
    }

    fn train_batch(&self, rows: &Tensor, seed: Seed) -> Result<Vec<AnyInput>> {
        let batch = self.batch(rows)?.into_iter().enumerate();
        let changed = batch.map(|(i, input)| match self.augmentations.get(i) {
            Some(Some(augmentation)) => augmentation.apply(input, seed.derive(&i.to_string())),
            Some(None) | None => input,
        });
        Ok(changed.collect())
    }

    fn loss(&self, output: &Output, rows: &Tensor) -> Result<Tensor> {
        let targets = self
            .targets
            .as_ref()
            .ok_or_else(|| midfuse_core::Error::Input {
                module: "CohortSource",
                expected: "rows with targets".to_owned(),
                got: "rows to predict".to_owned(),
            })?;
        let of_rows = targets.values.index_select(0, rows);
        let of_classes = &targets.of_classes;
        targets.task.loss(&output.logits, &of_rows, of_classes)
    }
}
