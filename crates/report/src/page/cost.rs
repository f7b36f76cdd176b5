//! What each strategy costs.

use std::fmt::Write as _;

use crate::results::{Results, Timings};
use midfuse_page::escape;
use midfuse_page::number::{count, megabytes, seconds};

pub(super) fn section(results: &Results, timings: &Timings) -> String {
    let mut html = String::from(
        "<div class=\"wide\"><table><thead><tr><th>Strategy</th><th>Parameters</th><th>FLOPs per row</th><th>Jobs</th>\
         <th>All jobs</th><th>One refit</th><th>Peak memory</th></tr></thead><tbody>",
    );
    for arm in &results.arms {
        let timing = timings.arms.iter().find(|timing| timing.name == arm.name);
        let [total, refit, memory] = match timing {
            Some(t) => [
                seconds(t.total_seconds),
                seconds(t.refit_seconds),
                megabytes(t.peak_rss_bytes),
            ],
            None => ["-"; 3].map(str::to_owned),
        };
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{total}</td><td>{refit}</td><td>{memory}</td></tr>",
            escape(&arm.name),
            count(arm.n_parameters),
            count(arm.flops_per_row),
            arm.jobs
        );
    }
    let _ = write!(
        html,
        "</tbody></table></div><p class=\"soft\">Parameters and FLOPs: the largest chosen model. FLOPs: one forward pass of one row, \
         a multiplication and an addition counted as two. Seconds were measured while {} worker process{} ran. \
         Peak memory is the resident set of the worker process, libtorch included; a process goes from job to job, so it is an upper bound.</p>",
        timings.workers,
        if timings.workers == 1 { "" } else { "es" }
    );
    html
}
