//! What the sealed rows said, as one HTML page.

use std::fmt::Write as _;

use super::{checklist, clinical};
use crate::checklist::Checklist;
use crate::predictions::PredictionTable;
use crate::results::Conclusion;
use crate::results::Results;
use crate::task::task_report;
use midfuse_page::escape;
use midfuse_page::number::{interval, p_value, score, signed};
use midfuse_page::{begin, section};

/// What the sealed rows said, as one HTML page.
pub fn conclusion(
    conclusion: &Conclusion,
    results: &Results,
    predictions: &PredictionTable,
    filled: &Checklist,
) -> String {
    let name = escape(&conclusion.study);
    let lead = format!(
        "<p>{} rows that were sealed before anything else were opened, once. Every strategy was fitted anew on all other rows, with the setting that did best on the inner scores: this speaks of one fitted model each.</p>",
        conclusion.rows
    );
    let mut page = begin("midfuse conclusion", &name, &lead);
    section(&mut page, "Scores on the sealed rows", &scores(conclusion));
    section(&mut page, "Comparisons", &comparisons(conclusion));
    let singles: Vec<&str> = results
        .arms
        .iter()
        .filter(|arm| arm.is_single())
        .map(|arm| arm.name.as_str())
        .collect();
    let arms: Vec<&str> = conclusion.arms.iter().map(|arm| arm.arm.as_str()).collect();
    let small = conclusion.clinical.settings.small_cell;
    let of_task = task_report(&results.study.task);
    for (title, body) in of_task.sealed_figures(results, predictions, &arms, small) {
        section(&mut page, title, &body);
    }
    clinical::sections(
        &mut page,
        &conclusion.clinical,
        &singles,
        &conclusion.metric,
        predictions,
        true,
    );
    section(&mut page, "Checklist", &checklist::section(filled));
    midfuse_page::end(&mut page);
    page
}

fn scores(conclusion: &Conclusion) -> String {
    let metric = escape(&conclusion.metric);
    let mut html = format!(
        "<div class=\"wide\"><table><thead><tr><th>Strategy</th><th>{metric}</th><th>95 % interval</th><th class=\"text\">Other metrics</th></tr></thead><tbody>"
    );
    for arm in &conclusion.arms {
        let others: Vec<String> = arm
            .scores
            .iter()
            .filter(|(name, _)| **name != conclusion.metric)
            .map(|(name, value)| format!("{} {}", escape(name), score(*value)))
            .collect();
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"text\">{}</td></tr>",
            escape(&arm.arm),
            arm.scores
                .get(&conclusion.metric)
                .map_or_else(|| "-".to_owned(), |&value| score(value)),
            interval(arm.lower, arm.upper, score),
            others.join(", ")
        );
    }
    let _ = write!(
        html,
        "</tbody></table></div><p class=\"soft\">Per {}. Intervals: bootstrap of whole groups.</p>",
        escape(&conclusion.unit)
    );
    html
}

fn comparisons(conclusion: &Conclusion) -> String {
    if conclusion.comparisons.is_empty() {
        return "<p class=\"soft\">Nothing was compared.</p>".to_owned();
    }
    let mut html = String::from(
        "<div class=\"wide\"><table><thead><tr><th>Strategy</th><th class=\"text\">Against</th><th>Improvement</th><th>95 % interval</th><th>p</th><th>p (Holm)</th><th class=\"text\"></th></tr></thead><tbody>",
    );
    for c in &conclusion.comparisons {
        let kind = if c.confirmatory {
            "declared before"
        } else {
            "exploratory"
        };
        let _ = write!(
            html,
            "<tr><td>{}</td><td class=\"text\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"text\">{kind}</td></tr>",
            escape(&c.arm),
            escape(&c.best_single),
            signed(c.improvement),
            interval(c.lower, c.upper, signed),
            p_value(c.p),
            p_value(c.p_holm)
        );
    }
    let _ = write!(
        html,
        "</tbody></table></div><p class=\"soft\">Improvement in {}, positive where the strategy is better; the smallest that matters was set to {}. Paired bootstrap; Holm over the comparisons that were declared before.</p>",
        escape(&conclusion.metric),
        score(conclusion.margin)
    );
    html
}
