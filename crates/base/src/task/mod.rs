//! What is predicted, and the targets of it: one type for cohorts, heads, metrics and reports.
//!
//! Each task has a file here and one in every crate that owns a part of it (`data`'s columns,
//! `fusion`'s head and loss, `worker`'s targets, the metrics, the report), behind one trait and one
//! exhaustive `match` per crate. So a new task is a variant here, a file per crate, and a line per
//! `match`, which the compiler asks for.

mod classification;
mod column;
mod error;
mod kind;
mod regression;
mod survival;
mod target_shape;
mod targets;

use serde::{Deserialize, Serialize};

use crate::{ChoiceInfo, OptionKind, OptionValue};

pub use column::Column;
pub use error::{TargetError, TargetProblem};
pub use kind::{TaskKind, UnknownTask};
pub use survival::SurvivalTask;
pub use target_shape::TargetShape;
pub use targets::{Strata, Target, Targets};

use classification::Classification;
use regression::Regression;

/// What is predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Task {
    /// One of these classes; scores are log-probabilities in this order.
    Classification {
        /// Class names, in the order of the scores.
        classes: Vec<String>,
    },
    /// A number; one score per row, the predicted value.
    Regression,
    /// The time to an event, right-censored; scores are the log relative risk and the probabilities
    /// of being free of the event at stated times.
    Survival(SurvivalTask),
}

/// What every crate may ask of a task without knowing which it is.
trait Parts {
    fn kind(&self) -> TaskKind;
    fn n_scores(&self) -> usize;
    fn score_columns(&self) -> Vec<String>;
    /// Checks targets of the shape that the task has.
    fn check(&self, targets: &Targets) -> Result<(), TargetError>;
    fn strata(&self, targets: &Targets) -> Option<Strata>;
    fn target_columns(&self, targets: &Targets) -> Vec<(String, Column)>;
    fn prediction_columns(&self, scores: &[Vec<f64>]) -> Vec<(String, Column)>;
    fn describe(&self) -> String;
    fn is_weighed_by_fitted_rows(&self) -> bool;
}

/// A task is written as its kind, with what belongs to it.
impl OptionValue for Task {
    fn kind() -> OptionKind {
        let choices = TaskKind::ALL.iter().map(|kind| ChoiceInfo {
            name: kind.name(),
            meaning: "",
        });
        OptionKind::Choice {
            choices: choices.collect(),
        }
    }
}

impl Task {
    /// A classification of this many classes, named by their index from 0.
    pub fn of_classes(n: usize) -> Self {
        Self::Classification {
            classes: (0..n).map(|class| class.to_string()).collect(),
        }
    }

    /// A small task of each kind: two classes; a survival at two horizons. For what all tasks of a
    /// kind have in common, and for tests; [`TargetShape::example`] gives its targets.
    pub fn example(kind: TaskKind) -> Self {
        match kind {
            TaskKind::Classification => Self::of_classes(2),
            TaskKind::Regression => Self::Regression,
            TaskKind::Survival => Self::Survival(SurvivalTask::new([1.5, 2.5])),
        }
    }

    fn parts(&self) -> Box<dyn Parts + '_> {
        match self {
            Self::Classification { classes } => Box::new(Classification { classes }),
            Self::Regression => Box::new(Regression),
            Self::Survival(task) => Box::new(task),
        }
    }

    /// Which task it is.
    pub fn kind(&self) -> TaskKind {
        self.parts().kind()
    }

    /// How its targets lie in memory.
    pub fn target_shape(&self) -> TargetShape {
        self.kind().target_shape()
    }

    /// Scores per row: the number of classes; 1; or 1 and the number of times of the survival.
    pub fn n_scores(&self) -> usize {
        self.parts().n_scores()
    }

    /// Names of the scores in files: `score_CLASS` per class; `score`; or `log_risk` and
    /// `survival_TIME` per time.
    pub fn score_columns(&self) -> Vec<String> {
        self.parts().score_columns()
    }

    /// Checks that targets are of this task.
    ///
    /// # Errors
    /// [`TargetError::Mismatch`] for targets of another shape; [`TargetError::Events`] for more or
    /// fewer events than times; [`TargetError::Value`] with the position of the first that the task
    /// cannot have.
    pub fn check(&self, targets: &Targets) -> Result<(), TargetError> {
        let (task, got) = (self.kind(), targets.shape());
        if got != self.target_shape() {
            return Err(TargetError::Mismatch { task, got });
        }
        self.parts().check(targets)
    }

    /// What stratified splits balance: the class, or whether the event was seen; `None` for numbers.
    pub fn strata(&self, targets: &Targets) -> Option<Strata> {
        self.parts().strata(targets)
    }

    /// Whether targets of this task have strata.
    pub fn has_strata(&self) -> bool {
        self.strata(&Targets::none(self.target_shape())).is_some()
    }

    /// Targets as people read them: `target` (class names, or numbers), or `time` and `event`.
    pub fn target_columns(&self, targets: &Targets) -> Vec<(String, Column)> {
        self.parts().target_columns(targets)
    }

    /// Predictions as people read them, from the scores of each row: `prediction` and
    /// `probability of CLASS`; `prediction`; or `log risk` and `survival at TIME`.
    pub fn prediction_columns(&self, scores: &[Vec<f64>]) -> Vec<(String, Column)> {
        self.parts().prediction_columns(scores)
    }

    /// A few words: `one of 3 classes`, `a number`, `a time to an event, right-censored`.
    pub fn describe(&self) -> String {
        self.parts().describe()
    }

    /// Whether metrics of the task weigh rows by what the model was fitted on: by the censoring
    /// there.
    pub fn is_weighed_by_fitted_rows(&self) -> bool {
        self.parts().is_weighed_by_fitted_rows()
    }

    /// Class names in the order of the scores; empty where nothing is classified.
    pub fn classes(&self) -> &[String] {
        let Self::Classification { classes } = self else {
            return &[];
        };
        classes
    }

    /// What is predicted of a survival; `None` of another task.
    pub fn as_survival(&self) -> Option<&SurvivalTask> {
        let Self::Survival(task) = self else {
            return None;
        };
        Some(task)
    }
}

