//! Tasks by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which task it is, by the name that `cohort.toml` gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskKind {
    /// One of a finite set of classes.
    Classification,
    /// A finite number.
    Regression,
    /// The time to an event, right-censored.
    Survival,
}

impl TaskKind {
    /// Every task.
    pub const ALL: &[Self] = &[Self::Classification, Self::Regression, Self::Survival];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Regression => "regression",
            Self::Survival => "survival",
        }
    }

    /// What its targets are called.
    pub fn targets(self) -> &'static str {
        match self {
            Self::Classification => "classes",
            Self::Regression => "numbers",
            Self::Survival => "times and events",
        }
    }
}

impl fmt::Display for TaskKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that is no task's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no task `{0}`; the tasks are classification, regression and survival")]
pub struct UnknownTask(String);

impl FromStr for TaskKind {
    type Err = UnknownTask;

    fn from_str(name: &str) -> Result<Self, UnknownTask> {
        let named = |kind: &&Self| kind.name() == name;
        let found = Self::ALL.iter().find(named).copied();
        found.ok_or_else(|| UnknownTask(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_serde_names() {
        for &kind in TaskKind::ALL {
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("{:?}", kind.name()));
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        let error = "cox".parse::<TaskKind>().unwrap_err().to_string();
        assert!(TaskKind::ALL.iter().all(|kind| error.contains(kind.name())));
    }
}
