//! What the numbers say, in the words that the protocol allows.

use serde::{Deserialize, Serialize};

/// What the numbers say. A study can show that a fusion gains on each single modality; whether the
/// modalities complement one another also needs the controls that are listed as missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// One sentence.
    pub headline: String,
    /// The sentences behind it.
    pub reasons: Vec<String>,
    /// What this study cannot know.
    pub unknown: Vec<String>,
    /// Smallest gain in loss that counts: the larger of .01 and a tenth of what the best single
    /// modality gains on the prior. `None` where no single modality succeeded.
    pub margin: Option<f64>,
    /// Gain in loss of every fusion on every single modality that it holds.
    pub gains: Vec<Gain>,
}

/// Loss of a single modality minus loss of a fusion: positive where the fusion is better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gain {
    /// The fusion.
    pub fusion: String,
    /// The single modality's arm.
    pub single: String,
    /// Mean gain over outer folds.
    pub gain: f64,
    /// One-sided 97.5 % lower bound of the corrected resampled t; `None` where it is undefined.
    pub lower: Option<f64>,
    /// One-sided 95 % upper bound, for "no gain".
    pub upper: Option<f64>,
}
