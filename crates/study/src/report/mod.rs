//! The report: one HTML file that needs nothing else, reads without JavaScript, in light and dark.

mod checklist;
mod clinical;
mod comparison;
mod conclusion;
mod confusion;
mod cost;
mod critical_difference;
mod curves;
mod escape;
mod folds;
mod number;
mod panel;
mod roc;
mod scatter;
mod scores;
mod splits;
mod style;
mod svg;
mod trials;
mod words;

use std::fmt::Write as _;

use midfuse_base::Task;

use crate::checklist::Checklist;
use crate::predictions::PredictionTable;
use crate::results::{Results, Timings};
pub use comparison::comparison;
pub use conclusion::conclusion;
pub(crate) use escape::escape;
pub(crate) use style::CSS;

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
    match &results.study.task {
        Task::Classification { classes } => {
            if classes.len() == 2 {
                section(
                    &mut page,
                    "ROC curves",
                    &roc::section(results, predictions, classes),
                );
            }
            section(
                &mut page,
                "What is taken for what",
                &confusion::section(results, classes),
            );
        }
        Task::Regression => section(
            &mut page,
            "Predicted against true",
            &scatter::section(results, predictions),
        ),
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
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// The page up to its first section; `name` and `lead` are escaped already.
fn begin(kind: &str, name: &str, lead: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{name} - {kind}</title>\n<style>{CSS}</style>\n</head>\n<body>\n<main>\n\
         <header><p class=\"kind\">{kind}</p><h1>{name}</h1>\n{lead}</header>\n"
    )
}

fn section(page: &mut String, title: &str, body: &str) {
    let _ = write!(page, "<section>\n<h2>{title}</h2>\n{body}\n</section>\n");
}
