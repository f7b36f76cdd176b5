//! The table: every metric with its interval, and the tests against the best single modality.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::results::{ArmResult, Results, ScoreSummary};
use midfuse_page::escape;
use midfuse_page::number::{interval, p_value, score, signed};

pub(super) fn section(results: &Results) -> String {
    let chosen = &results.study.metric;
    let folds = results.study.outer_folds * results.study.protocol.repeats;
    let mut html = format!(
        "<p class=\"soft\">Mean over {folds} outer folds, with 95 % intervals of the corrected resampled t, which may \
         reach beyond the range of a metric. Improvements on the best single modality are paired by fold, and positive \
         where the fusion is better.</p><div class=\"wide\"><table><thead><tr><th>Strategy</th><th>{}</th><th>95 % interval</th>\
         <th>Improvement</th><th>95 % interval</th><th>p</th><th>p, Holm</th></tr></thead><tbody>",
        escape(chosen)
    );
    for arm in &results.arms {
        html.push_str(&row(results, arm, chosen));
    }
    if let Some(best) = &results.best_single {
        let _ = write!(
            html,
            "<tr class=\"best\"><td>best single modality, chosen per fold</td>{}<td>reference</td><td></td><td></td><td></td></tr>",
            cells(&best.scores, chosen)
        );
    }
    html.push_str("</tbody></table></div>");
    html.push_str(&chosen_singles(results));
    for arm in results.failed_arms() {
        let reason = arm.failures.first().map_or(String::new(), |f| {
            format!(" First: {}: {}", escape(&f.job), escape(&f.message))
        });
        let _ = write!(
            html,
            "<p class=\"note\"><strong>{}</strong> failed {} of {} jobs and takes no part in the tests.{reason}</p>",
            escape(&arm.name),
            arm.jobs_failed,
            arm.jobs
        );
    }
    html.push_str(&other_metrics(results, chosen));
    html
}

/// The metrics that are not compared, as means.
fn other_metrics(results: &Results, chosen: &str) -> String {
    let mut names: Vec<&String> = results
        .arms
        .iter()
        .flat_map(|arm| arm.scores.keys())
        .filter(|name| *name != chosen)
        .collect();
    names.sort();
    names.dedup();
    let mut html = String::from(
        "<h3>Other metrics</h3><div class=\"wide\"><table><thead><tr><th>Strategy</th>",
    );
    for name in &names {
        let _ = write!(html, "<th>{}</th>", escape(name));
    }
    html.push_str("</tr></thead><tbody>");
    for arm in results.arms.iter().filter(|arm| arm.is_complete()) {
        let _ = write!(html, "<tr><td>{}</td>", escape(&arm.name));
        for name in &names {
            let mean = arm
                .scores
                .get(*name)
                .map_or_else(|| "-".to_owned(), |s| score(s.mean));
            let _ = write!(html, "<td>{mean}</td>");
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
    html
}

fn row(results: &Results, arm: &ArmResult, chosen: &str) -> String {
    let name = escape(&arm.name);
    if !arm.is_complete() {
        return format!(
            "<tr><td>{name}</td><td class=\"text bad\" colspan=\"6\">failed {} of {} jobs</td></tr>",
            arm.jobs_failed, arm.jobs
        );
    }
    let mut html = format!("<tr><td>{name}</td>{}", cells(&arm.scores, chosen));
    match results.comparisons.iter().find(|c| c.arm == arm.name) {
        Some(c) => {
            let tone = match (c.p_holm, c.improvement) {
                (Some(p), gain) if p < 0.05 && gain > 0.0 => " class=\"good\"",
                (Some(p), gain) if p < 0.05 && gain < 0.0 => " class=\"bad\"",
                _ => "",
            };
            let _ = write!(
                html,
                "<td{tone}>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                signed(c.improvement),
                interval(c.lower, c.upper, signed),
                p_value(c.p),
                p_value(c.p_holm)
            );
        }
        None => html.push_str("<td></td><td></td><td></td><td></td></tr>"),
    }
    html
}

fn cells(scores: &BTreeMap<String, ScoreSummary>, chosen: &str) -> String {
    match scores.get(chosen) {
        Some(s) => format!(
            "<td>{}</td><td>{}</td>",
            score(s.mean),
            interval(s.lower, s.upper, score)
        ),
        None => "<td>-</td><td>-</td>".to_owned(),
    }
}

fn chosen_singles(results: &Results) -> String {
    let Some(best) = &results.best_single else {
        return String::new();
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &best.chosen {
        *counts.entry(name).or_default() += 1;
    }
    let list: Vec<String> = counts
        .iter()
        .map(|(name, n)| format!("{} in {n}", escape(name)))
        .collect();
    format!(
        "<p class=\"soft\">The best single modality was chosen on inner scores, fold by fold: {} of {} outer folds.</p>",
        list.join(", "),
        best.chosen.len()
    )
}
