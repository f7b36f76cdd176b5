//! Tables by subgroup, site and missingness, and how sites differ.

use std::fmt::Write as _;

use super::Drawing;
use crate::page::estimate::estimate;
use crate::results::{ArmClinical, Level, LevelTable};
use midfuse_page::escape;
use midfuse_page::number::{p_value, score};

/// One table: per level one row per strategy.
pub(super) fn table(
    drawing: &Drawing<'_>,
    of: &impl Fn(&ArmClinical) -> Option<&LevelTable>,
) -> String {
    let Some(first) = drawing.clinical.arms.first().and_then(of) else {
        return String::new();
    };
    let all = || {
        let tables = drawing.clinical.arms.iter().filter_map(of);
        tables.flat_map(|table| &table.levels)
    };
    let events = drawing.clinical.positive.is_some();
    let auc = events && drawing.metric != "auc";
    let numbers = all().any(|level| level.mean_error.is_some());
    let held_out = all().any(|level| level.held_out.is_some());
    let mut html = format!(
        "<div class=\"wide\"><table><caption>By {}</caption><thead><tr><th>Level</th><th>{}</th>",
        escape(&first.column),
        drawing.clinical.unit.noun(2)
    );
    let mut head = |there: bool, name: &str| {
        if there {
            let _ = write!(html, "<th>{name}</th>");
        }
    };
    head(events, "events");
    head(held_out, "held out whole");
    head(true, "Strategy");
    head(true, &escape(drawing.metric));
    head(auc, "AUC");
    head(events, "O/E");
    head(numbers, "mean error");
    html.push_str("</tr></thead><tbody>");
    for (at, level) in first.levels.iter().enumerate() {
        for (nth, arm) in drawing.clinical.arms.iter().enumerate() {
            let Some(of_arm) = of(arm).and_then(|table| table.levels.get(at)) else {
                continue;
            };
            html.push_str(if nth == 0 {
                "<tr class=\"first\">"
            } else {
                "<tr>"
            });
            let mut cell = |there: bool, text: String| {
                if there {
                    let _ = write!(html, "<td>{text}</td>");
                }
            };
            let once = |text: String| if nth == 0 { text } else { String::new() };
            cell(true, once(escape(&level.level)));
            cell(true, once(count(level.units)));
            cell(events, once(count(level.events)));
            cell(held_out, once(whole(of_arm).to_owned()));
            cell(true, escape(&arm.arm));
            cell(true, estimate(of_arm.metric));
            cell(auc, estimate(of_arm.auc));
            cell(events, estimate(of_arm.observed_expected));
            cell(numbers, estimate(of_arm.mean_error));
            html.push_str("</tr>");
        }
    }
    html.push_str("</tbody></table></div>");
    if first.levels.iter().any(|level| level.suppressed) {
        let _ = write!(
            html,
            "<p class=\"soft\">Counts of units, events or others below {} are not shown, nor what rests on them; where that is one level alone, the next smallest is held back too, because the total would give it away.</p>",
            drawing.clinical.settings.small_cell
        );
    }
    html
}

fn count(n: Option<usize>) -> String {
    n.map_or_else(|| "held back".to_owned(), |n| n.to_string())
}

fn whole(level: &Level) -> &'static str {
    match level.held_out {
        Some(true) => "yes",
        Some(false) => "no",
        None => "-",
    }
}

impl Drawing<'_> {
    pub(super) fn heterogeneity(&self) -> String {
        let rows: Vec<_> = self
            .clinical
            .arms
            .iter()
            .flat_map(|arm| arm.heterogeneity.iter().map(move |row| (arm, row)))
            .collect();
        if rows.is_empty() {
            return super::said(
                "No summary over sites: it takes two sites with 20 independent units or more.",
            );
        }
        let mut html = String::from(
            "<div class=\"wide\"><table><caption>Between sites</caption><thead><tr><th>Strategy</th><th class=\"text\">Measure</th><th>Sites</th><th>Mean</th><th>One more site</th><th>tau2</th><th>I2</th><th>p of Q</th></tr></thead><tbody>",
        );
        for (arm, row) in rows {
            let interval = |low, high| format!("[{}, {}]", score(low), score(high));
            let more = match (row.prediction_lower, row.prediction_upper) {
                (Some(low), Some(high)) => interval(low, high),
                _ => "-".to_owned(),
            };
            let _ = write!(
                html,
                "<tr><td>{}</td><td class=\"text\">{}</td><td>{}</td><td>{} {}</td><td>{more}</td><td>{}</td><td>{:.0} %</td><td>{}</td></tr>",
                escape(&arm.arm),
                escape(&row.measure),
                row.sites,
                score(row.mean),
                interval(row.lower, row.upper),
                score(row.tau2),
                row.i2 * 100.0,
                p_value(Some(row.q_p))
            );
        }
        html.push_str(
            "</tbody></table></div><p class=\"soft\">Random effects (DerSimonian and Laird; intervals of Hartung, Knapp, Sidik and Jonkman). AUC is averaged as logit and O/E as logarithm; tau2 is on that scale. \"One more site\" is the 95 % prediction interval. \"Held out whole\": no model that predicted the site had been fitted on any of its rows; make the site the group of the cohort to have it so.</p>",
        );
        html
    }
}
