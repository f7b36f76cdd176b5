//! The answer of a study.

use serde::{Deserialize, Serialize};

/// The answer of a study to "does fusing pay?". Names are those of strategies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Finding {
    /// Nothing to compare with: no single modality was fitted without failures.
    NoSingle {
        /// The single modalities with failed jobs.
        failed: Vec<String>,
    },
    /// Nothing to compare: the study has no fusion.
    NothingFused,
    /// Nothing to compare: no fusion was fitted without failures.
    NoFusion {
        /// The fusions with failed jobs.
        failed: Vec<String>,
    },
    /// No strategy is shown to beat the prior.
    NoSkill,
    /// Some fusions gain more than the margin on each of their single modalities.
    FusionPays {
        /// Those fusions.
        fusions: Vec<String>,
        /// Fusions that were compared.
        compared: usize,
        /// Baselines of several modalities that none of those fusions is shown to beat.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unbeaten: Vec<String>,
    },
    /// None does, and some are worse than the best single modality by more than the margin.
    FusionCosts {
        /// Those fusions.
        fusions: Vec<String>,
        /// Fusions that were compared.
        compared: usize,
    },
    /// For every fusion a gain above the margin on the best single modality is excluded.
    NoGain,
    /// No gain is shown, and a gain is not excluded either.
    NotShown,
}
