//! Targets that are not of their task.

use super::TaskKind;

/// Why targets are not of a task.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TargetError {
    /// Targets of another task.
    #[error(
        "the task is a {task}, the targets are {targets}; use the targets that fit the task",
        targets = got.targets()
    )]
    Mismatch {
        /// The task.
        task: TaskKind,
        /// The task of the targets.
        got: TaskKind,
    },
    /// A class that the task does not have.
    #[error("target {position} is class {class}, the task has {n_classes} classes, counted from 0")]
    UnknownClass {
        /// Position of the target.
        position: usize,
        /// Its class.
        class: usize,
        /// Number of classes.
        n_classes: usize,
    },
    /// A number that is not finite.
    #[error("target {position} is {value}; drop rows without a finite target")]
    NotFinite {
        /// Position of the target.
        position: usize,
        /// Its value.
        value: f64,
    },
    /// A time before the start of follow-up.
    #[error("target {position} has the time {time}; a time is counted from the start, 0 or later")]
    NegativeTime {
        /// Position of the target.
        position: usize,
        /// Its time.
        time: f64,
    },
    /// More or fewer events than times.
    #[error("{times} times come with {events} events; give one of each per row")]
    Events {
        /// Number of times.
        times: usize,
        /// Number of events.
        events: usize,
    },
}

impl TargetError {
    /// Position of the target that is wrong, where it is one.
    pub fn position(&self) -> Option<usize> {
        match self {
            Self::Mismatch { .. } | Self::Events { .. } => None,
            Self::UnknownClass { position, .. }
            | Self::NotFinite { position, .. }
            | Self::NegativeTime { position, .. } => Some(*position),
        }
    }
}
