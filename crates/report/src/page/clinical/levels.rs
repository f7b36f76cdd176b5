//! Tables by subgroup, site and missingness, and how sites differ.

use maud::{Markup, html};
use midfuse_page::number::{interval, p_value, score};
use midfuse_page::{Column, soft};

use super::Figures;
use crate::page::estimate::estimate;
use crate::results::{ArmClinical, Level, LevelTable};

/// One table: per level one row per strategy.
pub(super) fn table(
    figures: &Figures<'_>,
    of: &impl Fn(&ArmClinical) -> Option<&LevelTable>,
) -> Markup {
    let clinical = figures.clinical;
    let Some(first) = clinical.arms.first().and_then(of) else {
        return html! {};
    };
    let all = || {
        let tables = clinical.arms.iter().filter_map(of);
        tables.flat_map(|table| &table.levels)
    };
    let events = clinical.positive.is_some();
    let auc = events && figures.metric != "auc";
    let errors = all().any(|level| level.mean_error.is_some());
    let held_out = all().any(|level| level.held_out.is_some());
    let columns: Vec<Column<'_>> = [
        (true, "Level"),
        (true, clinical.unit.noun(2)),
        (events, "events"),
        (held_out, "held out whole"),
        (true, "Strategy"),
        (true, figures.metric),
        (auc, "AUC"),
        (events, "O/E"),
        (errors, "mean error"),
    ]
    .into_iter()
    .filter(|(shown, _)| *shown)
    .map(|(_, name)| Column::number(name))
    .collect();
    let rows = html! {
        @for (nth_level, level) in first.levels.iter().enumerate() {
            @for (nth, arm) in clinical.arms.iter().enumerate() {
                @if let Some(of_arm) = of(arm).and_then(|table| table.levels.get(nth_level)) {
                    @let first = nth == 0;
                    tr class=[first.then_some("first")] {
                        td { @if first { (level.level) } }
                        td { @if first { (count(level.units)) } }
                        @if events { td { @if first { (count(level.events)) } } }
                        @if held_out { td { @if first { (yes_or_no(of_arm)) } } }
                        td { (arm.arm) }
                        td { (estimate(of_arm.metric)) }
                        @if auc { td { (estimate(of_arm.auc)) } }
                        @if events { td { (estimate(of_arm.observed_expected)) } }
                        @if errors { td { (estimate(of_arm.mean_error)) } }
                    }
                }
            }
        }
    };
    let caption = format!("By {}", first.column);
    html! {
        (midfuse_page::table(Some(&caption), &columns, &rows))
        @if first.levels.iter().any(|level| level.suppressed) {
            (soft(format_args!(
                "Counts of units, events or others below {} are not shown, nor what rests on them; where that is one level alone, the next smallest is held back too, because the total would give it away.",
                clinical.settings.small_cell
            )))
        }
    }
}

fn count(n: Option<usize>) -> String {
    n.map_or_else(|| "held back".to_owned(), |n| n.to_string())
}

/// Whether the level was held out whole.
fn yes_or_no(level: &Level) -> &'static str {
    match level.held_out {
        Some(true) => "yes",
        Some(false) => "no",
        None => "-",
    }
}

impl Figures<'_> {
    pub(super) fn heterogeneity(&self) -> Markup {
        let summaries: Vec<_> = self
            .clinical
            .arms
            .iter()
            .flat_map(|arm| arm.heterogeneity.iter().map(move |row| (arm, row)))
            .collect();
        if summaries.is_empty() {
            return soft(
                "No summary over sites: it takes two sites with 20 independent units or more.",
            );
        }
        let columns = [
            Column::number("Strategy"),
            Column::text("Measure"),
            Column::number("Sites"),
            Column::number("Mean"),
            Column::number("One more site"),
            Column::number("tau2"),
            Column::number("I2"),
            Column::number("p of Q"),
        ];
        let rows = html! {
            @for (arm, row) in summaries {
                tr {
                    td { (arm.arm) }
                    td.text { (row.measure) }
                    td { (row.sites) }
                    td { (midfuse_page::number::estimate(row.mean, Some(row.lower), Some(row.upper))) }
                    td { (interval(row.prediction_lower, row.prediction_upper, score)) }
                    td { (score(row.tau2)) }
                    td { (format_args!("{:.0}", row.i2 * 100.0)) " %" }
                    td { (p_value(Some(row.q_p))) }
                }
            }
        };
        html! {
            (midfuse_page::table(Some("Between sites"), &columns, &rows))
            (soft(
                "Random effects (DerSimonian and Laird; intervals of Hartung, Knapp, Sidik and Jonkman). AUC is averaged as logit and O/E as logarithm; tau2 is on that scale. \"One more site\" is the 95 % prediction interval. \"Held out whole\": no model that predicted the site had been fitted on any of its rows; make the site the group of the cohort to have it so."
            ))
        }
    }
}
