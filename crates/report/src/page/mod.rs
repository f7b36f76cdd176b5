//! The report: one HTML file that needs nothing else, reads without JavaScript, in light and dark.

mod checklist;
mod clinical;
mod conclusion;
pub(crate) mod confusion;
mod cost;
mod curves;
mod estimate;
mod folds;
pub(crate) mod roc;
pub(crate) mod scatter;
mod scores;
mod splits;
pub(crate) mod survival;
mod trials;
mod words;

use midfuse_page::{begin, end, escape, section};

use crate::checklist::Checklist;
use crate::predictions::PredictionTable;
use crate::results::{Results, Timings};
use crate::task::task_report;
pub use conclusion::conclusion;

/// The report of a study as one HTML page.
pub fn html(
    results: &Results,
    timings: &Timings,
    predictions: &PredictionTable,
    filled: &Checklist,
) -> String {
    let name = escape(&results.study.name);
    let mut page = begin("midfuse study", &name, &words::summary(results));
    section(&mut page, "Verdict", &words::verdict(results));
    section(&mut page, "Scores", &scores::section(results));
    section(&mut page, "Scores by fold", &folds::section(results));
    for (title, body) in task_report(&results.study.task).figures(results, predictions) {
        section(&mut page, title, &body);
    }
    let singles: Vec<&str> = results
        .arms
        .iter()
        .filter(|arm| arm.is_single())
        .map(|arm| arm.name.as_str())
        .collect();
    clinical::sections(
        &mut page,
        &results.clinical,
        &singles,
        &results.study.metric,
        predictions,
        false,
    );
    section(&mut page, "Learning curves", &curves::section(results));
    section(
        &mut page,
        "Settings that were tried",
        &trials::section(results),
    );
    section(&mut page, "Cost", &cost::section(results, timings));
    section(&mut page, "Protocol", &words::protocol(results, timings));
    section(
        &mut page,
        "Environment",
        &words::environment(results, timings),
    );
    section(&mut page, "Checklist", &checklist::section(filled));
    end(&mut page);
    page
}
