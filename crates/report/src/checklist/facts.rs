//! What a study knows about itself.

use std::fmt::Write as _;

use crate::results::Conclusion;
use crate::results::{Results, Timings};

/// What a study knows about itself.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// What it found.
    pub results: &'a Results,
    /// What it cost; `None` where that file is gone.
    pub timings: Option<&'a Timings>,
    /// Test predictions that the cohort's ledger holds.
    pub disclosures: usize,
    /// What the sealed rows said, once they are open.
    pub conclusion: Option<&'a Conclusion>,
}

impl Facts<'_> {
    /// The name that a study file gives a choice, `stratified-k-fold`.
    pub(super) fn name(choice: &impl serde::Serialize) -> String {
        serde_json::to_value(choice)
            .ok()
            .and_then(|name| name.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// `metric .123 [.1, .2]` of every strategy without failures.
    pub(super) fn scores(&self) -> String {
        let metric = &self.results.study.metric;
        let mut text = String::new();
        for arm in &self.results.arms {
            let Some(score) = arm.scores.get(metric) else {
                continue;
            };
            let separator = if text.is_empty() { "" } else { "; " };
            let _ = write!(
                text,
                "{separator}{} {:.4}{}",
                arm.name,
                score.mean,
                interval(score.lower, score.upper)
            );
        }
        text
    }
}

/// ` [0.1000, 0.2000]`, or nothing.
pub(super) fn interval(lower: Option<f64>, upper: Option<f64>) -> String {
    match (lower, upper) {
        (Some(lower), Some(upper)) => format!(" [{lower:.4}, {upper:.4}]"),
        _ => String::new(),
    }
}

/// `1 row`, `2 rows`.
pub(super) fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// `12.5 %` of a total that is not 0.
pub(crate) fn percent(part: usize, of: usize) -> String {
    if of == 0 {
        return "-".to_owned();
    }
    format!("{:.1} %", 100.0 * part as f64 / of as f64)
}