/// Score `i` of each row.
fn score(scores: &[Vec<f64>], i: usize) -> Vec<f64> {
    let one = |row: &Vec<f64>| row.get(i).copied().unwrap_or(f64::NAN);
    scores.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_has_every_part() {
        for &kind in TaskKind::ALL {
            let task = Task::example(kind);
            let targets = task.target_shape().example(2);
            assert_eq!(task.kind(), kind);
            assert_eq!(targets.shape(), task.target_shape());
            assert_eq!(task.score_columns().len(), task.n_scores());
            assert_eq!(task.check(&targets), Ok(()));
            assert!(task.check(&Targets::none(task.target_shape())).is_ok());
            assert!(!task.describe().is_empty());
            for (name, column) in task.target_columns(&targets) {
                assert_eq!(column.len(), 2, "{name}");
            }
            let scores = vec![vec![-0.5; task.n_scores()]; 2];
            let columns = task.prediction_columns(&scores);
            assert!(!columns.is_empty());
            assert!(columns.iter().all(|(_, column)| column.len() == 2));
            let json = serde_json::to_string(&task).unwrap();
            assert_eq!(serde_json::from_str::<Task>(&json).unwrap(), task);
            assert!(json.contains(&format!("\"kind\":\"{}\"", kind.name())));
            let json = serde_json::to_string(&targets).unwrap();
            assert_eq!(serde_json::from_str::<Targets>(&json).unwrap(), targets);
            let shapes = TaskKind::ALL.iter().map(|kind| kind.target_shape());
            for other in shapes.filter(|&shape| shape != task.target_shape()) {
                let error = task.check(&other.example(2)).unwrap_err();
                assert!(matches!(error, TargetError::Mismatch { .. }), "{error}");
            }
        }
    }

    #[test]
    fn json_of_a_task() {
        let json = serde_json::to_string(&Task::of_classes(2)).unwrap();
        assert_eq!(json, r#"{"kind":"classification","classes":["0","1"]}"#);
        let json = serde_json::to_string(&Task::Regression).unwrap();
        assert_eq!(json, r#"{"kind":"regression"}"#);
        let unknown = r#"{"kind":"survival","horizons":[1.0],"times":[1.0],"years":3}"#;
        assert!(serde_json::from_str::<Task>(unknown).is_err());
    }

    #[test]
    fn strata_are_classes_or_events() {
        let strata = |kind| {
            let task = Task::example(kind);
            task.strata(&task.target_shape().example(2))
        };
        assert_eq!(strata(TaskKind::Classification).unwrap().codes, [0, 1]);
        assert_eq!(strata(TaskKind::Regression), None);
        let survival = strata(TaskKind::Survival).unwrap();
        assert_eq!(survival.codes, [1, 0]);
        assert_eq!(survival.names, ["censored", "event"]);
    }

    #[test]
    fn targets_out_of_range_are_named() {
        let refused = |task: Task, targets: Targets| task.check(&targets).unwrap_err();
        assert_eq!(
            refused(Task::of_classes(3), Targets::Class(vec![0, 3])),
            TargetProblem::UnknownClass {
                class: 3,
                n_classes: 3
            }
            .at(1)
        );
        let infinite = Targets::Value(vec![f64::INFINITY]);
        assert_eq!(
            refused(Task::Regression, infinite),
            TargetProblem::NotFinite("inf".into()).at(0)
        );
        let survival = |time: &[f64]| {
            let (time, event) = (time.to_vec(), vec![true, true]);
            refused(
                Task::example(TaskKind::Survival),
                Targets::Survival { time, event },
            )
        };
        assert_eq!(
            survival(&[1.0, -1.0]),
            TargetProblem::NegativeTime("-1".into()).at(1)
        );
        assert_eq!(
            survival(&[1.0, f64::INFINITY]),
            TargetProblem::NotFinite("inf".into()).at(1)
        );
        let (times, events) = (1, 2);
        assert_eq!(survival(&[1.0]), TargetError::Events { times, events });
    }
}
