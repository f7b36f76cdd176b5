//! What the numbers say, as data: `sentences` puts it into words.

mod baseline;
mod finding;
mod fusion;
mod sentences;
mod unknown;

use serde::{Deserialize, Serialize};

pub use baseline::{BaselineFinding, Beaten};
pub use finding::Finding;
pub use fusion::{Effect, FusionFinding, Gain};
pub use unknown::Unknown;

/// What the numbers say. A study can show that a fusion gains on each single modality; whether the
/// modalities complement one another also needs the controls that are listed as missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// The answer to "does fusing pay?".
    pub finding: Finding,
    /// What the loss is counted in, in which gains and margin are given: `nats`.
    pub unit: String,
    /// What the prior knows of the training rows: `class shares`.
    pub prior: String,
    /// Smallest gain in loss that counts: the larger of .01 and a tenth of what the best single
    /// modality gains on the prior. `None` where no single modality succeeded.
    pub margin: Option<f64>,
    /// Each single modality without failures against the prior.
    pub skill: Vec<Skill>,
    /// Each fusion without failures against the best single modality.
    pub fusions: Vec<FusionFinding>,
    /// Gain in loss of every fusion on every single modality that it holds.
    pub gains: Vec<Gain>,
    /// Each fusion without failures against each such baseline of several modalities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub baselines: Vec<BaselineFinding>,
    /// What this study cannot know.
    pub unknown: Vec<Unknown>,
}

/// Loss of the prior (class shares, or the mean, of the training rows) minus loss of a strategy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skill {
    /// The strategy.
    pub arm: String,
    /// Mean gain over outer folds.
    pub gain: f64,
    /// Lower end of its 95 % interval (corrected resampled t); `None` where it is undefined.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// Two-sided p of the same test.
    pub p: Option<f64>,
    /// Whether it is shown to beat the prior: the interval lies above 0.
    pub beats_prior: bool,
}
