//! Targets on the way in, scores on the way out: one file per task, behind [`TargetPart`] and
//! [`FittedTarget`].

mod classification;
mod regression;
mod survival;

use std::fmt::Debug;

use midfuse_base::{Recalibration, Targets, Task};
use midfuse_eval::view::FitRows;
use serde::Serialize;
use serde_json::{Map, Value};
use tch::Tensor;

use crate::Result;
use crate::model::ClassWeights;
use classification::Classes;
use regression::Numbers;
use survival::TimesAndEvents;

/// What a job does for one task before a model is there.
pub(crate) trait TargetPart {
    /// What is predicted and how it is fitted, in one line without a dot.
    fn summary(&self) -> &'static str;

    /// Keys of the training section whose default is another one for this task.
    fn training_defaults(&self) -> Map<String, Value>;

    /// Fits what turns targets into what the loss takes; `ids` are those of `targets`.
    fn fit(
        &self,
        targets: &Targets,
        ids: &[String],
        fit_rows: &FitRows<'_>,
    ) -> Result<Box<dyn FittedTarget>>;

    /// Reads what [`FittedTarget::saved`] wrote.
    fn load(&self, saved: &Value) -> serde_json::Result<Box<dyn FittedTarget>>;
}

/// What was fitted on the targets of the fitting rows: the scale of a number, the baseline of a
/// survival.
pub(crate) trait FittedTarget: Debug {
    /// Targets as the loss takes them, on the CPU. Rows to predict come behind and have none: their
    /// loss is 0 or NaN and never their own.
    fn tensor(&self, targets: &Targets, n_predict: usize) -> Result<Tensor>;

    /// Targets as an estimator fits them: numbers are standardised, all others as they are.
    fn standard(&self, targets: &Targets) -> Result<Targets> {
        Ok(targets.clone())
    }

    /// Checks that the rows can be fitted on and stopped by; gives the weights of the classes.
    fn class_weights(
        &self,
        fit: &Targets,
        stop: &Targets,
        weights: ClassWeights,
    ) -> Result<Option<Tensor>>;

    /// Lets the predictions pass through a map; without one they stay as the model makes them.
    fn recalibrate(&mut self, by: Option<&Recalibration>) -> Result<()>;

    /// Fits what the trained model decides; `outputs` gives its outputs `[N, d_out]` of the rows
    /// behind `fit`.
    fn finish(&mut self, fit: &Targets, outputs: &dyn Fn() -> Result<Tensor>) -> Result<()>;

    /// Scores of rows, from the model's outputs `[N, d_out]`, as [`Task::score_columns`] names them;
    /// through the map, if there is one.
    fn scores(&self, outputs: &Tensor) -> Result<Vec<Vec<f64>>>;

    /// What a saved model keeps of it.
    fn saved(&self) -> serde_json::Result<Value>;
}

/// What a job does for this task.
pub(crate) fn part(task: &Task) -> Box<dyn TargetPart + '_> {
    match task {
        Task::Classification { classes } => Box::new(Classes(classes.len())),
        Task::Regression => Box::new(Numbers),
        Task::Survival(task) => Box::new(TimesAndEvents(task)),
    }
}

/// The model section with the defaults of this task for training keys that it does not have.
pub(crate) fn with_training_defaults(model: &Value, task: &Task) -> Value {
    let mut model = model.clone();
    let defaults = part(task).training_defaults();
    if let (Some(sections), false) = (model.as_object_mut(), defaults.is_empty()) {
        let training = sections
            .entry("training")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Some(training) = training.as_object_mut() {
            for (key, value) in defaults {
                training.entry(key).or_insert(value);
            }
        }
    }
    model
}

fn to_json(fitted: impl Serialize) -> serde_json::Result<Value> {
    serde_json::to_value(fitted)
}

#[cfg(test)]
mod tests {
    use midfuse_base::TaskKind;
    use midfuse_fusion::head_task;
    use midfuse_metrics::metric::task_metrics;
    use midfuse_wire::JobSpec;
    use serde_json::json;
    use tch::{Device, Kind};

    use super::*;

    #[test]
    fn every_task_has_every_part() {
        let ids: Vec<String> = (0..4).map(|i| i.to_string()).collect();
        for &kind in TaskKind::ALL {
            let task = Task::example(kind);
            let targets = task.target_shape().example(4);
            let d_out = head_task(&task).d_out();
            let part = part(&task);
            let spec: JobSpec = serde_json::from_value(json!({
                "task": task, "data": "0".repeat(64), "model": {}, "seed": 0, "fit": ids, "targets": targets, "stop": [],
                "predict": [], "threads": 1, "predict_batch": 1, "device": "cpu",
                "keep_model": false,
            }))
            .unwrap();
            let mut fitted = part.fit(&targets, &ids, &FitRows::of(&spec)).unwrap();
            assert_eq!(fitted.tensor(&targets, 3).unwrap().size().first(), Some(&7));
            let weights = fitted.class_weights(&targets, &targets, ClassWeights::None);
            assert!(weights.unwrap().is_none());
            let outputs = Tensor::linspace(-1.0, 1.0, 4 * d_out, (Kind::Float, Device::Cpu));
            let outputs = outputs.view([4, d_out]);
            fitted
                .finish(&targets, &|| Ok(outputs.shallow_clone()))
                .unwrap();
            let scores = fitted.scores(&outputs).unwrap();
            assert_eq!(scores.len(), 4);
            assert!(
                scores.iter().all(|row| row.len() == task.n_scores()),
                "{kind}"
            );
            let back = part.load(&fitted.saved().unwrap()).unwrap();
            assert_eq!(back.scores(&outputs).unwrap(), scores);
            fitted.recalibrate(None).unwrap();
            assert_eq!(fitted.scores(&outputs).unwrap(), scores);
            let warm = Recalibration::Temperature { temperature: 2.0 };
            let applies = !task_metrics(&task).recalibrations().is_empty();
            assert_eq!(fitted.recalibrate(Some(&warm)).is_ok(), applies, "{kind}");
            fitted
                .finish(&targets, &|| Ok(outputs.shallow_clone()))
                .unwrap();
            let warmed = fitted.scores(&outputs).unwrap();
            assert_eq!(warmed != scores, applies, "{kind}");
            let back = part.load(&fitted.saved().unwrap()).unwrap();
            assert_eq!(back.scores(&outputs).unwrap(), warmed);
        }
    }

    #[test]
    fn defaults_of_a_task_give_way_to_what_is_written() {
        let task = Task::example(TaskKind::Survival);
        let bare = with_training_defaults(&json!({"modalities": []}), &task);
        assert_eq!(bare["training"]["batch_size"], json!(survival::BATCH_SIZE));
        let written = json!({"training": {"batch_size": 7, "epochs": 2}});
        assert_eq!(with_training_defaults(&written, &task), written);
        assert_eq!(
            with_training_defaults(&json!({}), &Task::Regression),
            json!({})
        );
    }
}
