//! What a study cannot know.

use serde::{Deserialize, Serialize};

/// A question that the study leaves open, because what would answer it was not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Unknown {
    /// Whether modalities complement one another: controls were not run.
    Complementarity,
    /// Whether a gain is interaction or addition.
    Interaction,
    /// Whether the data leak.
    Leaks,
    /// How one fitted model does on new rows.
    NewRows {
        /// Rows that a conclusion can open.
        sealed_rows: usize,
    },
    /// Whether a gain in loss is one in calibration.
    Calibration,
    /// How much the luck of a split and of a seed weighs.
    Luck {
        /// Repeats of the study.
        repeats: usize,
    },
}

impl Unknown {
    /// Repeats from which on the luck of a split can be told.
    pub const FEWEST_REPEATS: usize = 3;
}
