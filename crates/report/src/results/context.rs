//! What was asked, and with what it was answered.

use midfuse_base::Task;
use serde::{Deserialize, Serialize};

use midfuse_plan::file::{Budget, Protocol};

use super::Counted;

/// What was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyRecord {
    /// Name of the study.
    pub name: String,
    /// SHA-256 of the study file.
    pub file_sha256: String,
    /// SHA-256 over ids, content, target, groups, declared units, times and strata of all rows.
    pub cohort_sha256: String,
    /// Name of the target.
    pub target: String,
    /// What is predicted.
    pub task: Task,
    /// Rows of the cohort.
    pub rows: usize,
    /// Groups of the cohort, where the structure has groups.
    pub groups: Option<usize>,
    /// Rows that were split off first and not opened.
    pub sealed_rows: usize,
    /// Rows that the study worked on.
    pub development_rows: usize,
    /// Rows that are neither, because their time or group is that of a sealed row.
    pub dropped_rows: usize,
    /// Outer folds of one repeat.
    pub outer_folds: usize,
    /// SHA-256 of the split file, where the outer folds come from one.
    pub splits_sha256: Option<String>,
    /// The protocol, with its defaults filled in.
    pub protocol: Protocol,
    /// Name of the metric that chose trials and is compared.
    pub metric: String,
    /// How the rows of a unit count, as the study file names it.
    pub unit: String,
    /// What one score counts among the rows that the study worked on.
    pub counted: Counted,
    /// The budget of every strategy.
    pub budget: Budget,
    /// Device of the jobs.
    pub device: String,
    /// Jobs that choose trials, over all strategies.
    pub inner_jobs: usize,
    /// Refits, over all strategies.
    pub refits: usize,
}

/// With what it was answered. Results are bit-identical only within one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Version of midfuse.
    pub midfuse: String,
    /// Version of the worker program.
    pub worker: String,
    /// Version of libtorch.
    pub libtorch: String,
    /// Processor.
    pub cpu: String,
    /// Operating system and architecture.
    pub platform: String,
    /// SHA-256 of the `Cargo.lock` that the coordinator was built from.
    pub lock_sha256: String,
}

/// How far the share of sealed rows may be from the one that was asked for, as a part of it, before that
/// is said.
pub const FAR: f64 = 1.0 / 3.0;

/// A note where the share of sealed rows is off by more than a third of what was asked for.
pub fn sealed_share(
    asked: Option<f64>,
    sealed: usize,
    rows: usize,
    groups: Option<usize>,
) -> Option<String> {
    let asked = asked.filter(|_| sealed > 0 && rows > 0)?;
    let got = sealed as f64 / rows as f64;
    let why = match groups {
        Some(groups) => format!(": {groups} groups cannot be parted nearer to that"),
        None => String::new(),
    };
    ((got - asked).abs() > FAR * asked).then(|| {
        format!(
            "test_fraction asks to seal {:.0} % of the rows, and {sealed} of {rows} are sealed, {:.0} %{why}",
            asked * 100.0,
            got * 100.0
        )
    })
}

impl StudyRecord {
    /// A note where the share of sealed rows is far from the one that was asked for.
    pub fn sealed_share(&self) -> Option<String> {
        let asked = self.protocol.test_fraction;
        sealed_share(asked, self.sealed_rows, self.rows, self.groups)
    }

    /// Whether larger values of the metric are better.
    pub fn greater_is_better(&self) -> bool {
        self.metric
            .parse::<midfuse_metrics::metric::Metric>()
            .is_ok_and(midfuse_metrics::metric::Metric::greater_is_better)
    }
}
