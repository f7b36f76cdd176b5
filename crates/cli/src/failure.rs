//! A command that did not do what it was asked for.

use std::fmt::Display;

/// Exit code of a wrong command or study file.
pub(crate) const USAGE: u8 = 2;
/// Exit code of wrong data.
pub(crate) const DATA: u8 = 1;
/// Exit code of a study with failed jobs.
pub(crate) const FAILED_JOBS: u8 = 3;

/// One line for the user, and the exit code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) code: u8,
}

impl Failure {
    pub(crate) fn usage(message: impl Display) -> Self {
        Self {
            message: message.to_string(),
            code: USAGE,
        }
    }

    pub(crate) fn data(message: impl Display) -> Self {
        Self {
            message: message.to_string(),
            code: DATA,
        }
    }
}

impl From<midfuse_study::Error> for Failure {
    fn from(error: midfuse_study::Error) -> Self {
        Self {
            code: error.exit_code(),
            message: error.to_string(),
        }
    }
}

impl From<midfuse_audit::Error> for Failure {
    fn from(error: midfuse_audit::Error) -> Self {
        Self {
            code: error.exit_code(),
            message: error.to_string(),
        }
    }
}

impl From<midfuse_compare::Error> for Failure {
    fn from(error: midfuse_compare::Error) -> Self {
        Self {
            code: error.exit_code(),
            message: error.to_string(),
        }
    }
}

impl From<midfuse_plan::Error> for Failure {
    fn from(error: midfuse_plan::Error) -> Self {
        midfuse_study::Error::from(error).into()
    }
}

impl From<midfuse_data::DataError> for Failure {
    fn from(error: midfuse_data::DataError) -> Self {
        Self::data(error)
    }
}
