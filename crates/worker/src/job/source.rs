//! The rows of a job on the device, as training takes them.

use midfuse_base::{Targets, Task};
use midfuse_core::{Output, Result};
use midfuse_fusion::loss::{balanced_class_weights, cross_entropy, squared_error};
use midfuse_train::Source;
use tch::{Device, Kind, Tensor};

use crate::modality::AnyInput;
use crate::model::ClassWeights;

/// Inputs of all modalities, and targets where they are known.
#[derive(Debug)]
pub(crate) struct CohortSource {
    inputs: Vec<AnyInput>,
    n_rows: i64,
    device: Device,
    targets: Option<LossTargets>,
}

#[derive(Debug)]
struct LossTargets {
    /// `[N]`: classes i64, or standardised values f32.
    values: Tensor,
    is_class: bool,
    class_weights: Option<Tensor>,
}

impl CohortSource {
    /// Rows that can be predicted.
    pub(crate) fn new(inputs: &[AnyInput], n_rows: usize, device: Device) -> Self {
        Self {
            inputs: inputs.iter().map(|input| input.to_device(device)).collect(),
            n_rows: n_rows as i64,
            device,
            targets: None,
        }
    }

    /// Adds targets `[N]`; `trained` are those of the rows that are trained on.
    pub(crate) fn with_targets(
        mut self,
        values: Tensor,
        task: &Task,
        trained: &Targets,
        weights: ClassWeights,
    ) -> Result<Self> {
        let class_weights = match (task, trained, weights) {
            (Task::Classification { classes }, Targets::Class(values), ClassWeights::Balanced) => {
                let mut counts = vec![0; classes.len()];
                for &class in values {
                    if let Some(count) = counts.get_mut(class) {
                        *count += 1;
                    }
                }
                let weights = balanced_class_weights(&counts)?;
                Some(
                    Tensor::from_slice(&weights)
                        .to_kind(Kind::Float)
                        .to_device(self.device),
                )
            }
            _ => None,
        };
        self.targets = Some(LossTargets {
            values,
            is_class: matches!(task, Task::Classification { .. }),
            class_weights,
        });
        Ok(self)
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
        if targets.is_class {
            cross_entropy(&output.logits, &of_rows, targets.class_weights.as_ref())
        } else {
            squared_error(&output.logits, &of_rows)
        }
    }
}
