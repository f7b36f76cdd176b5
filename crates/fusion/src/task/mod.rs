//! What heads do for each task, one file per task: their width, their loss, and how the predictions
//! of several heads become one.

mod classification;
mod regression;
mod survival;

use std::fmt::Debug;

use midfuse_base::Task;
use midfuse_core::{Error, Result, Validate};
use tch::Tensor;

use crate::Prediction;
use crate::loss::ClassLoss;
use classification::Classification;
use regression::Regression;
use survival::Survival;

/// What heads do for one task.
pub trait HeadTask: Debug + Send {
    /// Width of the prediction.
    fn d_out(&self) -> i64;

    /// Checks the task in a config, whose field it is.
    ///
    /// # Errors
    /// [`Error::Config`] that names the field.
    fn validate(&self, check: Validate) -> Result<()>;

    /// One prediction `[B, d_out]` of those of several heads, the mean over the modalities that a row
    /// has.
    ///
    /// # Errors
    /// As [`mean_values`](crate::mean_values).
    fn mean(&self, predictions: &[Prediction]) -> Result<Tensor>;

    /// The loss of predictions `[B, d_out]`, a scalar. Targets are classes `[B]` i64; numbers `[B]`
    /// in the dtype of the predictions; or times and events (0 or 1) `[B, 2]` f64.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::Kind`] or [`Error::Device`] if targets or weights do not fit the
    /// predictions; [`Error::Input`] for options of classes where there are none.
    fn loss(
        &self,
        predictions: &Tensor,
        targets: &Tensor,
        of_classes: &ClassLoss,
    ) -> Result<Tensor>;
}

/// What heads do for this task.
pub fn head_task(task: &Task) -> Box<dyn HeadTask> {
    match task {
        Task::Classification { classes } => Box::new(Classification {
            n_classes: classes.len() as i64,
        }),
        Task::Regression => Box::new(Regression),
        Task::Survival(_) => Box::new(Survival),
    }
}

/// An error if classes are to count in some way.
fn no_classes(module: &'static str, of_classes: &ClassLoss) -> Result<()> {
    if of_classes.is_plain() {
        return Ok(());
    }
    Err(Error::Input {
        module,
        expected: "no weights of classes, label smoothing or focal loss: nothing is classified; leave them out"
            .to_owned(),
        got: format!("{of_classes:?}"),
    })
}

#[cfg(test)]
mod tests {
    use midfuse_base::{TargetShape, TaskKind};
    use tch::{Device, Kind};

    use super::*;

    #[test]
    fn every_task_has_a_width_a_mean_and_a_loss() {
        let of = |shape| match shape {
            TargetShape::Classes => Tensor::from_slice(&[1_i64, 0]),
            TargetShape::Numbers => Tensor::from_slice(&[0.5_f32, 1.0]),
            TargetShape::TimesAndEvents => {
                Tensor::from_slice(&[3.0_f64, 1.0, 2.0, 0.0]).view([2, 2])
            }
        };
        for &kind in TaskKind::ALL {
            let task = Task::example(kind);
            let targets = of(task.target_shape());
            let head = head_task(&task);
            head.validate(Validate::new("HeadConfig")).unwrap();
            let values =
                Tensor::ones([2, head.d_out()], (Kind::Float, Device::Cpu)).set_requires_grad(true);
            let one = Prediction {
                values: values.shallow_clone(),
                present: None,
            };
            let mean = head.mean(&[one]).unwrap();
            assert_eq!(mean.size(), [2, head.d_out()]);
            let loss = head.loss(&mean, &targets, &ClassLoss::default()).unwrap();
            assert!(loss.size().is_empty() && loss.double_value(&[]).is_finite());
            loss.backward();
            assert!(
                bool::try_from(values.grad().isfinite().all()).unwrap(),
                "{kind}"
            );
        }
    }

    #[test]
    fn class_weights_are_for_classes() {
        let values = Tensor::ones([1, 1], (Kind::Float, Device::Cpu));
        let targets = Tensor::from_slice(&[1.0_f32]);
        for of_classes in [
            ClassLoss {
                weights: Some(targets.shallow_clone()),
                ..ClassLoss::default()
            },
            ClassLoss {
                label_smoothing: 0.1,
                ..ClassLoss::default()
            },
            ClassLoss {
                focal_gamma: 2.0,
                ..ClassLoss::default()
            },
        ] {
            let refused = head_task(&Task::Regression).loss(&values, &targets, &of_classes);
            assert!(matches!(refused, Err(Error::Input { .. })));
        }
    }
}
