//! What only a person can know, written down before it matters.

use serde::{Deserialize, Serialize};

use super::{Event, Ledger, LedgerError};

/// A statement that no program can check, as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "declares", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Declaration {
    /// What a score is meant to say something about.
    Claim {
        /// The population, in words: "adults with suspected glioma at admission".
        population: String,
        /// The unit that is drawn from it: "patient", "slice".
        unit: String,
    },
    /// An encoder that was trained before, on rows that this cohort may share.
    Pretrained {
        /// Its name.
        encoder: String,
        /// What it was trained on, and where it comes from.
        provenance: String,
        /// SHA-256 of its weights, in hex.
        weights: String,
    },
}

impl Ledger {
    /// Records a declaration; the same one again is recorded once. It cannot be taken back, and its
    /// place in the chain shows whether it came before the test set was opened.
    ///
    /// # Errors
    /// [`LedgerError::Io`]; [`LedgerError::Tampered`].
    pub fn declare(&self, declaration: Declaration) -> Result<(), LedgerError> {
        self.record_once(Event::Declared { declaration })
    }

    /// All declarations, in the order in which they were made.
    ///
    /// # Errors
    /// [`LedgerError::Io`]; [`LedgerError::Tampered`].
    pub fn declarations(&self) -> Result<Vec<Declaration>, LedgerError> {
        let declared = self
            .entries()?
            .into_iter()
            .filter_map(|entry| match entry.event {
                Event::Declared { declaration } => Some(declaration),
                _ => None,
            });
        Ok(declared.collect())
    }
}
