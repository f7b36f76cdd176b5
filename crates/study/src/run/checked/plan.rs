//! What a conclusion will test, declared before the rows open.

use midfuse_eval::ledger::{Plan, PlannedComparison};
use midfuse_metrics::metric::Metric;

use crate::{Error, Result};
use midfuse_base::Problem;
use midfuse_base::catalogue::ArmKind;
use midfuse_plan::Arm;
use midfuse_plan::file::StudyFile;

/// Name of the reference in comparisons: the single modality that inner scores choose.
pub const BEST_SINGLE: &str = "best-single";

/// What `midfuse conclude` will test: frozen in the ledger when the rows are sealed.
pub(super) fn plan(file: &StudyFile, arms: &[Arm], metric: Metric) -> Result<Plan> {
    let fusions: Vec<&str> = arms
        .iter()
        .filter(|arm| arm.kind == ArmKind::Fusion)
        .map(|arm| arm.name.as_str())
        .collect();
    let declared: Vec<&str> = match &file.conclude.strategies {
        None => fusions,
        Some(names) => names.iter().map(String::as_str).collect(),
    };
    let known: Vec<&str> = arms.iter().map(|arm| arm.name.as_str()).collect();
    if let Some(unknown) = declared.iter().find(|name| !known.contains(name)) {
        let problem = Problem::unknown("unknown strategy", *unknown, known);
        return Err(Error::key(problem.of("conclude.strategies")));
    }
    let comparisons = declared
        .into_iter()
        .map(|name| PlannedComparison {
            better: name.to_owned(),
            than: BEST_SINGLE.to_owned(),
        })
        .collect();
    Ok(Plan::new(metric, comparisons).with_margin(file.conclude.margin))
}
