//! Estimates as people read them.

use midfuse_page::number;

use crate::results::Estimate;

/// `0.9714 [0.9502, 0.9880]`, or a dash.
pub(super) fn estimate(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(
        || "-".to_owned(),
        |Estimate {
             value,
             lower,
             upper,
         }| number::estimate(value, lower, upper),
    )
}
