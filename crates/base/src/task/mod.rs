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
mod targets;

use serde::{Deserialize, Serialize};

use crate::{ChoiceInfo, OptionKind, OptionValue};

pub use column::Column;
pub use error::TargetError;
pub use kind::{TaskKind, UnknownTask};
pub use survival::SurvivalTask;
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
trait Shape {
    fn kind(&self) -> TaskKind;
    fn n_scores(&self) -> usize;
    fn score_columns(&self) -> Vec<String>;
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

    fn shape(&self) -> Box<dyn Shape + '_> {
        match self {
            Self::Classification { classes } => Box::new(Classification { classes }),
            Self::Regression => Box::new(Regression),
            Self::Survival(task) => Box::new(task),
        }
    }

    /// Which task it is.
    pub fn kind(&self) -> TaskKind {
        self.shape().kind()
    }

    /// Scores per row: the number of classes; 1; or 1 and the number of times of the survival.
    pub fn n_scores(&self) -> usize {
        self.shape().n_scores()
    }

    /// Names of the scores in files: `score_CLASS` per class; `score`; or `log_risk` and
    /// `survival_TIME` per time.
    pub fn score_columns(&self) -> Vec<String> {
        self.shape().score_columns()
    }

    /// Checks that targets are of this task.
    ///
    /// # Errors
    /// [`TargetError`] with the position of the first that is not.
    pub fn check(&self, targets: &Targets) -> Result<(), TargetError> {
        self.shape().check(targets)
    }

    /// What stratified splits balance: the class, or whether the event was seen; `None` for numbers.
    pub fn strata(&self, targets: &Targets) -> Option<Strata> {
        self.shape().strata(targets)
    }

    /// Whether targets of this task have strata.
    pub fn has_strata(&self) -> bool {
        self.strata(&Targets::none(self.kind())).is_some()
    }

    /// Targets as people read them: `target` (class names, or numbers), or `time` and `event`.
    pub fn target_columns(&self, targets: &Targets) -> Vec<(String, Column)> {
        self.shape().target_columns(targets)
    }

    /// Predictions as people read them, from the scores of each row: `prediction` and
    /// `probability of CLASS`; `prediction`; or `log risk` and `survival at TIME`.
    pub fn prediction_columns(&self, scores: &[Vec<f64>]) -> Vec<(String, Column)> {
        self.shape().prediction_columns(scores)
    }

    /// A few words: `one of 3 classes`, `a number`, `a time to an event, right-censored`.
    pub fn describe(&self) -> String {
        self.shape().describe()
    }

    /// Whether metrics of the task weigh rows by what the model was fitted on: by the censoring
    /// there.
    pub fn is_weighed_by_fitted_rows(&self) -> bool {
        self.shape().is_weighed_by_fitted_rows()
    }

    /// Class names in the order of the scores; empty where nothing is classified.
    pub fn classes(&self) -> &[String] {
        match self {
            Self::Classification { classes } => classes,
            Self::Regression | Self::Survival(_) => &[],
        }
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

    /// A task of each kind.
    fn of(kind: TaskKind) -> Task {
        match kind {
            TaskKind::Classification => Task::of_classes(3),
            TaskKind::Regression => Task::Regression,
            TaskKind::Survival => {
                Task::Survival(SurvivalTask::new([12.0, 24.0]).with_unit("months"))
            }
        }
    }

    fn targets(kind: TaskKind) -> Targets {
        match kind {
            TaskKind::Classification => Targets::Class(vec![2, 0]),
            TaskKind::Regression => Targets::Value(vec![0.5, -1.0]),
            TaskKind::Survival => Targets::Survival {
                time: vec![3.0, 0.0],
                event: vec![true, false],
            },
        }
    }

    #[test]
    fn every_task_has_every_part() {
        for &kind in TaskKind::ALL {
            let task = of(kind);
            let targets = targets(kind);
            assert_eq!(task.kind(), kind);
            assert_eq!(targets.kind(), kind);
            assert_eq!(task.score_columns().len(), task.n_scores());
            assert_eq!(task.check(&targets), Ok(()));
            assert!(task.check(&Targets::none(kind)).is_ok());
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
            for &other in TaskKind::ALL.iter().filter(|&&other| other != kind) {
                let error = task.check(&self::targets(other)).unwrap_err();
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
        let strata = |kind| of(kind).strata(&targets(kind));
        assert_eq!(strata(TaskKind::Classification).unwrap().codes, [2, 0]);
        assert_eq!(strata(TaskKind::Regression), None);
        let survival = strata(TaskKind::Survival).unwrap();
        assert_eq!(survival.codes, [1, 0]);
        assert_eq!(survival.names, ["censored", "event"]);
    }

    #[test]
    fn targets_out_of_range_are_named() {
        let error = of(TaskKind::Classification)
            .check(&Targets::Class(vec![0, 3]))
            .unwrap_err();
        assert_eq!(error.position(), Some(1));
        let error = Task::Regression
            .check(&Targets::Value(vec![f64::NAN]))
            .unwrap_err();
        assert_eq!(error.position(), Some(0));
        for bad in [-1.0, f64::INFINITY] {
            let (time, event) = (vec![1.0, bad], vec![true, true]);
            let error = of(TaskKind::Survival)
                .check(&Targets::Survival { time, event })
                .unwrap_err();
            assert_eq!(error.position(), Some(1));
        }
        let (time, event) = (vec![1.0], vec![true, true]);
        assert!(
            of(TaskKind::Survival)
                .check(&Targets::Survival { time, event })
                .is_err()
        );
    }
}
