//! What is found about one fusion and one baseline of the same modalities side by side.

use serde::{Deserialize, Serialize};

/// A fusion against a baseline of several modalities: loss of that minus loss of the fusion, so
/// positive where the fusion is better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineFinding {
    /// The fusion.
    pub fusion: String,
    /// The baseline.
    pub baseline: String,
    /// What is shown.
    pub beaten: Beaten,
    /// Mean gain over outer folds.
    pub gain: f64,
    /// Lower end of its 95 % interval (corrected resampled t); `None` where it is undefined.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// Two-sided p of the same test.
    pub p: Option<f64>,
}

/// How a fusion does against a baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Beaten {
    /// Its interval of the gain lies above 0.
    Yes,
    /// It lies below 0: the baseline is better.
    Worse,
    /// Neither is shown.
    Open,
}
