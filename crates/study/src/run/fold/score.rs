//! Scores of disclosed predictions.

use std::collections::BTreeMap;

use midfuse_eval::predict::Disclosed;
use midfuse_metrics::metric::{Metric, MetricError};

use crate::run::context::Context;

/// Every reported metric that these rows allow; the chosen one must be among them.
///
/// # Errors
/// Why the chosen one has no value.
pub(in crate::run) fn scores(
    context: &Context<'_>,
    disclosed: &Disclosed,
) -> Result<BTreeMap<Metric, f64>, MetricError> {
    let predictions = disclosed.predictions()?;
    let mut scores = BTreeMap::new();
    for &metric in context.metrics {
        match metric.score(&predictions, context.unit) {
            Ok(score) => {
                scores.insert(metric, score);
            }
            // A metric that these rows do not allow (AUC without one of the classes) is left out,
            // unless it is the one that is compared.
            Err(error) if metric == context.metric => return Err(error),
            Err(_) => {}
        }
    }
    Ok(scores)
}
