//! Scores of one model on the sealed rows, with the interval of the metric that decides.

use midfuse_eval::predict::Disclosed;
use midfuse_metrics::stats::bootstrap_metric;
use midfuse_report::results::SealedScores;

use super::resampling::Resampling;
use crate::Result;
use crate::run::context::Context;
use crate::run::fold::scores;

pub(super) fn sealed_scores(
    context: &Context<'_>,
    resampling: &Resampling<'_>,
    disclosed: &Disclosed,
) -> Result<SealedScores> {
    let (predictions, unit) = resampling.of(disclosed)?;
    let interval = bootstrap_metric(context.metric, &predictions, unit, &resampling.settings)
        .ok()
        .map(|bootstrap| bootstrap.interval);
    Ok(SealedScores {
        scores: scores(context, disclosed)?
            .into_iter()
            .map(|(metric, score)| (metric.name().to_owned(), score))
            .collect(),
        lower: interval.map(|interval| interval.low),
        upper: interval.map(|interval| interval.high),
    })
}
