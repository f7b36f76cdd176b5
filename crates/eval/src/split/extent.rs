//! How long a window is.

use midfuse_base::{Choices, ConfigError, Validate};
use serde::{Deserialize, Serialize};

/// The length of a window in rows or in time: `{ rows = 50 }` or `{ time = 86400 }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Extent {
    /// A number of rows.
    Rows(usize),
    /// A length of time, in the unit of the spans.
    Time(i64),
}

impl Extent {
    pub(super) const NONE: Self = Self::Rows(0);

    /// Fails unless the extent is at least `least`.
    pub(super) fn at_least(
        self,
        least: i64,
        config: &'static str,
        field: &str,
    ) -> Result<(), ConfigError> {
        let ok = match self {
            Self::Rows(rows) => i64::try_from(rows).is_ok_and(|rows| rows >= least),
            Self::Time(time) => time >= least,
        };
        Validate::new(config).ensure(ok, field, format!("an extent of at least {least}"), self)
    }
}
