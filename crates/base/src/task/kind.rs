//! Tasks by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::TargetShape;
use crate::there_are;

macro_rules! tasks {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal, $shape:ident;)+) => {
        /// Which task it is, by the name that `cohort.toml` gives it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum TaskKind {
            $($(#[$doc])+ #[serde(rename = $name)] $variant,)+
        }

        impl TaskKind {
            /// Every task.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in files.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// How its targets lie in memory.
            pub fn target_shape(self) -> TargetShape {
                match self {
                    $(Self::$variant => TargetShape::$shape,)+
                }
            }
        }
    };
}

// One line per task: the rest of it is in its files.
tasks! {
    /// One of a finite set of classes.
    Classification = "classification", Classes;
    /// A finite number.
    Regression = "regression", Numbers;
    /// The time to an event, right-censored.
    Survival = "survival", TimesAndEvents;
}

impl fmt::Display for TaskKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that is no task's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no task `{name}`{}", there_are(.name, TaskKind::ALL.iter().map(|kind| kind.name())))]
pub struct UnknownTask {
    name: String,
}

impl FromStr for TaskKind {
    type Err = UnknownTask;

    fn from_str(name: &str) -> Result<Self, UnknownTask> {
        let named = |kind: &&Self| kind.name() == name;
        let found = Self::ALL.iter().find(named).copied();
        found.ok_or_else(|| UnknownTask {
            name: name.to_owned(),
        })
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
