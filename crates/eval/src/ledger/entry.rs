//! What a ledger records.

use serde::{Deserialize, Serialize};

use crate::identity::RowHash;

use super::{Declaration, Plan};

/// Something that happened to a cohort.
///
/// Fields that came later are left out of the file where they are empty, so that the lines of older
/// ledgers keep their hashes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Event {
    /// Rows were put aside, with the plan for them.
    Sealed {
        /// Hashes of what the rows hold, sorted.
        rows: Vec<RowHash>,
        /// What will be concluded from them.
        plan: Plan,
        /// Hashes of the rows' ids, sorted; empty where the rows declare no content, since `rows` are
        /// then hashes of ids.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ids: Vec<RowHash>,
        /// Hashes of single modalities that no other row of the cohort shares, sorted.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parts: Vec<RowHash>,
        /// Hashes of the rows that stay to develop on, sorted.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        developed: Vec<RowHash>,
    },
    /// Sealed rows were opened.
    Opened {
        /// Hashes of the rows, sorted.
        rows: Vec<RowHash>,
        /// Of a conclusion that may be resumed: hash of everything that decides its result.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// The conclusion that had opened these rows was killed or failed, and goes on.
    Resumed {
        /// Hash over the hashes of the rows.
        rows: RowHash,
        /// As in the opening.
        by: String,
    },
    /// The conclusion came to its end: it does not resume again.
    Concluded {
        /// Hash over the hashes of the rows.
        rows: RowHash,
        /// As in the opening.
        by: String,
    },
    /// A score or predictions with targets left an outer fold.
    Disclosed {
        /// Which model, in the caller's words.
        what: String,
        /// The metric, or `"rows"` for predictions with targets.
        measure: String,
        /// Hash over the hashes of the rows.
        rows: RowHash,
        /// Hash of the predictions, so that two models of one name count twice.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        predictions: Option<RowHash>,
    },
    /// Somebody stated what no program can check.
    Declared {
        /// What was stated.
        declaration: Declaration,
    },
}

/// Names of the events, as a ledger spells them.
pub(super) const KNOWN: [&str; 6] = [
    "sealed",
    "opened",
    "resumed",
    "concluded",
    "disclosed",
    "declared",
];
