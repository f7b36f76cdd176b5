//! The table: every metric with its interval, and the tests against the best single modality.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use midfuse_page::number::score;
use midfuse_page::{Column, joined, note, soft, table};

use crate::cells::{ScoreLine, compared, score_columns, score_lines};
use crate::results::{ArmResult, FusionComparison, Results};

pub(super) fn section(results: &Results) -> Markup {
    let chosen = &results.study.metric;
    let folds = results.study.outer_folds * results.study.protocol.repeats;
    let columns = score_columns(chosen);
    let rows = html! {
        @for line in score_lines(results) { (row(&line)) }
    };
    html! {
        (soft(format_args!(
            "{}. Mean over {folds} outer folds, with 95 % intervals of the corrected resampled t, on the \
             scale of the metric, so that they stay in its range (logit between two ends, logarithm beside \
             one; none where every fold has the same score). Improvements on the best single modality are paired by fold, and positive \
             where the fusion is better.",
            results.study.counted.sentence(chosen)
        )))
        @if let Some(guess) = results.study.counted.undeclared() { (note(html! { (guess) "." })) }
        (table(None, &columns.map(Column::number), &rows))
        (chosen_singles(results))
        (against_baselines(results))
        @for arm in results.failed_arms() { (failed(arm)) }
        (other_metrics(results, chosen))
    }
}

fn failed(arm: &ArmResult) -> Markup {
    note(html! {
        strong { (arm.name) }
        " failed " (arm.jobs_failed) " of " (arm.jobs) " jobs and takes no part in the tests."
        @if let Some(first) = arm.failures.first() { " First: " (first.job) ": " (first.message) }
    })
}

/// The metrics that are not compared, as means.
fn other_metrics(results: &Results, chosen: &str) -> Markup {
    let names: BTreeSet<&str> = results
        .arms
        .iter()
        .flat_map(|arm| arm.scores.keys())
        .map(String::as_str)
        .filter(|name| *name != chosen)
        .collect();
    let columns: Vec<Column<'_>> = [&"Strategy"]
        .into_iter()
        .chain(&names)
        .map(|name| Column::number(name))
        .collect();
    let rows = html! {
        @for arm in results.arms.iter().filter(|arm| arm.is_complete()) {
            tr {
                td { (arm.name) }
                @for name in &names {
                    td { (arm.scores.get(*name).map_or_else(|| "-".to_owned(), |s| score(s.mean))) }
                }
            }
        }
    };
    html! {
        h3 { "Other metrics" }
        (table(None, &columns, &rows))
    }
}

pub(super) fn row(line: &ScoreLine<'_>) -> Markup {
    if line.is_failed() {
        return html! {
            tr {
                td { (line.name) }
                @for cell in &line.cells { td.text.bad colspan="6" { (cell) } }
            }
        };
    }
    html! {
        tr class=[line.is_reference.then_some("best")] {
            td { (line.name) }
            (cells(&line.cells, IMPROVEMENT, line.comparison))
        }
    }
}

/// Position of the improvement among the cells of a line.
const IMPROVEMENT: usize = 2;

/// Cells, of which the one at `improvement` has the colour of a comparison.
fn cells(cells: &[String], improvement: usize, comparison: Option<&FusionComparison>) -> Markup {
    html! {
        @for (at, cell) in cells.iter().enumerate() {
            td class=[comparison.filter(|_| at == improvement).and_then(tone)] { (cell) }
        }
    }
}

/// The colour of an improvement whose corrected p is below .05.
fn tone(comparison: &FusionComparison) -> Option<&'static str> {
    let differs = comparison.p_holm.is_some_and(|p| p < 0.05);
    match comparison.improvement {
        gain if differs && gain > 0.0 => Some("good"),
        gain if differs && gain < 0.0 => Some("bad"),
        _ => None,
    }
}

/// Each fusion against each baseline that has the modalities side by side.
fn against_baselines(results: &Results) -> Markup {
    if results.against_baselines().next().is_none() {
        return html! {};
    }
    let columns = [
        Column::number("Strategy"),
        Column::text("Baseline"),
        Column::number("Improvement"),
        Column::number("95 % interval"),
        Column::number("p"),
        Column::number("p, Holm"),
    ];
    let rows = html! {
        @for (c, baseline) in results.against_baselines() {
            tr {
                td { (c.arm) }
                td.text { (baseline) }
                (cells(&compared(c), 0, Some(c)))
            }
        }
    };
    html! {
        h3 { "Against the baselines" }
        (soft(
            "Baselines take the raw features of all their modalities side by side. Where a fusion does not \
             beat them, what it learned is not shown to need a network. Holm's correction is over this table."
        ))
        (table(None, &columns, &rows))
    }
}

fn chosen_singles(results: &Results) -> Markup {
    let Some(best) = &results.best_single else {
        return html! {};
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &best.chosen {
        *counts.entry(name).or_default() += 1;
    }
    soft(html! {
        "The best single modality was chosen on inner scores, fold by fold: "
        (joined(counts.iter().map(|(name, n)| format!("{name} in {n}"))))
        " of " (best.chosen.len()) " outer folds."
    })
}
