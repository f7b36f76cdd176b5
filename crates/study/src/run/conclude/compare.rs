//! Strategies against the best single modality on the sealed rows.

use midfuse_eval::ledger::{Plan, PlannedComparison};
use midfuse_eval::predict::Disclosed;
use midfuse_metrics::metric::Predictions;
use midfuse_metrics::stats::bootstrap_difference;

use super::resampling::Resampling;
use crate::Result;
use crate::run::checked::BEST_SINGLE;
use crate::run::context::Context;
use midfuse_report::results::Compared;

/// Holm over the comparisons of the plan; others are exploratory.
pub(super) fn judge(plan: &Plan, comparisons: &mut [Compared]) -> Result<()> {
    // A comparison without a p, like one of the plan that was not made, showed nothing.
    let found: Vec<(PlannedComparison, f64)> = comparisons
        .iter()
        .map(|one| (stated(&one.arm), one.p.unwrap_or(1.0)))
        .collect();
    let judged = plan.judge(&found)?;
    for one in comparisons {
        let of_plan = judged.iter().find(|j| j.comparison == stated(&one.arm));
        one.confirmatory = of_plan.is_some_and(|j| j.confirmatory);
        one.p_holm = one.p.and(of_plan.and_then(|j| j.p_holm));
    }
    Ok(())
}

/// What a plan says of a strategy.
fn stated(arm: &str) -> PlannedComparison {
    PlannedComparison {
        better: arm.to_owned(),
        than: BEST_SINGLE.to_owned(),
    }
}

/// A model by its name, and what it says of the sealed rows.
pub(super) type Named<'a> = (&'a str, &'a Disclosed);

/// One model against another: a paired bootstrap on the sealed rows.
pub(super) fn compare(
    context: &Context<'_>,
    resampling: &Resampling<'_>,
    of: Named<'_>,
    arm: Named<'_>,
) -> Result<Compared> {
    let (a, unit) = resampling.of(of.1)?;
    let (b, _) = resampling.of(arm.1)?;
    let sign = if context.metric.greater_is_better() {
        1.0
    } else {
        -1.0
    };
    let plain = |p: &Predictions| context.metric.score(p, unit);
    let improvement = sign * (plain(&b)? - plain(&a)?);
    let test = bootstrap_difference(context.metric, &a, &b, unit, &resampling.settings).ok();
    let ends = test.as_ref().map(|t| {
        let (low, high) = (sign * t.interval.low, sign * t.interval.high);
        (low.min(high), low.max(high))
    });
    Ok(Compared {
        arm: arm.0.to_owned(),
        against: of.0.to_owned(),
        improvement,
        lower: ends.map(|(low, _)| low),
        upper: ends.map(|(_, high)| high),
        p: test.map(|t| t.p_value),
        p_holm: None,
        confirmatory: false,
    })
}
