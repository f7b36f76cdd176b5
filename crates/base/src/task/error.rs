//! Targets that are not of their task.

use super::{TargetShape, TaskKind};

/// Why targets are not of a task.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Targets of another task.
    #[error("the task is a {task}, the targets are {got}; use the targets that fit the task")]
    Mismatch {
        /// The task.
        task: TaskKind,
        /// What the targets are.
        got: TargetShape,
    },
    /// More or fewer events than times.
    #[error("{times} times come with {events} events; give one of each per row")]
    Events {
        /// Number of times.
        times: usize,
        /// Number of events.
        events: usize,
    },
    /// A target that the task cannot have.
    #[error("target {position} {problem}")]
    Value {
        /// Position of the target.
        position: usize,
        /// What is wrong with it.
        problem: TargetProblem,
    },
}

/// What is wrong with one target; its text goes on after whose target it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetProblem {
    /// A class that the task does not have.
    #[error(
        "is class {class}, the task has classes 0 to {last}; list every class in the task",
        last = n_classes.saturating_sub(1)
    )]
    UnknownClass {
        /// Its class.
        class: usize,
        /// Number of classes.
        n_classes: usize,
    },
    /// A number that is not finite, as text.
    #[error("is {0}; drop rows without a finite target")]
    NotFinite(String),
    /// A time before the start of follow-up, as text.
    #[error("has the time {0}; count times from the start of follow-up")]
    NegativeTime(String),
}

impl TargetProblem {
    /// The error about the target at a position.
    pub(super) fn at(self, position: usize) -> TargetError {
        TargetError::Value {
            position,
            problem: self,
        }
    }

    /// An error at the first number that is not finite.
    pub(super) fn check_finite(values: &[f64]) -> Result<(), TargetError> {
        match values.iter().enumerate().find(|(_, v)| !v.is_finite()) {
            None => Ok(()),
            Some((position, &value)) => Err(Self::NotFinite(value.to_string()).at(position)),
        }
    }
}
