//! What each strategy costs.

use maud::{Markup, html};
use midfuse_page::number::{count, megabytes, seconds};
use midfuse_page::{Column, soft, table};

use crate::results::{Results, Timings};

pub(super) fn section(results: &Results, timings: &Timings) -> Markup {
    let columns = [
        "Strategy",
        "Parameters",
        "FLOPs per row",
        "Jobs",
        "All jobs",
        "One refit",
        "Peak memory",
    ];
    let rows = html! {
        @for arm in &results.arms {
            tr {
                td { (arm.name) }
                td { (count(arm.n_parameters)) }
                // Trees compare; what that costs is no number of operations.
                td { @if arm.baseline && arm.flops_per_row == 0 { "-" } @else { (count(arm.flops_per_row)) } }
                td { (arm.jobs) }
                @if let Some(timing) = timings.arms.iter().find(|timing| timing.name == arm.name) {
                    td { (seconds(timing.total_seconds)) }
                    td { (seconds(timing.refit_seconds)) }
                    td { (megabytes(timing.peak_rss_bytes)) }
                } @else {
                    td { "-" } td { "-" } td { "-" }
                }
            }
        }
    };
    html! {
        (table(None, &columns.map(Column::number), &rows))
        (soft(format_args!(
            "Parameters and FLOPs: the largest chosen model. FLOPs: one forward pass of one row, \
             a multiplication and an addition counted as two. Seconds were measured while {} worker process{} ran. \
             Peak memory is the resident set of the worker process, libtorch included; a process goes from job to job, so it is an upper bound.",
            timings.workers,
            if timings.workers == 1 { "" } else { "es" }
        )))
    }
}
