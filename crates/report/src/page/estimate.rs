//! Estimates as people read them.

use midfuse_page::number::score;

use crate::results::Estimate;

/// `0.9714 [0.9502, 0.9880]`, or a dash.
pub(super) fn estimate(estimate: Option<Estimate>) -> String {
    match estimate {
        None => "-".to_owned(),
        Some(Estimate {
            value,
            lower: Some(lower),
            upper: Some(upper),
        }) => format!("{} [{}, {}]", score(value), score(lower), score(upper)),
        Some(estimate) => score(estimate.value),
    }
}
