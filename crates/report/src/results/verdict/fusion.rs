//! What is found about one fusion.

use serde::{Deserialize, Serialize};

/// A fusion against the best single modality: loss of that minus loss of the fusion, so positive
/// where the fusion is better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FusionFinding {
    /// The fusion.
    pub fusion: String,
    /// What is shown.
    pub effect: Effect,
    /// Mean gain over outer folds.
    pub gain: f64,
    /// Lower end of its 95 % interval (corrected resampled t); `None` where it is undefined.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// One-sided 95 % upper bound, for [`Effect::NoGain`].
    pub upper_one_sided: Option<f64>,
    /// Two-sided p of the same test.
    pub p: Option<f64>,
}

impl FusionFinding {
    /// The gain that these folds could have shown: half the width of the interval.
    pub fn detectable(&self) -> Option<f64> {
        Some((self.upper? - self.lower?) / 2.0)
    }
}

/// How a fusion compares with its single modalities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Gains more than the margin on each of its single modalities.
    Gains,
    /// Worse than the best single modality, by more than the margin.
    Loses,
    /// A gain above the margin on the best single modality is excluded.
    NoGain,
    /// None of these is shown.
    Open,
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
