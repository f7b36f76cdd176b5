//! Scores of disclosed predictions.

use std::collections::BTreeMap;

use midfuse_eval::predict::Disclosed;
use midfuse_metrics::metric::Metric;

use crate::run::context::Context;

/// Every reported metric that these rows allow; the chosen one must be among them.
pub(in crate::run) fn scores(
    context: &Context<'_>,
    disclosed: &Disclosed,
) -> std::result::Result<BTreeMap<Metric, f64>, String> {
    let predictions = disclosed.predictions().map_err(|error| error.to_string())?;
    let mut scores = BTreeMap::new();
    for &metric in context.metrics {
        match metric.score(&predictions, context.unit) {
            Ok(score) => {
                scores.insert(metric, score);
            }
            // A metric that these rows do not allow (AUC without one of the classes) is left out,
            // unless it is the one that is compared.
            Err(error) if metric == context.metric => return Err(error.to_string()),
            Err(_) => {}
        }
    }
    Ok(scores)
}
