//! What is stated of a censored outcome: at which times survival is predicted and reported.

use midfuse_base::{Problem, SettingError, SurvivalTask, Task};
use serde::{Deserialize, Serialize};

/// What is stated of a censored outcome.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SurvivalSection {
    /// Times at which the figures of the report are stated, ascending, in the unit of the target.
    /// Default: the quartiles of the times of events in the rows that are not sealed, to two
    /// significant digits.
    pub horizons: Vec<f64>,
}

/// Most horizons: each is a figure per strategy.
const MOST: usize = 12;

impl SurvivalSection {
    /// Every rule that needs nothing but the study file; the error names the key.
    pub(super) fn check(&self) -> Result<(), SettingError> {
        let wrong = |expected: &str, got: String| {
            Err(Problem::expected(expected, got).of("survival.horizons"))
        };
        let positive = |time: &&f64| !(time.is_finite() && **time > 0.0);
        if let Some(time) = self.horizons.iter().find(positive) {
            return wrong("times above 0", time.to_string());
        }
        let rises = |pair: &[f64]| matches!(pair, [a, b] if a < b);
        if !self.horizons.windows(2).all(rises) {
            return wrong(
                "ascending times, no two alike",
                format!("{:?}", self.horizons),
            );
        }
        if self.horizons.len() > MOST {
            return wrong(&format!("at most {MOST}"), self.horizons.len().to_string());
        }
        Ok(())
    }

    /// The task with what is stated of it.
    ///
    /// # Errors
    /// [`SettingError`] that names the key, if the section does not fit the task.
    pub fn state(&self, task: Task) -> Result<Task, SettingError> {
        if let Some(survival) = task.as_survival() {
            let stated = SurvivalTask::new(self.horizons.clone());
            return Ok(Task::Survival(stated.with_unit(&survival.unit)));
        }
        if self.horizons.is_empty() {
            return Ok(task);
        }
        let reason = format!(
            "is about a censored outcome, and the target is {}",
            task.describe()
        );
        Err(Problem::conflict(reason, "remove it").of("survival.horizons"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn horizons_are_stated_of_a_survival_only() {
        let section = SurvivalSection {
            horizons: vec![12.0, 24.0],
        };
        let task = Task::Survival(SurvivalTask::default().with_unit("months"));
        let Ok(Task::Survival(stated)) = section.state(task) else {
            panic!("a survival");
        };
        assert_eq!((stated.horizons.len(), stated.unit.as_str()), (2, "months"));
        assert!(
            section
                .state(Task::Regression)
                .unwrap_err()
                .to_string()
                .contains("a number")
        );
        let none = SurvivalSection::default();
        assert_eq!(none.state(Task::Regression), Ok(Task::Regression));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let check = |horizons: &[f64]| {
            SurvivalSection {
                horizons: horizons.to_vec(),
            }
            .check()
        };
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&[1.0, 2.0]), Ok(()));
        assert!(check(&[0.0]).unwrap_err().to_string().contains("above 0"));
        assert!(
            check(&[f64::NAN])
                .unwrap_err()
                .to_string()
                .contains("above 0")
        );
        assert!(
            check(&[2.0, 2.0])
                .unwrap_err()
                .to_string()
                .contains("ascending")
        );
        assert!(check(&[1.0; 13]).is_err());
    }
}
