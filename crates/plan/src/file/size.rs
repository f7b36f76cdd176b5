//! Lengths of windows and sizes of test sides.

use std::fmt;

use midfuse_base::{Choices, OptionKind, OptionValue};
use serde::{Deserialize, Serialize};

/// A length of a window: `{ rows = 50 }` or `{ time = 30 }`, in the unit of the cohort's times.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Length {
    /// A number of rows.
    Rows(usize),
    /// A length of time, in the unit of the cohort's times: days where they are dates.
    Time(f64),
}

/// The size of a test side: a share of the rows, or a length.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a share such as 0.2, { rows = 50 } or { time = 30 }"
)]
pub enum Size {
    /// A share of the rows, or groups.
    Share(f64),
    /// A length, for windows.
    Length(Length),
}

/// A share, or else a table: what is listed is the usual form.
impl OptionValue for Size {
    fn kind() -> OptionKind {
        OptionKind::Number
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows(rows) => write!(f, "{rows} rows"),
            Self::Time(time) => write!(f, "a time of {time}"),
        }
    }
}

impl Length {
    /// Whether it is finite and above 0.
    pub fn is_positive(self) -> bool {
        match self {
            Self::Rows(rows) => rows > 0,
            Self::Time(time) => time.is_finite() && time > 0.0,
        }
    }

    /// Whether it is finite and not below 0.
    pub fn is_not_negative(self) -> bool {
        match self {
            Self::Rows(_) => true,
            Self::Time(time) => time.is_finite() && time >= 0.0,
        }
    }
}
