//! How targets lie in memory: fewer shapes than tasks, since counts and ages are both numbers.

use std::fmt;

use super::Targets;

/// How the targets of a task lie in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TargetShape {
    /// A class index per row.
    Classes,
    /// A number per row.
    Numbers,
    /// A time of follow-up and whether it ended with the event, per row.
    TimesAndEvents,
}

impl TargetShape {
    /// `n` targets of this shape that every task over it can be fitted on: two classes in turn; 0, 1,
    /// 2, ..; times 1, 2, 3, .., every other with the event. For tests and lists of what there is.
    pub fn example(self, n: usize) -> Targets {
        match self {
            Self::Classes => Targets::Class((0..n).map(|row| row % 2).collect()),
            Self::Numbers => Targets::Value((0..n).map(|row| row as f64).collect()),
            Self::TimesAndEvents => Targets::Survival {
                time: (1..=n).map(|row| row as f64).collect(),
                event: (0..n).map(|row| row % 2 == 0).collect(),
            },
        }
    }
}

impl fmt::Display for TargetShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Classes => "classes",
            Self::Numbers => "numbers",
            Self::TimesAndEvents => "times and events",
        })
    }
}
