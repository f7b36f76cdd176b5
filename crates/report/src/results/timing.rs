//! What a study cost: differs from run to run, so it lies in `timings.json`, apart from the results.

use serde::{Deserialize, Serialize};

/// What a study cost; nothing by default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timings {
    /// Worker processes of the last run.
    pub workers: usize,
    /// Wall-clock seconds of the last run.
    pub wall_seconds: f64,
    /// Jobs that an earlier run had done.
    pub jobs_found: usize,
    /// Jobs that the last run did.
    pub jobs_run: usize,
    /// Test predictions that the cohort's ledger holds, of this and of every other study on it.
    pub ledger_disclosures: usize,
    /// One entry per strategy.
    pub arms: Vec<ArmTiming>,
}

/// What a strategy cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmTiming {
    /// Name of the strategy.
    pub name: String,
    /// Seconds of all its jobs.
    pub total_seconds: f64,
    /// Mean seconds of a refit.
    pub refit_seconds: f64,
    /// Highest resident set of a worker that ran one of its jobs, in bytes. Workers go from job to
    /// job, so it is an upper bound.
    pub peak_rss_bytes: u64,
}
