//! Inner folds: every trial of every arm, scored on the inner validation rows.

use midfuse_base::Seed;
use midfuse_eval::fold::Inner;
use midfuse_eval::structure::Structure;
use midfuse_report::results::Failed;

use crate::Result;
use crate::run::context::{Context, LabelledJob};
use crate::run::splits::inner_seed;
use crate::store::Stored;

/// One trial on one inner fold.
pub(super) type InnerRun = std::result::Result<(f64, Stored), Failed>;

/// All trials of all arms on one inner fold: `[arm][trial]`.
pub(super) fn run_inner<S: Structure>(
    context: &Context<'_>,
    seed: Seed,
    place: &str,
    inner: &Inner<'_, '_, S>,
) -> Result<Vec<Vec<InnerRun>>> {
    let seed = inner_seed(seed, inner.index);
    let stop = context.splits.stop_rows(&inner.train, seed)?;
    let mut jobs = Vec::new();
    for arm in context.arms {
        for trial in 0..arm.trials.len() {
            let label = format!(
                "{} {place} inner {} trial {}",
                arm.name,
                inner.index + 1,
                trial + 1
            );
            let job = context.job(
                (arm, trial),
                &inner.train,
                stop.as_ref(),
                &inner.valid,
                seed,
                false,
            )?;
            jobs.push(LabelledJob { label, job });
        }
    }
    let ran = context.run(&jobs)?;
    let mut scored = jobs.iter().zip(ran).map(|(named, ran)| {
        let failed = |message: String| Failed {
            job: named.label.clone(),
            message,
        };
        let (predictions, stored) = ran.map_err(failed)?;
        let score = predictions
            .score(&inner.valid, context.metric, context.unit)
            .map_err(|error| failed(error.to_string()))?;
        Ok((score.value(), stored))
    });
    Ok(context
        .arms
        .iter()
        .map(|arm| scored.by_ref().take(arm.trials.len()).collect())
        .collect())
}
