//! Inner folds: every trial of every arm, scored on the inner validation rows.

use midfuse_base::Seed;
use midfuse_eval::fold::Inner;
use midfuse_eval::predict::Disclosed;
use midfuse_eval::structure::Structure;
use midfuse_report::results::Failed;

use super::halving::Tried;
use crate::Result;
use crate::run::context::{Context, LabelledJob, Purpose};
use crate::run::splits::inner_seed;
use crate::store::Stored;

/// One trial on one inner fold.
pub(super) type InnerRun = std::result::Result<InnerScore, Failed>;

/// What one trial says on one inner fold.
#[derive(Debug)]
pub(super) struct InnerScore {
    /// Predictions of the validation rows at the end of its training, with their targets.
    pub(super) predictions: Disclosed,
    /// Scores of the same rows as training went on; empty where the length is not chosen here.
    pub(super) traced: Vec<Traced>,
    pub(super) stored: Stored,
}

/// What a model says after some epochs.
#[derive(Debug)]
pub(super) struct Traced {
    pub(super) epochs: usize,
    pub(super) scores: Vec<Vec<f64>>,
}

impl InnerScore {
    /// Scores of the validation rows by the model that trained for this long, or for the next longer
    /// time that was traced; at the end of its training, where no length is chosen.
    pub(super) fn scores_at(&self, epochs: Option<usize>) -> &[Vec<f64>] {
        let traced = epochs.and_then(|epochs| self.traced.iter().find(|at| at.epochs >= epochs));
        traced.map_or(&self.predictions.scores, |at| &at.scores)
    }
}

/// What is tried of all arms on one inner fold: `[arm][tried trial]`.
pub(super) fn run_inner<S: Structure>(
    context: &Context<'_>,
    seed: Seed,
    place: &str,
    inner: &Inner<'_, '_, S>,
    tried: &[Tried],
) -> Result<Vec<Vec<InnerRun>>> {
    let seed = inner_seed(seed, inner.index);
    let stop = context.splits.stop_rows(&inner.train, seed)?;
    let mut jobs = Vec::new();
    for (arm, tried) in context.arms.iter().zip(tried) {
        for &trial in &tried.trials {
            let length = tried.epochs.map(|epochs| format!(" for {epochs} epochs"));
            let label = format!(
                "{} {place} inner {} trial {}{}",
                arm.name,
                inner.index + 1,
                trial + 1,
                length.unwrap_or_default()
            );
            let job = context.job(
                (arm, trial),
                &inner.train,
                stop.as_ref(),
                &inner.valid,
                seed,
                Purpose::Choose {
                    epochs: tried.epochs,
                },
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
        let (predictions, mut stored) = ran.map_err(failed)?;
        // Only what can be scored can be chosen.
        predictions
            .score(&inner.valid, context.metric, context.unit)
            .map_err(|error| failed(error.to_string()))?;
        let disclosed = predictions
            .with_targets_of(&inner.valid)
            .map_err(|error| failed(error.to_string()))?;
        let mut traced = Vec::new();
        for at in std::mem::take(&mut stored.outcome.trace) {
            let disclosed = named
                .job
                .receive_scores(at.scores)
                .and_then(|predictions| predictions.with_targets_of(&inner.valid))
                .map_err(|error| failed(error.to_string()))?;
            traced.push(Traced {
                epochs: at.epochs,
                scores: disclosed.scores,
            });
        }
        Ok(InnerScore {
            predictions: disclosed,
            traced,
            stored,
        })
    });
    Ok(tried
        .iter()
        .map(|tried| scored.by_ref().take(tried.trials.len()).collect())
        .collect())
}
