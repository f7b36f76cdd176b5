//! The report: one HTML file that needs nothing else, reads without JavaScript, in light and dark.

mod added;
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

use maud::html as markup;
use midfuse_page::svg::Series;
use midfuse_page::{page, section};

use crate::checklist::Checklist;
use crate::predictions::PredictionTable;
use crate::results::{ArmResult, Results, Timings};
use crate::task::task_report;
pub use conclusion::conclusion;

/// The report of a study as one HTML page.
pub fn html(
    results: &Results,
    timings: &Timings,
    predictions: &PredictionTable,
    filled: &Checklist,
) -> String {
    let figures = clinical::Figures {
        clinical: &results.clinical,
        arms: &results.arms,
        metric: &results.study.metric,
        predictions,
        sealed: false,
    };
    let sections = markup! {
        (section("Verdict", &words::verdict(results)))
        (section("Scores", &scores::section(results)))
        @if let Some(known) = &results.clinical_baseline {
            (section(added::TITLE, &added::section(results, known)))
        }
        (section("Scores by fold", &folds::section(results)))
        @for (title, body) in task_report(&results.study.task).figures(results, predictions) {
            (section(title, &body))
        }
        (figures.sections())
        (section("Learning curves", &curves::section(results)))
        (section("Settings that were tried", &trials::section(results)))
        (section("Cost", &cost::section(results, timings)))
        (section("Protocol", &words::protocol(results, timings)))
        (section("Environment", &words::environment(results, timings)))
        (section("Checklist", &checklist::section(filled)))
    };
    let lead = words::summary(results);
    page("midfuse study", &results.study.name, &lead, &sections).into_string()
}

/// The colour of a strategy.
fn series(arm: &ArmResult) -> Series {
    if arm.is_single() {
        Series::Single
    } else {
        Series::Fusion
    }
}
