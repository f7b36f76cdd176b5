//! A setting that cannot be: a key of a study file, or an option of a command.

use crate::{ConfigError, there_are};

/// A setting that cannot be: a key of a study file, or an option of a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {problem}")]
pub struct SettingError {
    /// The setting, as people write it: `protocol.gap`, `--gap`.
    pub setting: String,
    /// Why it cannot be, and how to mend it.
    pub problem: Problem,
}

impl SettingError {
    /// That `problem` of `setting`.
    pub fn new(setting: impl Into<String>, problem: Problem) -> Self {
        Self {
            setting: setting.into(),
            problem,
        }
    }
}

impl From<ConfigError> for SettingError {
    fn from(error: ConfigError) -> Self {
        let setting = format!("{}.{}", error.config, error.field);
        Self::new(setting, Problem::expected(error.expected, error.got))
    }
}

/// Why a setting cannot be, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Out of its range, or of another form.
    #[error("expected {expected}, got {got}")]
    Expected {
        /// What would be accepted.
        expected: String,
        /// What came.
        got: String,
    },
    /// It names what is not there.
    #[error("{lacks} `{name}`{}", there_are(.name, .known.iter().map(String::as_str)))]
    Unknown {
        /// What is not there: `unknown strategy`, `the cohort has no target`.
        lacks: &'static str,
        /// What was named.
        name: String,
        /// What is there.
        known: Vec<String>,
    },
    /// The same twice.
    #[error("`{name}` is there twice; {mend}")]
    Twice {
        /// What is there twice.
        name: String,
        /// How to mend it.
        mend: &'static str,
    },
    /// It contradicts another setting, or the data.
    #[error("{reason}; {mend}")]
    Conflict {
        /// Why it cannot be.
        reason: String,
        /// How to mend it.
        mend: String,
    },
    /// Something is not there that has to be.
    #[error("{what}")]
    Needs {
        /// What to write.
        what: String,
    },
}

impl Problem {
    /// [`Problem::Expected`].
    pub fn expected(expected: impl ToString, got: impl ToString) -> Self {
        Self::Expected {
            expected: expected.to_string(),
            got: got.to_string(),
        }
    }

    /// [`Problem::Unknown`].
    pub fn unknown<K: Into<String>>(
        lacks: &'static str,
        name: impl Into<String>,
        known: impl IntoIterator<Item = K>,
    ) -> Self {
        Self::Unknown {
            lacks,
            name: name.into(),
            known: known.into_iter().map(Into::into).collect(),
        }
    }

    /// [`Problem::Conflict`].
    pub fn conflict(reason: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::Conflict {
            reason: reason.into(),
            mend: mend.into(),
        }
    }

    /// [`Problem::Needs`].
    pub fn needs(what: impl Into<String>) -> Self {
        Self::Needs { what: what.into() }
    }

    /// The error of a setting with this problem.
    pub fn of(self, setting: impl Into<String>) -> SettingError {
        SettingError::new(setting, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_named_before_its_problem() {
        let error = Problem::expected("at least 2", 1).of("protocol.outer_folds");
        assert_eq!(
            error.to_string(),
            "protocol.outer_folds: expected at least 2, got 1"
        );
    }

    #[test]
    fn what_is_unknown_is_listed() {
        let near = Problem::unknown("unknown strategy", "concatt", ["concat", "late"]);
        assert_eq!(
            near.to_string(),
            "unknown strategy `concatt`: did you mean `concat`? There are concat, late"
        );
        let far = Problem::unknown("unknown strategy", "xyzxyz", ["concat", "late"]);
        assert_eq!(
            far.to_string(),
            "unknown strategy `xyzxyz`; there are concat, late"
        );
    }
}
